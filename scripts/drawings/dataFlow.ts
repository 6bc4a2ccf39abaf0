// The way of a call to the service and back. Whoever stands above knows whom it hands to, and not the other way round: each such pair is held against what the modules import.
import { has, reachable } from "./imports.ts"
import * as svg from "./svg.ts"

interface Step {
  readonly module?: string
  readonly x: number
  readonly y: number
  readonly wide: number
  readonly says: ReadonlyArray<string>
}

const left = 92
const wide = 372
const half = 180
const right = left + wide - half

const steps = {
  Credentials: {
    module: "core/Credentials",
    x: left,
    y: 60,
    wide,
    says: ["from Config or a provider, read for each login"]
  },
  Session: {
    module: "core/Session",
    x: left,
    y: 142,
    wide,
    says: ["is there a session? if not, one login for all who wait"]
  },
  Command: {
    module: "core/Command",
    x: left,
    y: 224,
    wide,
    says: ["operation, parameters, and how its records are read"]
  },
  Envelope: { module: "core/Envelope", x: left, y: 306, wide: half, says: ["XML, and its", "masked form"] },
  Reply: {
    module: "core/Reply",
    x: right,
    y: 306,
    wide: half,
    says: ["records, an error,", "or no reply of this API"]
  },
  Transport: { module: "core/Transport", x: left, y: 404, wide, says: ["a tag: envelope out, status and bytes back"] },
  HttpTransport: {
    module: "platform/HttpTransport",
    x: left,
    y: 486,
    wide: half,
    says: ["on the HttpClient", "of the host"]
  },
  UndiciTransport: {
    module: "platform/UndiciTransport",
    x: right,
    y: 486,
    wide: half,
    says: ["on undici's dispatcher"]
  }
} as const satisfies Readonly<Record<string, Step>>

type Name = keyof typeof steps

/** Who works with whom, and so imports it; nobody imports the other way round. */
const knows: ReadonlyArray<readonly [above: Name, below: Name]> = [
  ["Session", "Credentials"],
  ["Session", "Command"],
  ["Command", "Envelope"],
  ["Command", "Reply"],
  ["Command", "Transport"],
  ["HttpTransport", "Transport"],
  ["UndiciTransport", "Transport"]
]

const height = ({ says }: Step): number => 36 + says.length * svg.lineHeight

const under = (step: Step): number => step.y + height(step)

const drawStep = ([name, step]: readonly [string, Step]): string => {
  const { says, wide, x, y } = step
  return [
    svg.rect(x, y, wide, height(step), "box", 8),
    svg.text(x + 12, y + 22, name, "name"),
    svg.lines(x + 12, y + 40, says, "small")
  ].join("\n")
}

const packageOf = ({ module = "" }: Step): string => module.split("/")[0] ?? ""

/** The modules of one package, with its name beside them. */
const band = (name: string): string => {
  const own = Object.values(steps).filter((step) => packageOf(step) === name)
  const from = Math.min(...own.map(({ y }) => y)) - 8
  const until = Math.max(...own.map(under)) + 8
  return [svg.rect(8, from, svg.width - 16, until - from, "band", 8), svg.text(18, from + 22, name, "name")].join("\n")
}

const check = (): void => {
  for (const { module } of Object.values(steps)) {
    if (!has(module)) throw new Error(`there is no ${module}`)
  }
  for (const [above, below] of knows) {
    const [one, other] = [steps[above].module, steps[below].module]
    if (!reachable(one).has(other)) throw new Error(`${above} does not import ${below}`)
    if (reachable(other).has(one)) throw new Error(`${below} knows of ${above}: it imports it`)
  }
  const foreign = Array.from(reachable(steps.Session.module)).filter((module) => !module.startsWith("core/"))
  if (foreign.length > 0) throw new Error(`the core imports ${foreign.join(", ")}`)
  for (const transport of [steps.HttpTransport, steps.UndiciTransport]) {
    if (reachable(transport.module).has(steps.Session.module)) throw new Error(`${transport.module} knows of sessions`)
  }
}

const down = (x: number, from: number, to: number) => svg.arrow(`M${x} ${from}V${to - 2}`)
const up = (x: number, from: number, to: number) => svg.arrow(`M${x} ${from}V${to + 2}`, "good")

const outward = left + 60
const homeward = left + wide - 60

export const draw = (): string => {
  check()
  const { Command, Credentials, Envelope, HttpTransport, Reply, Session, Transport, UndiciTransport } = steps
  const service = 590
  return svg.picture(
    712,
    "The way of a call to the service and back",
    `${Object.entries(steps)
      .map(([name, step]) => `${name} (${packageOf(step)}): ${step.says.join(" ")}`)
      .join(
        "; "
      )}. ${knows.map(([above, below]) => `${above} knows ${below}`).join("; ")}; none of it the other way round.`,
    [
      svg.text(svg.margin, 30, "The way of a call, and of its result", "title"),
      ...Array.from(new Set(Object.values(steps).map(packageOf)), band),
      ...Object.entries(steps).map(drawStep),
      down(left + wide / 2, under(Credentials), Session.y),
      svg.arrow(`M40 ${Session.y + 26}H${left - 2}`),
      svg.text(18, Session.y + 16, "your call", "small"),
      svg.arrow(`M${left} ${Session.y + 42}H24`, "good"),
      svg.text(18, Session.y + 58, "its result", "small"),
      down(outward, under(Session), Command.y),
      up(homeward, Command.y, under(Session)),
      down(outward, under(Command), Envelope.y),
      up(homeward, Reply.y, under(Command)),
      down(outward, under(Envelope), Transport.y),
      up(homeward, Transport.y, under(Reply)),
      down(outward, under(Transport), HttpTransport.y),
      down(right + 40, under(Transport), UndiciTransport.y),
      up(left + 120, HttpTransport.y, under(Transport)),
      up(homeward, UndiciTransport.y, under(Transport)),
      down(outward, under(HttpTransport), service),
      down(right + 40, under(UndiciTransport), service),
      up(left + 120, service, under(HttpTransport)),
      up(homeward, service, under(UndiciTransport)),
      svg.rect(left, service, wide, 34, "box", 8),
      svg.text(left + 12, service + 22, "the service", "name"),
      svg.legend(650, [
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`), "on the way out"],
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`, "good"), "on the way back"],
        [(x, y) => svg.rect(x - 7, y - 7, 14, 14, "band", 3), "a package"]
      ]),
      svg.paragraph(
        676,
        "Each imports what it works with, and nothing imports it back: the core knows no HTTP, and the transports know no sessions."
      )
    ]
  )
}
