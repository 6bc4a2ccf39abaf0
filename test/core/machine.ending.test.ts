import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration } from "effect"
import type { Happening } from "./machineInputs.ts"
import {
  accepted,
  adopted,
  attach,
  barred,
  breakdown,
  check,
  close,
  credentials,
  demand,
  detach,
  disowned,
  errors,
  failed,
  loggedIn,
  loginEnded,
  loginFailed,
  offer,
  providerFailed,
  renew,
  replay,
  reset,
  retry,
  skip,
  skipElsewhere
} from "./machineInputs.ts"
import type { Life } from "./machineLife.ts"
import {
  next,
  live,
  after,
  tags,
  ordered,
  phaseOf,
  opened,
  proven,
  rejected,
  stillborn,
  relogin,
  lives
} from "./machineLife.ts"

describe("an epoch", () => {
  it("begins with a reset, which forgets all but the budget", () => {
    const state = after(...stillborn, [2, failed(errors.unknown)], [3, offer()], [3, loginFailed(errors.frozen)])
    const step = next(state, 4, reset)
    assert.deepStrictEqual(step.state, {
      ...state,
      phase: { _tag: "Idle", absence: "Reset" },
      epoch: 1,
      refused: []
    })
    assert.deepInclude(step.events[0], { _tag: "Reset", at: DateTime.unsafeMake(4000), generation: 1 })
  })

  it.each(Object.entries(lives).filter(([name]) => name !== "that is closed"))("ends a session %s", (_, life) => {
    const step = live([...life, [1, reset]])
    assert.strictEqual(phaseOf(step.state), "Idle Reset")
    assert.deepStrictEqual(tags(step), ["Reset"])
  })

  it("lets one login begin at once, and no third within 10 s however often it is reset", () => {
    assert.strictEqual(live([...opened, ...relogin(1)]).order._tag, "Send")
    assert.strictEqual(ordered(live([...opened, ...relogin(1), ...relogin(2)]).order), "AuthFailed LoginBudgetExceeded")
  })

  const ago = { resets: 1 }
  it.each<[what: string, happening: Happening]>([
    ["credentials", offer(credentials, ago)],
    ["a login", loggedIn(credentials, ago)],
    ["a login that was refused", loginFailed(errors.badCredentials, credentials, ago)],
    ["a login that did not reach the service", loginFailed(errors.unreached, credentials, ago)],
    ["the end of a login", loginEnded(ago)],
    ["a success", accepted("ping", ago)],
    ["a refusal", failed(errors.notAccepted, "ping", ago)],
    ["a rejection", failed(errors.frozen, "ping", ago)],
    ["a failure", failed(errors.unknown, "command", ago)],
    ["a caller's word", disowned(ago)]
  ])("that is over changes nothing: %s", (_, happening) => {
    const newer: Life = [...opened, [1, reset]]
    for (const life of [
      newer,
      [...newer, [1, offer()]],
      [...newer, [1, offer()], [2, loggedIn()]]
    ] satisfies ReadonlyArray<Life>) {
      const state = after(...life)
      assert.deepStrictEqual(next(state, 3, happening), { state, order: { _tag: "Nothing" }, events: [] })
    }
  })
})

