import { assert, describe, it } from "@effect/vitest"
import { DateTime } from "effect"
import type { Happening } from "./machineInputs.ts"
import {
  accepted,
  at,
  breakdown,
  check,
  close,
  credentials,
  demand,
  errors,
  failed,
  id,
  loggedIn,
  loginEnded,
  loginFailed,
  offer,
  others,
  providerFailed,
  renew,
  reset,
  retryLogin
} from "./machineInputs.ts"
import { credentials as withPassword } from "./support.ts"
import type { Life } from "./machineLife.ts"
import {
  next,
  live,
  after,
  told,
  tags,
  ordered,
  phaseOf,
  opened,
  proven,
  rejected,
  refuse,
  many
} from "./machineLife.ts"
import * as fingerprint from "../../packages/core/src/internal/session/machine/fingerprint.ts"

describe("a login", () => {
  it("begins with the credentials, and is told as it begins", () => {
    const { events, order, state } = live([[3, offer()]])
    assert.strictEqual(order._tag, "Send")
    assert.strictEqual(phaseOf(state), "Authenticating Unopened")
    assert.deepInclude(events[0], { _tag: "Authenticating", at: DateTime.unsafeMake(3000), generation: 0 })
    assert.deepStrictEqual(state.logins, [{ at: at(3), begins: true, reached: true }])
  })

  it("opens a session that lives from when the request began", () => {
    const { events, state } = live([
      [3, offer()],
      [8, loggedIn(credentials, {}, at(3))]
    ])
    assert.deepInclude(state.phase, { _tag: "Ready", id, openedAt: at(3), usedAt: at(3), trust: "Unproven" })
    assert.deepInclude(events[0], { _tag: "Authenticated", at: DateTime.unsafeMake(8000), generation: 1 })
    assert.strictEqual(state.lastSuccess, state.phase._tag === "Ready" ? state.phase.openedAt : undefined)
  })

  it("that ends without a session leaves none, and a session that it opened stays", () => {
    assert.strictEqual(phaseOf(after([0, offer()], [1, loginEnded()])), "Idle Unopened")
    assert.strictEqual(phaseOf(after(...opened, [1, loginEnded()])), "Ready")
    assert.strictEqual(phaseOf(after(...rejected, [1, loginEnded()])), "Rejected")
  })

  it.each(["unknown", "unreached", "portal", "busy", "fault", "notAccepted", "unavailable"] as const)(
    "that fails with %s rejects nothing",
    (name) => {
      const life: Life = [
        [0, offer()],
        [1, loginFailed(errors[name])],
        [1, loginEnded()]
      ]
      assert.strictEqual(phaseOf(after(...life)), "Idle Unopened")
      assert.deepStrictEqual(told(life), ["Authenticating", "Degraded"])
      assert.deepStrictEqual(after(...life).refused, [])
    }
  )

  it.each(["badCredentials", "frozen", "lockedOut", "wrongApiId"] as const)(
    "that fails with %s is rejected",
    (name) => {
      const life: Life = [
        [0, offer()],
        [1, loginFailed(errors[name])]
      ]
      const step = live(life)
      assert.strictEqual(phaseOf(step.state), "Rejected")
      assert.strictEqual(step.state.health, "Degraded")
      assert.deepInclude(step.events[0], { _tag: "Rejected", error: "AuthFailed", reason: errors[name].reason })
      assert.deepStrictEqual(told(life), ["Authenticating", "Rejected"])
    }
  )

  it("is rejected by the service alone, and not by a provider that fails with its words", () => {
    const { state } = live([
      [0, offer()],
      [1, providerFailed(errors.frozen)]
    ])
    assert.strictEqual(phaseOf(state), "Authenticating Unopened")
  })

  it("may be tried again by its own schedule, within the five requests", () => {
    const retries = [4, 12, 16, 20].map((second): Life[number] => [second, retryLogin()])
    assert.strictEqual(live([[0, offer()], ...retries]).order._tag, "Send")
    assert.strictEqual(
      ordered(live([[0, offer()], ...retries, [24, retryLogin()]]).order),
      "AuthFailed LoginBudgetExceeded"
    )
  })

  it("that did not reach the service counts for the 10 s and not towards the five", () => {
    const unreached: Life = Array.from({ length: 7 }, (_, index): Life => [
      [index * 10, offer()],
      [index * 10, loginFailed(errors.unreached)],
      [index * 10, loginEnded()]
    ]).flat()
    assert.strictEqual(ordered(live([...unreached, [69, demand()]]).order), "AuthFailed LoginBudgetExceeded")
    assert.strictEqual(live([...unreached, [70, demand()]]).order._tag, "LogIn")
    assert.strictEqual(live([...unreached, [70, offer()]]).order._tag, "Send")
  })

  it("of unknown outcome counts towards the five", () => {
    const life: Life = Array.from({ length: 5 }, (_, index): Life => [
      [index * 10, offer()],
      [index * 10, loginFailed(errors.unknown)],
      [index * 10, loginEnded()]
    ]).flat()
    const { order } = live([...life, [50, offer()]])
    assert.deepInclude(order._tag === "Fail" ? order.error : {}, { retryAt: DateTime.unsafeMake(300_000) })
  })
})

