// The session's state machine, as its own transition functions have it: each is tried on each kind of state, and every move
// that comes of it must have a place in the layout, and the other way round.
import * as Credentials from "@effect-clickatell/core/Credentials"
import { AuthFailed, TransportError } from "@effect-clickatell/core/Errors"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as Either from "effect/Either"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import * as machine from "../../packages/core/src/internal/sessionState.ts"
import * as svg from "./svg.ts"

type Name = machine.Phase["_tag"]

const at = (seconds: number): Instant => ({ wall: seconds * 1000, monotonic: BigInt(seconds) * 1_000_000_000n })
const life: machine.Life = { usable: 60_000, maxAge: Number.POSITIVE_INFINITY }
const now = at(1)
const late = at(3600)

const credentials = Either.getOrThrow(Credentials.make({ apiId: "1", user: "u", password: "p" }))
const others = Either.getOrThrow(Credentials.make({ apiId: "1", user: "u", password: "q" }))
const id = Either.getOrThrow(SessionId.make("0".repeat(32)))

const notAccepted = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted" })
const badCredentials = new AuthFailed({ operation: "auth", reason: "BadCredentials" })
const frozen = new AuthFailed({ operation: "ping", reason: "AccountFrozen" })
const unreachable = new TransportError({
  operation: "ping",
  reason: "Connect",
  phase: "connect",
  mayHaveReached: false
})

const first = ([state]: machine.Step): machine.State => state
const idle = machine.initial
const authenticating = first(machine.begin(idle, credentials, []))
const fresh = first(machine.opened(authenticating, id, now, now))
const used = first(machine.accepted(fresh, fresh.generation, now, now))
const freshAgain: machine.State = { ...fresh, stillborn: 1 }
const rejected = first(machine.failed(authenticating, badCredentials, undefined, now))
const closed = first(machine.closed(idle, now))

const isExpired = (state: machine.State): boolean => machine.lease(state, late, life) === undefined

/** What can happen, in words, and what it does; undefined where the session does not let it happen. */
const happenings: ReadonlyArray<readonly [string, (state: machine.State) => machine.Step | undefined]> = [
  // Whoever needs a session gets the one there is, or begins a login: see `Session.make` and `sessionLogin.make`.
  [
    "login begins",
    ({ phase, ...state }) =>
      phase._tag === "Idle" || (phase._tag === "Ready" && isExpired({ ...state, phase }))
        ? machine.begin({ ...state, phase }, credentials, [])
        : undefined
  ],
  ["other credentials", (state) => (state.phase._tag === "Rejected" ? machine.begin(state, others, []) : undefined)],
  ["login succeeds", (state) => machine.opened(state, id, now, now)],
  ["login fails", machine.abandoned],
  ["call succeeds", (state) => machine.accepted(state, state.generation, now, now)],
  ["call fails otherwise", (state) => machine.failed(state, unreachable, state.generation, now)],
  ["session refused", (state) => machine.failed(state, notAccepted, state.generation, now)],
  [
    "login refused",
    (state) =>
      state.phase._tag === "Authenticating" ? machine.failed(state, badCredentials, undefined, now) : undefined
  ],
  ["account refused", (state) => machine.failed(state, frozen, state.generation, now)],
  ["reset", machine.reset],
  ["scope closes", (state) => machine.closed(state, now)]
]

const states = [idle, authenticating, used, fresh, freshAgain, rejected, closed]

/** Every move from one state to another, and what causes it; a success keeps a session where it is. */
const moves = (): ReadonlyMap<string, ReadonlyArray<string>> => {
  const found = new Map<string, ReadonlyArray<string>>()
  for (const before of states) {
    for (const [cause, happen] of happenings) {
      const after = happen(before)?.[0].phase._tag
      const stays = after === before.phase._tag
      if (after === undefined || (stays && !(after === "Ready" && cause === "call succeeds"))) continue
      const key = `${before.phase._tag} → ${after}`
      const causes = found.get(key) ?? []
      if (!causes.includes(cause)) found.set(key, [...causes, cause])
    }
  }
  return found
}

