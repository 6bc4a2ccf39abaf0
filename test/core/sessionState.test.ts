import { AuthFailed, TransportError } from "@effect-clickatell/core/Errors"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Either, Redacted } from "effect"
import * as loginBudget from "../../packages/core/src/internal/loginBudget.ts"
import type { State, Step } from "../../packages/core/src/internal/sessionState.ts"
import * as machine from "../../packages/core/src/internal/sessionState.ts"
import { credentials } from "./support.ts"

const at = (millis: number) => ({ wall: millis, monotonic: BigInt(millis) * 1_000_000n })
const id = Redacted.make("decafbad") as Parameters<typeof machine.opened>[1]
const refusal = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted", code: "001" })
const frozen = new AuthFailed({ operation: "ping", reason: "AccountFrozen", code: "004" })
const reset = new TransportError({ operation: "ping", reason: "Reset", phase: "headers", mayHaveReached: true })

const transitions: Record<string, (state: State) => Step> = {
  begin: (state) => machine.begin(state, credentials(), []),
  opened: (state) => machine.opened(state, id, at(1), at(2)),
  abandoned: machine.abandoned,
  accepted: (state) => machine.accepted(state, state.generation, at(1), at(2)),
  refused: (state) => machine.failed(state, refusal, state.generation, at(2)),
  rejected: (state) => machine.failed(state, frozen, undefined, at(2)),
  degraded: (state) => machine.failed(state, reset, undefined, at(2)),
  reset: machine.reset
}

const after = (...names: ReadonlyArray<keyof typeof transitions>) =>
  names.reduce((state, name) => transitions[name]?.(state)[0] ?? state, machine.initial)

describe("the end", () => {
  const closed = machine.closed(after("begin", "opened"), at(3))[0]

  it.each(Object.entries(transitions))("is not left by %s, which tells nothing either", (_, transition) => {
    const [state, ...events] = transition(closed)
    assert.strictEqual(state.phase._tag, "Closed")
    assert.deepStrictEqual(events, [])
  })
})

describe("the states", () => {
  it.each([
    [["begin"], "Authenticating"],
    [["begin", "abandoned"], "Idle"],
    [["begin", "opened"], "Ready"],
    [["begin", "opened", "abandoned"], "Ready"],
    [["opened"], "Idle"],
    [["accepted"], "Idle"],
    [["begin", "rejected"], "Rejected"],
    [["begin", "rejected", "abandoned"], "Rejected"],
    [["begin", "rejected", "reset"], "Idle"],
    [["begin", "reset"], "Authenticating"],
    [["begin", "opened", "reset"], "Idle"],
    [["begin", "opened", "refused"], "Idle"],
    [["begin", "opened", "degraded"], "Ready"],
    [["begin", "opened", "refused", "begin", "opened", "refused"], "Rejected"],
    [["begin", "opened", "accepted", "refused", "begin", "opened", "refused"], "Idle"],
    [["begin", "opened", "refused", "begin", "opened", "accepted", "refused"], "Idle"],
    [["begin", "opened", "refused", "refused"], "Idle"],
    [["begin", "refused"], "Authenticating"]
  ] as const)("after %j: %s", (names, state) => {
    assert.strictEqual(after(...names).phase._tag, state)
  })

  it("keep a clean record for other credentials alone", () => {
    const once = after("begin", "opened", "refused")
    assert.strictEqual(once.stillborn, 1)
    assert.strictEqual(machine.begin(once, credentials(), [])[0].stillborn, 1)
    assert.strictEqual(machine.begin(after("begin", "rejected"), credentials("other"), [])[0].stillborn, 0)
    assert.strictEqual(machine.reset(once)[0].stillborn, 0)
    assert.isFalse(machine.reset(once)[0].refused)
  })
})

describe("a moment", () => {
  it("is the wall clock's, and generations are those of what happened", () => {
    const [, event] = machine.pinged(after("begin", "opened"), 7, at(5))
    assert.deepInclude(event, { _tag: "Pinged", generation: 7, at: DateTime.unsafeMake(5) })
  })
})

const limits = { spacing: 10_000, limit: 5, window: 300_000 }
const entries = (...given: ReadonlyArray<readonly [number, loginBudget.Kind]>) =>
  given.map(([millis, kind]) => ({ at: at(millis), kind }))
const wait = (given: ReadonlyArray<loginBudget.Entry>, now: number, kind: loginBudget.Kind) =>
  Either.match(loginBudget.admit(limits, given, at(now), kind), { onLeft: (wait) => wait, onRight: () => 0 })

describe("the login budget", () => {
  it.each([
    ["a first login", [], 0, "login", 0],
    ["a login too soon", [[0, "login"]], 9_999, "login", 1],
    ["a login in time", [[0, "login"]], 10_000, "login", 0],
    ["a relogin at once", [[0, "login"]], 1, "relogin", 0],
    [
      "a second relogin",
      [
        [0, "login"],
        [1, "relogin"]
      ],
      2,
      "relogin",
      9_998
    ],
    [
      "a relogin after a relogin long ago",
      [
        [0, "login"],
        [1, "relogin"]
      ],
      10_000,
      "relogin",
      0
    ],
    [
      "a login after a relogin",
      [
        [0, "login"],
        [5_000, "relogin"]
      ],
      10_000,
      "login",
      5_000
    ],
    ["a retry, which has a schedule of its own", [[0, "login"]], 1, "retry", 0],
    [
      "a login after a retry",
      [
        [0, "login"],
        [9_000, "retry"]
      ],
      10_000,
      "login",
      0
    ],
    [
      "a sixth request",
      [
        [0, "login"],
        [4_000, "retry"],
        [12_000, "retry"],
        [20_000, "login"],
        [24_000, "retry"]
      ],
      30_000,
      "retry",
      270_000
    ],
    [
      "a sixth request in time",
      [
        [0, "login"],
        [4_000, "retry"],
        [12_000, "retry"],
        [20_000, "login"],
        [24_000, "retry"]
      ],
      300_000,
      "login",
      0
    ],
    [
      "the longer of both waits",
      [
        [0, "login"],
        [4_000, "retry"],
        [12_000, "retry"],
        [16_000, "retry"],
        [299_000, "login"]
      ],
      299_500,
      "login",
      9_500
    ]
  ] as const)("lets %s wait", (_, given, now, kind, expected) => {
    assert.strictEqual(wait(entries(...given), now, kind), expected)
  })

  it("remembers what still counts, and no more", () => {
    const given = entries([0, "login"], [4_000, "retry"], [200_000, "login"])
    const kept = Either.getOrThrow(loginBudget.admit(limits, given, at(300_000), "login"))
    assert.deepStrictEqual(kept, entries([4_000, "retry"], [200_000, "login"], [300_000, "login"]))
  })
})
