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

const width = 1000
const height = 530

interface Box {
  readonly x: number
  readonly y: number
  readonly kind: string
  readonly says: ReadonlyArray<string>
}

const size = { width: 190, height: 76 }

const boxes: Readonly<Record<Name, Box>> = {
  Idle: { x: 30, y: 160, kind: "box", says: ["no session:", "the next use logs in"] },
  Authenticating: { x: 405, y: 160, kind: "box", says: ["one login, for which", "all callers wait"] },
  Ready: { x: 780, y: 160, kind: "box-good", says: ["calls are sent, and the", "session is kept alive"] },
  Rejected: { x: 405, y: 404, kind: "box-bad", says: ["every call fails,", "and nothing is sent"] },
  Closed: { x: 780, y: 404, kind: "box", says: ["every call fails", "with SessionClosed"] }
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
    path: "M220 184H403",
    label: [312, 174, "middle"],
    says: ["next use"],
    causes: ["the provider gives credentials", "a login is tried again"]
  },
  "Authenticating → Idle": {
    path: "M405 214H222",
    label: [312, 233, "middle"],
    says: ["login fails,", "or reset"],
    causes: ["a login request is over", "a reset is asked for"]
  },
  "Authenticating → Ready": {
    path: "M595 198H778",
    label: [687, 188, "middle"],
    says: ["login succeeds"],
    causes: ["a login succeeds", "the store has a session"]
  },
  "Ready → Ready": {
    path: "M900 160C900 108 946 108 946 158",
    label: [923, 91, "middle"],
    says: ["a call or a", "renewal succeeds"],
    causes: keeping
  },
  "Ready → Idle": {
    path: "M830 160C830 46 125 46 125 158",
    label: [478, 29, "middle"],
    says: [
      "session refused (001, 003, 005, or a caller's word),",
      "next use after its time (idle or maxAge),",
      "or reset"
    ],
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
    path: "M165 236C165 380 270 428 403 428",
    kind: "bad",
    label: [180, 272, "start"],
    says: ["the provider's credentials", "were refused before"],
    causes: [
      "it gives credentials that were refused",
      "a login is refused",
      "the store knows that the credentials are refused"
    ]
  },
  "Authenticating → Rejected": {
    path: "M470 236V402",
    kind: "bad",
    label: [460, 332, "end"],
    says: ["login refused", "(001, 002, 004, 007, 108)"],
    causes: [
      "a login is refused",
      "it gives credentials that were refused",
      "the store knows that the credentials are refused"
    ]
  },
  "Rejected → Authenticating": {
    path: "M530 404V238",
    label: [540, 312, "start"],
    says: ["next use, and the", "provider has", "other credentials"],
    causes: ["the provider gives credentials", "a login is tried again"]
  },
  "Ready → Rejected": {
    path: "M850 236C850 350 720 428 597 428",
    kind: "bad",
    label: [846, 306, "start"],
    says: ["two fresh sessions", "refused in a row, or a", "ping refused with", "002, 004, 007 or 108"],
    causes: ["the session is refused", "a ping is told that the account is refused"]
  },
  "Rejected → Idle": {
    path: "M405 456C220 456 105 390 105 238",
    label: [140, 404, "end"],
    says: ["reset"],
    causes: ["a reset is asked for"]
  }
}

/** A login that renews a session may end after that session has, and a store's session comes from whichever state. */
const late: ReadonlyArray<string> = ["Idle → Ready", "Rejected → Ready"]

const box = (name: Name): string => {
  const { kind, says, x, y } = boxes[name]
  const middle = x + size.width / 2
  return [
    svg.rect(x, y, size.width, size.height, kind, 8),
    svg.text(middle, y + 26, name, "name", "middle"),
    svg.lines(middle, y + 46, says, "small", "middle")
  ].join("\n")
}

const edge = ({ kind, label: [x, y, anchor], path, says }: Route): string =>
  [svg.arrow(path, kind), svg.lines(x, y, says, "label", anchor)].join("\n")

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
    width,
    height,
    "The states of a session",
    Array.from(found, ([move, causes]) => `${move}: ${Array.from(causes).join(", ")}`).join("; "),
    [
      ...Object.values(routes).map(edge),
      svg.arrow("M640 456H778"),
      svg.lines(706, 475, ["the scope closes,", "in any state"], "label", "middle"),
      svg.text(30, 514, "Not drawn: a renewal that ends after its session was lost opens the next one.", "small"),
      ...transitions.phases.map(box)
    ]
  )
}