describe("health", () => {
  it.each<[what: string, happening: Happening, degraded: boolean]>([
    ["a lost ping", failed(errors.unknown), true],
    ["a lost command", failed(errors.unknown, "command"), true],
    ["a portal", failed(errors.portal, "command"), true],
    ["a code that answers a ping", failed(errors.busy), true],
    ["a code that answers a command, which may be its own fault", failed(errors.busy, "command"), false],
    ["a fault that answers a ping", failed(errors.fault), true],
    ["a fault that answers a command", failed(errors.fault, "command"), false],
    ["a late failure of the session before", failed(errors.unknown, "command", { logins: 1 }), true],
    ["a keep-alive that breaks", breakdown, true],
    ["a provider that fails", providerFailed(), true],
    ["a call tried again", retry, false]
  ])("%s", (_, happening, degraded) => {
    for (const life of [proven, [], [[0, offer()]]] satisfies ReadonlyArray<Life>) {
      const step = live([...life, [1, happening]])
      assert.strictEqual(step.state.health, degraded ? "Degraded" : "Healthy")
      assert.strictEqual(tags(step).includes("Degraded"), degraded)
    }
  })

  it("is told at its edges alone, each with its own error", () => {
    const down: Life = [...proven, [1, failed(errors.unknown)], [2, failed(errors.portal)]]
    assert.deepInclude(live(down.slice(0, -1)).events[0], {
      _tag: "Degraded",
      error: "TransportError",
      reason: "Reset"
    })
    assert.deepStrictEqual(live(down).events, [])
    assert.strictEqual(after(...down).lastError, "MalformedReply")
    const up = live([...down, [3, accepted("command")]])
    assert.deepStrictEqual(tags(up), ["Recovered"])
    assert.strictEqual(up.state.health, "Healthy")
    assert.deepStrictEqual(tags(live([...down, [3, accepted()]])), ["Recovered", "Pinged"])
  })

  it("comes back with a login, and not with a reset", () => {
    const life: Life = [...rejected, [1, reset]]
    assert.strictEqual(after(...life).health, "Degraded")
    assert.deepStrictEqual(tags(live([...life, [1, offer()], [1, loggedIn()]])), ["Authenticated", "Recovered"])
  })

  it("keeps what went wrong last, and not what a command's parameters caused", () => {
    assert.strictEqual(after(...proven, [1, failed(errors.busy, "command")]).lastError, "ApiError")
    assert.strictEqual(after(...proven, [1, failed(errors.lockedOut, "command")]).lastError, undefined)
    assert.strictEqual(after(...proven, [1, failed(errors.notAccepted)]).lastError, "AuthFailed")
  })
})

describe("what is only told", () => {
  it("is a retry, with its error and its pause", () => {
    assert.deepInclude(live([...opened, [1, retry]]).events[0], {
      _tag: "Retrying",
      error: "TransportError",
      reason: "Reset",
      operation: "ping",
      delay: Duration.seconds(4),
      generation: 1
    })
  })

  it("is a ping that was not needed; a replay is not", () => {
    assert.deepStrictEqual(tags(live([...opened, [1, skip]])), ["Skipped"])
    assert.deepStrictEqual(tags(live([...opened, [1, replay]])), [])
    assert.deepStrictEqual(after(...opened, [1, skip], [1, replay]), after(...opened))
  })
})

describe("the end", () => {
  const step = live([...rejected, [5, close]])

  it("is told once, opens no epoch that anything could belong to, and forgets what is secret", () => {
    assert.deepInclude(step.events[0], { _tag: "Closed", at: DateTime.unsafeMake(5000), generation: 0 })
    assert.deepInclude(step.state, { phase: { _tag: "Closed" }, epoch: 1, refused: [], logins: [] })
    assert.deepStrictEqual(after(...opened, [1, close]).phase, { _tag: "Closed" })
  })

  it.each<[what: string, happening: Happening, operation: string]>([
    ["a call", demand(), "ping"],
    ["a check", check, "ping"],
    ["a renewal", renew(), "auth"],
    ["credentials", offer(), "auth"]
  ])("fails %s with SessionClosed", (_, happening, operation) => {
    const { events, order, state } = next(step.state, 6, happening)
    assert.deepInclude(order._tag === "Fail" ? { ...order.error } : {}, { reason: "SessionClosed", operation })
    assert.deepStrictEqual(events, [])
    assert.strictEqual(state, step.state)
  })

  it.each<[what: string, happening: Happening]>([
    ["a login", loggedIn()],
    ["a failed login", loginFailed(errors.badCredentials)],
    ["the end of a login", loginEnded()],
    ["a success", accepted()],
    ["a failure", failed(errors.unknown)],
    ["a caller's word", disowned()],
    ["a replay", replay],
    ["a retry", retry],
    ["a ping that is not needed", skip],
    ["a use elsewhere", skipElsewhere()],
    ["a refusal elsewhere", barred()],
    ["another's session", adopted()],
    ["a store that goes", detach],
    ["a store that comes", attach],
    ["a keep-alive that breaks", breakdown],
    ["a reset", reset],
    ["another end", close]
  ])("is not left by %s, which tells nothing either", (_, happening) => {
    assert.deepStrictEqual(next(step.state, 6, happening), {
      state: step.state,
      order: { _tag: "Nothing" },
      events: []
    })
  })
})