const width = 1000
const height = 520

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
  /** The causes in this order, each as it is to be shown. */
  readonly shown: Readonly<Record<string, ReadonlyArray<string>>>
}

const routes: Readonly<Record<string, Route>> = {
  "Idle → Authenticating": {
    path: "M220 184H403",
    label: [312, 174, "middle"],
    shown: { "login begins": ["first use"] }
  },
  "Authenticating → Idle": {
    path: "M405 214H222",
    label: [312, 233, "middle"],
    shown: { "login fails": ["login fails"] }
  },
  "Authenticating → Ready": {
    path: "M595 184H778",
    label: [687, 174, "middle"],
    shown: { "login succeeds": ["login succeeds"] }
  },
  "Ready → Authenticating": {
    path: "M780 214H597",
    label: [687, 233, "middle"],
    shown: { "login begins": ["used after its time", "(idle or maxAge)"] }
  },
  "Ready → Ready": {
    path: "M900 160C900 108 946 108 946 158",
    label: [923, 108, "middle"],
    shown: { "call succeeds": ["call succeeds"] }
  },
  "Ready → Idle": {
    path: "M830 160C830 46 125 46 125 158",
    label: [478, 46, "middle"],
    shown: { "session refused": ["session refused (001, 003, 005),"], reset: ["or reset"] }
  },
  "Authenticating → Rejected": {
    path: "M470 236V402",
    kind: "bad",
    label: [460, 312, "end"],
    shown: { "login refused": ["login refused", "(001, 002, 004, 007, 108)"] }
  },
  "Rejected → Authenticating": {
    path: "M530 404V238",
    label: [540, 330, "start"],
    shown: { "other credentials": ["the provider has", "other credentials"] }
  },
  "Ready → Rejected": {
    path: "M850 236C850 350 720 428 597 428",
    kind: "bad",
    label: [846, 306, "start"],
    shown: {
      "session refused": ["two fresh sessions", "refused in a row, or"],
      "account refused": ["account refused", "(002, 004, 007, 108)"]
    }
  },
  "Rejected → Idle": {
    path: "M405 442C240 442 125 390 125 238",
    label: [160, 392, "end"],
    shown: { reset: ["reset"] }
  }
}

const box = (name: Name): string => {
  const { kind, says, x, y } = boxes[name]
  const middle = x + size.width / 2
  return [
    svg.rect(x, y, size.width, size.height, kind, 8),
    svg.text(middle, y + 26, name, "name", "middle"),
    svg.lines(middle, y + 46, says, "small", "middle")
  ].join("\n")
}

const edge = ({ kind, label: [x, y, anchor], path, shown }: Route): string =>
  [svg.arrow(path, kind), svg.lines(x, y, Object.values(shown).flat(), "label", anchor)].join("\n")

const sameOrThrow = (what: string, ours: Iterable<string>, theirs: Iterable<string>) => {
  const [drawn, found] = [ours, theirs].map((all) => Array.from(all).toSorted().join(" | "))
  if (drawn !== found) throw new Error(`${what}: the drawing has ${drawn}, and the code ${found}`)
}

export const draw = (): string => {
  const all = moves()
  const closing = Object.keys(boxes).flatMap((name) => (name === "Closed" ? [] : [`${name} → Closed`]))
  sameOrThrow("the moves", [...Object.keys(routes), ...closing], all.keys())
  for (const [move, { shown }] of Object.entries(routes)) {
    sameOrThrow(move, Object.keys(shown), all.get(move) ?? [])
  }
  for (const move of closing) sameOrThrow(move, ["scope closes"], all.get(move) ?? [])
  return svg.picture(
    width,
    height,
    "The states of a session",
    Array.from(all, ([move, causes]) => `${move}: ${causes.join(", ")}`).join("; "),
    [
      ...Object.values(routes).map(edge),
      svg.arrow("M640 448H778"),
      svg.lines(706, 467, ["the scope closes,", "in any state"], "label", "middle"),
      ...(["Idle", "Authenticating", "Ready", "Rejected", "Closed"] as const).map(box)
    ]
  )
}
