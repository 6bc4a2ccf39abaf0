import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration } from "effect"
import * as fingerprint from "../../packages/core/src/internal/session/machine/fingerprint.ts"
import { initial } from "../../packages/core/src/internal/session/machine/state.ts"
import {
  accepted,
  at,
  check,
  credentials,
  disowned,
  errors,
  failed,
  loggedIn,
  loginEnded,
  offer,
  others,
  reset
} from "./machineInputs.ts"
import type { Life } from "./machineLife.ts"
import { next, live, after, told, tags, ordered, phaseOf, opened, proven, stillborn, again } from "./machineLife.ts"

describe("a refused session", () => {
  it("is lost once, with how old and how idle it was", () => {
    const step = live([...proven, [700, accepted()], [900, failed(errors.notAccepted)]])
    assert.deepInclude(step.events[0], {
      _tag: "Refused",
      error: "AuthFailed",
      reason: "SessionNotAccepted",
      generation: 1,
      idle: Duration.seconds(200),
      age: Duration.seconds(900)
    })
    const late = next(step.state, 901, failed(errors.notAccepted))
    assert.strictEqual(late.state, step.state)
    assert.deepStrictEqual(late.events, [])
  })

  it("is no matter of health", () => {
    assert.strictEqual(after(...proven, [1, failed(errors.notAccepted)]).health, "Healthy")
  })

  it("of an older generation changes nothing", () => {
    const renewed: Life = [...proven, [1, failed(errors.notAccepted)], ...again]
    const state = after(...renewed)
    for (const happening of [
      failed(errors.notAccepted, "ping", { logins: 1 }),
      failed(errors.frozen, "ping", { logins: 1 }),
      disowned({ logins: 1 }),
      accepted("ping", { logins: 1 })
    ]) {
      assert.deepStrictEqual(next(state, 3, happening), { state, order: { _tag: "Nothing" }, events: [] })
    }
  })
})

const flapped = (life: Life) => told(life).includes("Rejected")

describe("flapping", () => {
  const lost = failed(errors.notAccepted)

  it("is two sessions in a row that were refused at once", () => {
    const life: Life = [...stillborn, ...again, [3, lost]]
    const step = live(life)
    assert.deepStrictEqual(tags(step), ["Refused", "Rejected"])
    assert.deepInclude(step.events[1], { error: "AuthFailed", reason: "SessionFlapping" })
    assert.strictEqual(ordered(next(step.state, 3, check).order), "AuthFailed SessionFlapping 001")
    assert.strictEqual(ordered(next(step.state, 4, offer()).order), "AuthFailed SessionFlapping 001")
  })

  it.each<[what: string, life: Life]>([
    ["its being a command that is refused", [...stillborn, ...again, [3, failed(errors.notAccepted, "command")]]],
    [
      "a failed login in between",
      [...stillborn, [2, offer()], [3, loginEnded()], [20, offer()], [20, loggedIn()], [21, lost]]
    ],
    ["nearly a minute", [...stillborn, ...again, [61.999, lost]]]
  ])("is seen in spite of %s", (_, life) => {
    assert.isTrue(flapped(life))
  })

  it.each<[what: string, life: Life]>([
    ["a second session that lived for 60 s", [...stillborn, ...again, [62, lost]]],
    ["a first session that lived for 60 s", [...opened, [60, lost], [61, offer()], [61, loggedIn()], [62, lost]]],
    ["a first session that was accepted", [...proven, [1, lost], ...again, [3, lost]]],
    ["a second session that was accepted", [...stillborn, ...again, [3, accepted()], [3, lost]]],
    ["acceptance of a command", [...stillborn, ...again, [3, accepted("command")], [3, lost]]],
    [
      "a session of its own age",
      [...stillborn, ...again, [900, check], [900, offer()], [900, loggedIn()], [901, lost]]
    ],
    ["a first session that a caller disowned", [...opened, [1, disowned()], ...again, [3, lost]]],
    ["a second session that a caller disowned", [...stillborn, ...again, [3, disowned()]]],
    ["a reset in between", [...stillborn, [2, reset], ...again, [3, lost]]]
  ])("is not %s", (_, life) => {
    assert.isFalse(flapped(life))
  })

  it("says nothing about other credentials", () => {
    const life: Life = [...stillborn, ...again, [3, lost], [13, offer(others)], [13, loggedIn(others)], [14, lost]]
    assert.strictEqual(phaseOf(after(...life)), "Idle Stillborn")
  })
})

describe("a caller's word", () => {
  it("makes a refusal of its own error, told as one", () => {
    const step = live([...opened, [5, disowned()]])
    assert.deepInclude(step.events[0], {
      _tag: "Refused",
      error: "AuthFailed",
      reason: "SessionNotAccepted",
      idle: Duration.seconds(5),
      age: Duration.seconds(5)
    })
    assert.strictEqual(phaseOf(step.state), "Idle Refused")
    assert.strictEqual(step.state.lastError, "AuthFailed")
  })

  it("never counts towards flapping, however often", () => {
    const days = Array.from({ length: 5 }, (_, day): Life => [
      [day * 1000, offer()],
      [day * 1000, loggedIn()],
      [day * 1000 + 1, disowned()]
    ])
    assert.strictEqual(phaseOf(after(...days.flat())), "Idle Refused")
  })
})

describe("who may reject an open session", () => {
  it.each(["badCredentials", "frozen", "lockedOut", "wrongApiId"] as const)(
    "a ping that is told %s, and no command",
    (name) => {
      const state = after(...proven)
      const byPing = next(state, 1, failed(errors[name]))
      assert.strictEqual(phaseOf(byPing.state), "Rejected")
      assert.deepStrictEqual(tags(byPing), ["Rejected"])
      assert.deepStrictEqual(byPing.state.refused, [{ fingerprint: fingerprint.of(credentials), error: errors[name] }])
      const byCommand = next(state, 1, failed(errors[name], "command"))
      assert.deepStrictEqual(byCommand, { state, order: { _tag: "Nothing" }, events: [] })
    }
  )

  it.each(["idle", "authenticating"])("nobody while it is %s", (phase) => {
    const state = phase === "idle" ? initial : after([0, offer()])
    assert.strictEqual(next(state, 1, failed(errors.frozen)).state, state)
  })
})

describe("a success", () => {
  it("counts from the start of its exchange, and never back", () => {
    const state = after(...opened, [30, accepted("command", {}, at(20))])
    assert.deepInclude(state.phase, { usedAt: at(20), openedAt: at(0), trust: "Proven" })
    assert.deepStrictEqual(state.lastSuccess, at(20))
    const late = next(state, 31, accepted("ping", {}, at(10))).state
    assert.deepInclude(late.phase, { usedAt: at(20) })
    assert.deepStrictEqual(late.lastSuccess, at(20))
  })

  it("is told of pings, and not of commands", () => {
    const ping = live([...opened, [5, accepted()]])
    assert.deepInclude(ping.events[0], { _tag: "Pinged", at: DateTime.unsafeMake(5000), generation: 1 })
    assert.deepStrictEqual(tags(live([...opened, [5, accepted("command")]])), [])
  })

  it("of a session that is gone brings nothing back", () => {
    const state = after(...stillborn)
    assert.strictEqual(next(state, 2, accepted()).state, state)
  })
})