describe("refused credentials", () => {
  it("are never sent again, so that a provider which alternates sends each of them once", () => {
    const life: Life = [...refuse("a", 0), ...refuse("b", 5)]
    for (const password of ["a", "b"]) {
      const step = live([...life, [600, offer(withPassword(password))]])
      assert.strictEqual(ordered(step.order), "AuthFailed BadCredentials 001")
      assert.deepStrictEqual(tags(step), [])
    }
    assert.strictEqual(live([...life, [600, offer(withPassword("c"))]]).order._tag, "Send")
  })

  it("are remembered when the provider comes back to them later", () => {
    const life: Life = [
      ...refuse("a", 0),
      [5, offer(others)],
      [5, loggedIn(others)],
      [845, check],
      [845, offer(withPassword("a"))]
    ]
    const step = live(life)
    assert.strictEqual(ordered(step.order), "AuthFailed BadCredentials 001")
    assert.strictEqual(phaseOf(step.state), "Rejected")
    assert.deepStrictEqual(tags(step), ["Rejected"])
  })

  it("are 16 at most: then all are refused until a reset", () => {
    assert.strictEqual(live([...many(15), [1600, offer()]]).order._tag, "Send")
    const full = live(many(16)).state
    assert.strictEqual(full.refused.length, 16)
    assert.strictEqual(ordered(next(full, 1600, offer()).order), "AuthFailed BadCredentials 001")
    assert.strictEqual(next(next(full, 1600, reset).state, 1600, offer()).order._tag, "Send")
    const unasked = next(full, 1600, loginFailed(errors.frozen)).state
    assert.strictEqual(unasked.refused.length, 16)
  })

  it("are remembered once, and equal credentials are the same", () => {
    const { refused } = after(...rejected, [0, loginFailed(errors.frozen, withPassword())])
    assert.deepStrictEqual(refused, [{ fingerprint: fingerprint.of(credentials), error: errors.badCredentials }])
  })
})

describe("a rejected session", () => {
  it("fails every call with what the service said, and sends nothing", () => {
    const state = after(...rejected)
    for (const happening of [check, renew(), offer()]) {
      assert.strictEqual(ordered(next(state, 100, happening).order), "AuthFailed BadCredentials 001")
    }
  })

  it("lets the provider be asked for other credentials, but once in 30 s", () => {
    const state = after(...rejected)
    const asked = next(state, 1, demand())
    assert.strictEqual(asked.order._tag, "LogIn")
    assert.strictEqual(ordered(next(asked.state, 30.999, demand()).order), "AuthFailed BadCredentials 001")
    assert.strictEqual(next(asked.state, 31, demand()).order._tag, "LogIn")
    const refusedAgain = next(asked.state, 2, offer())
    assert.strictEqual(ordered(next(refusedAgain.state, 30.999, demand()).order), "AuthFailed BadCredentials 001")
  })

  it("joins an appeal that is under way, and asks the budget before the provider", () => {
    const asked = live([...rejected, [1, demand()]]).state
    assert.strictEqual(next(asked, 2, demand(true)).order._tag, "LogIn")
    const twice = after(...rejected, [0, offer(others)], [0, loginFailed(errors.badCredentials, others)])
    const early = next(twice, 9, demand())
    assert.strictEqual(ordered(early.order), "AuthFailed BadCredentials 001")
    assert.strictEqual(early.state, twice)
    assert.strictEqual(next(twice, 30, demand()).order._tag, "LogIn")
  })

  it("is told its own error while the budget is spent, and its provider is left alone", () => {
    const life: Life = [...rejected, [0, reset], [0, offer()], [0, loginFailed(errors.badCredentials)]]
    assert.strictEqual(ordered(live([...life, [9, demand()]]).order), "AuthFailed BadCredentials 001")
    assert.strictEqual(live([...life, [10, demand()]]).order._tag, "LogIn")
  })

  it("keeps its reason, whatever else breaks", () => {
    for (const happening of [breakdown, failed(errors.unknown), loginFailed(errors.unknown)]) {
      assert.strictEqual(after(...rejected, [1, happening]).lastError, "AuthFailed")
    }
  })

  it("is as it was when the provider fails", () => {
    const state = after(...rejected, [1, demand()])
    assert.deepStrictEqual(next(state, 2, providerFailed()), { state, order: { _tag: "Nothing" }, events: [] })
  })

  it.each<[way: string, life: Life, phase: string]>([
    ["other credentials", [[1, offer(others)]], "Authenticating OtherCredentials"],
    ["a reset", [[1, reset]], "Idle Reset"],
    ["a login that was under way", [[1, loggedIn()]], "Ready"],
    ["its end", [[1, close]], "Closed"]
  ])("is left by %s", (_, life, phase) => {
    assert.strictEqual(phaseOf(after(...rejected, ...life)), phase)
  })

  it("tells what it was rejected for last", () => {
    const state = after(...rejected, [0, loginFailed(errors.frozen, others)])
    assert.strictEqual(ordered(next(state, 1, check).order), "AuthFailed AccountFrozen 004")
  })
})

