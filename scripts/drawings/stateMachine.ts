// The session's state machine as a picture: every move that comes of trying it must have a place in the layout, and the other
// way round.
import type { Cause, Outcome } from "./transitions.ts"
import * as transitions from "./transitions.ts"
import * as svg from "./svg.ts"

type Name = Outcome["from"]

/** What leaves a session open, and is drawn all the same. */
const keeping: ReadonlyArray<Cause> = [
  "a ping succeeds",
  "a command succeeds",
  "a login succeeds",
  "the store has a session"
]

/** Every move from one state to another, and what causes it. */
const moves = (): ReadonlyMap<string, ReadonlySet<Cause>> => {
  const found = new Map<string, Set<Cause>>()
  for (const { cause, from, to } of transitions.find()) {
    if (from === to && !(from === "Ready" && keeping.includes(cause))) continue
    const move = `${from} → ${to}`
    found.set(move, (found.get(move) ?? new Set()).add(cause))
  }
  return found
}

interface Box {
  readonly y: number
  readonly kind: string
  readonly says: ReadonlyArray<string>
}

const size = { x: 150, width: 180, height: 66 }

const boxes: Readonly<Record<Name, Box>> = {
  Ready: { y: 52, kind: "box-good", says: ["calls are sent, and the", "session is kept alive"] },
  Idle: { y: 208, kind: "box", says: ["no session:", "the next use logs in"] },
  Authenticating: { y: 334, kind: "box", says: ["one login, for which", "all callers wait"] },
  Rejected: { y: 486, kind: "box-bad", says: ["every call fails,", "and nothing is sent"] },
  Closed: { y: 592, kind: "box", says: ["every call fails", "with SessionClosed"] }
}

interface Route {
  readonly path: string
  readonly kind?: string
  readonly label: readonly [x: number, y: number, anchor: svg.Anchor]
  readonly says: ReadonlyArray<string>
  /** What the label stands for. */
  readonly causes: ReadonlyArray<Cause>
}

const routes: Readonly<Record<string, Route>> = {
  "Idle → Authenticating": {
    path: "M164 274V332",
    label: [171, 298, "start"],
    says: ["next use,", "or a renewal"],
    causes: ["the provider gives credentials", "a login is tried again"]
  },
  "Authenticating → Idle": {
    path: "M268 334V276",
    label: [275, 298, "start"],
    says: ["login fails,", "or reset"],
    causes: ["a login request is over", "a reset is asked for"]
  },
  "Authenticating → Ready": {
    path: "M330 366H368V98H332",
    kind: "good",
    label: [375, 150, "start"],
    says: ["login", "succeeds"],
    causes: ["a login succeeds", "the store has a session"]
  },
  "Ready → Ready": {
    path: "M150 70C112 62 112 112 148 100",
    kind: "good",
    label: [114, 74, "end"],
    says: ["a call or a", "renewal", "succeeds"],
    causes: keeping
  },
  "Ready → Idle": {
    path: "M164 118V206",
    label: [171, 142, "start"],
    says: ["refused (001, 003, 005,", "or by a caller's word);", "next use after its time", "(idle, maxAge); or reset"],
    causes: [
      "the session is refused",
      "a caller takes an error for a refusal",
      "a call needs a session",
      "a call needs one while a login is under way",
      "a check",
      "a reset is asked for"
    ]
  },
  "Idle → Rejected": {
    path: "M150 228H100V532H148",
    kind: "bad",
    label: [93, 340, "end"],
    says: ["the", "provider's", "credentials", "were", "refused", "before"],
    causes: [
      "it gives credentials that were refused",
      "a login is refused",
      "the store knows that the credentials are refused"
    ]
  },
  "Authenticating → Rejected": {
    path: "M164 400V484",
    kind: "bad",
    label: [171, 426, "start"],
    says: ["login refused", "(001, 002,", "004, 007, 108)"],
    causes: [
      "a login is refused",
      "it gives credentials that were refused",
      "the store knows that the credentials are refused"
    ]
  },
  "Rejected → Authenticating": {
    path: "M284 486V402",
    label: [291, 426, "start"],
    says: ["next use, and the", "provider has other", "credentials"],
    causes: ["the provider gives credentials", "a login is tried again"]
  },
  "Ready → Rejected": {
    path: "M330 72H466V519H332",
    kind: "bad",
    label: [460, 224, "end"],
    says: ["two fresh", "sessions", "refused in", "a row, or a", "ping refused", "with 002,", "004, 007", "or 108"],
    causes: ["the session is refused", "a ping is told that the account is refused"]
  },
  "Rejected → Idle": {
    path: "M150 506H128V250H148",
    label: [128, 312, "middle"],
    says: ["reset"],
    causes: ["a reset is asked for"]
  }
}

/** A login that renews a session may end after that session has, and a store's session comes from whichever state. */
const late: ReadonlyArray<string> = ["Idle → Ready", "Rejected → Ready"]

const box = (name: Name): string => {
  const { kind, says, y } = boxes[name]
  const middle = size.x + size.width / 2
  return [
    svg.rect(size.x, y, size.width, size.height, kind, 8),
    svg.text(middle, y + 24, name, "name", "middle"),
    svg.lines(middle, y + 41, says, "small", "middle")
  ].join("\n")
}

const edge = ({ kind, label: [x, y, anchor], path, says }: Route): string =>
  [svg.arrow(path, kind), svg.lines(x, y, says, "ink-small over", anchor)].join("\n")

const sameOrThrow = (what: string, ours: Iterable<string>, theirs: Iterable<string>) => {
  const [drawn, found] = [ours, theirs].map((all) => Array.from(all).toSorted().join(" | "))
  if (drawn !== found) throw new Error(`${what}: the drawing has ${drawn}, and the code ${found}`)
}

export const draw = (): string => {
  const found = moves()
  const closing = Object.keys(boxes).flatMap((name) => (name === "Closed" ? [] : [`${name} → Closed`]))
  const drawn: ReadonlyArray<readonly [move: string, causes: ReadonlyArray<Cause>]> = [
    ...Object.entries(routes).map(([move, { causes }]) => [move, causes] as const),
    ...late.map((move) => [move, ["a login succeeds", "the store has a session"]] as const),
    ...closing.map((move) => [move, ["the scope closes"]] as const)
  ]
  sameOrThrow(
    "the moves",
    drawn.map(([move]) => move),
    found.keys()
  )
  for (const [move, causes] of drawn) sameOrThrow(move, causes, found.get(move) ?? [])
  return svg.picture(
    738,
    "The states of a session",
    Array.from(found, ([move, causes]) => `${move}: ${Array.from(causes).join(", ")}`).join("; "),
    [
      svg.text(svg.margin, 30, "The states of a session", "title"),
      ...Object.values(routes).map(edge),
      svg.arrow("M40 625H148"),
      svg.lines(svg.margin, 602, ["the scope closes,", "in any state"], "ink-small"),
      ...transitions.phases.map(box),
      svg.legend(682, [
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`, "good"), "leads to a session"],
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`, "bad"), "nothing more is sent"],
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`), "other"]
      ]),
      svg.paragraph(708, "Not drawn: a renewal that ends after its session was lost opens the next one.")
    ]
  )
}