describe("a renewal", () => {
  it("is an ordinary login, and leaves the session in use until the new one is there", () => {
    const asked = live([...proven, [20, renew()]])
    assert.strictEqual(asked.order._tag, "LogIn")
    const under = next(asked.state, 20, offer())
    assert.strictEqual(under.order._tag, "Send")
    assert.deepStrictEqual(tags(under), ["Authenticating"])
    assert.deepInclude(next(under.state, 21, demand()).order, { _tag: "Use" })
    const renewed = next(under.state, 22, loggedIn())
    assert.deepStrictEqual(next(renewed.state, 22, demand()).order, {
      _tag: "Use",
      lease: { id, generation: 2, epoch: 0 }
    })
    assert.strictEqual(ordered(live([...proven, [9, renew()]]).order), "AuthFailed LoginBudgetExceeded")
    assert.strictEqual(live([...proven, [9, renew(true)]]).order._tag, "LogIn")
  })

  it.each<[what: string, happening: Happening]>([
    ["credentials", loginFailed(errors.badCredentials)],
    ["the account", loginFailed(errors.frozen)],
    ["nobody, for the network is down", loginFailed(errors.unreached)],
    ["the provider", providerFailed()]
  ])("that fails leaves Ready, refused by %s", (_, happening) => {
    const life: Life = [...proven, [20, offer()], [21, happening], [21, loginEnded()]]
    const { phase } = after(...life)
    assert.deepStrictEqual(phase, after(...proven, [20, offer()]).phase)
    assert.deepStrictEqual(told(life).slice(-2), ["Authenticating", "Degraded"])
  })

  it("that lands after its session was found stillborn opens one on its last chance", () => {
    const life: Life = [...opened, [20, offer()], [21, failed(errors.notAccepted)], [22, loggedIn()]]
    assert.deepInclude(after(...life).phase, { _tag: "Ready", trust: "LastChance" })
  })

  it("that lands late does not set the last success back", () => {
    const life: Life = [...opened, [20, offer()], [25, accepted()], [26, loggedIn(credentials, {}, at(20))]]
    assert.deepStrictEqual(after(...life).lastSuccess, at(25))
  })

  it("that succeeds with credentials which a ping saw refused meanwhile takes them back", () => {
    const life: Life = [...proven, [20, offer()], [21, failed(errors.frozen)], [22, loggedIn()]]
    assert.deepStrictEqual(after(...life).refused, [])
    assert.strictEqual(live([...life, [90, failed(errors.notAccepted)], [90, offer()]]).order._tag, "Send")
  })

  it("does not send credentials again that were refused, and these end the session once it is lost", () => {
    const life: Life = [...proven, [20, offer(others)], [21, loginFailed(errors.badCredentials, others)]]
    const state = after(...life)
    const same = next(state, 40, offer(others))
    assert.deepStrictEqual(same, { state, order: { _tag: "Fail", error: errors.badCredentials }, events: [] })
    const lost = live([...life, [50, failed(errors.notAccepted)], [50, offer(others)]])
    assert.strictEqual(phaseOf(lost.state), "Rejected")
  })
})
