import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Record } from "effect"
import type { Absence, State, Trust } from "../../packages/core/src/internal/session/machine/state.ts"
import { initial } from "../../packages/core/src/internal/session/machine/state.ts"
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"
import {
  accepted,
  at,
  check,
  demand,
  disowned,
  errors,
  failed,
  id,
  loggedIn,
  loginEnded,
  offer,
  others,
  renew,
  reset
} from "./machineInputs.ts"
import type { Life } from "./machineLife.ts"
import {
  rules,
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
  lives,
  inAbsence
} from "./machineLife.ts"

describe("a call that needs a session", () => {
  it("asks for a login where there is none, and where one is under way", () => {
    assert.strictEqual(live([[0, demand()]]).order._tag, "LogIn")
    assert.strictEqual(
      live([
        [0, offer()],
        [0, demand(true)]
      ]).order._tag,
      "LogIn"
    )
  })

  it("uses the one that there is, in the step that finds it usable", () => {
    const { events, order, state } = live([...opened, [5, demand()]])
    assert.deepStrictEqual(order, { _tag: "Use", lease: { id, generation: 1, epoch: 0 } })
    assert.deepStrictEqual(events, [])
    assert.strictEqual(state, next(state, 5, demand()).state)
  })

  it.each<[what: string, life: Life, second: number, order: string]>([
    ["just before it was unused for too long", opened, 839.999, "Use"],
    ["unused for too long", opened, 840, "LogIn"],
    ["used meanwhile", [...opened, [800, accepted()]], 1639.999, "Use"],
    ["just too old, however busy", [...opened, [3599, accepted()]], 3600, "LogIn"],
    ["not quite too old", [...opened, [3599, accepted()]], 3599.999, "Use"]
  ])("%s", (_, life, second, order) => {
    const step = live([...life, [second, demand()]])
    assert.strictEqual(step.order._tag, order)
    assert.deepStrictEqual(tags(step), order === "Use" ? [] : ["Expired"])
    assert.strictEqual(phaseOf(step.state), order === "Use" ? "Ready" : "Idle Expired")
  })

  it("tells how idle and how old the session was that expired, once, even beyond the budget", () => {
    const busy: State = {
      ...after(...opened, [700, accepted()]),
      logins: [{ at: at(1539), begins: true, reached: true }]
    }
    const step = next(busy, 1540, demand())
    const [expired] = step.events
    assert.deepInclude(expired, {
      _tag: "Expired",
      at: DateTime.unsafeMake(1_540_000),
      generation: 1,
      idle: Duration.seconds(840),
      age: Duration.seconds(1540)
    })
    assert.deepInclude(step.order, { _tag: "Fail" })
    assert.strictEqual(ordered(step.order), "AuthFailed LoginBudgetExceeded")
    assert.deepStrictEqual(tags(next(step.state, 1540, demand())), [])
  })

  it("is told when the budget lifts, and joins a login that is under way whatever the budget says", () => {
    const tried: Life = [
      [0, offer()],
      [1, loginEnded()]
    ]
    const { order } = live([...tried, [4, demand()]])
    assert.strictEqual(ordered(order), "AuthFailed LoginBudgetExceeded")
    assert.deepInclude(order._tag === "Fail" ? order.error : {}, { retryAt: DateTime.unsafeMake(10_000) })
    assert.strictEqual(live([...tried, [4, demand(true)]]).order._tag, "LogIn")
    assert.strictEqual(live([...tried, [10, demand()]]).order._tag, "LogIn")
  })

  it("counts the time that either clock saw", () => {
    const [slept, setBack] = [
      { wall: 840_000, monotonic: 0n },
      { wall: -3_600_000, monotonic: 840_000_000_000n }
    ]
    for (const now of [slept, setBack]) {
      assert.deepStrictEqual(tags(machine.step(after(...opened), demand()(initial, now), now, rules)), ["Expired"])
    }
  })
})

describe("a check", () => {
  it.each<[life: string, order: string]>([
    ["that was never opened", "AuthFailed SessionNotAccepted"],
    ["that logs in", "AuthFailed SessionNotAccepted"],
    ["that is open", "Use"],
    ["that is rejected", "AuthFailed BadCredentials 001"],
    ["that is closed", "AuthFailed SessionClosed"]
  ])("of a session %s never logs in: %s", (life, order) => {
    assert.strictEqual(ordered(live([...(lives[life] ?? []), [1, check]]).order), order)
  })

  it("tells that the session expired", () => {
    const step = live([...opened, [840, check]])
    assert.strictEqual(ordered(step.order), "AuthFailed SessionNotAccepted")
    assert.deepStrictEqual(tags(step), ["Expired"])
    assert.strictEqual(phaseOf(step.state), "Idle Expired")
  })
})

describe("an absence", () => {
  const endedBy: ReadonlyArray<readonly [absence: Absence, life: Life]> = [
    ["Unopened", []],
    ["Expired", [...opened, [840, check]]],
    ["Refused", [...proven, [1, failed(errors.notAccepted)]]],
    ["Refused", [...opened, [1, disowned()]]],
    ["Stillborn", stillborn],
    ["Reset", [...opened, [1, reset]]]
  ]
  it.each(endedBy)("is %s", (absence, life) => {
    assert.strictEqual(phaseOf(after(...life)), `Idle ${absence}`)
  })

  it("is OtherCredentials while the others log in", () => {
    assert.strictEqual(phaseOf(after(...rejected, [1, offer(others)])), "Authenticating OtherCredentials")
  })

  /** Whether a login may follow another within 10 s, how far the session is trusted, and what is left if the login fails. */
  const meanings: Readonly<Record<Absence, readonly [leave: "later" | "at once", trust: Trust, unended: Absence]>> = {
    Unopened: ["later", "Unproven", "Unopened"],
    Expired: ["later", "Unproven", "Expired"],
    Refused: ["at once", "Unproven", "Expired"],
    Stillborn: ["at once", "LastChance", "Doubtful"],
    Doubtful: ["later", "LastChance", "Doubtful"],
    Reset: ["at once", "Unproven", "Unopened"],
    OtherCredentials: ["at once", "Unproven", "Unopened"]
  }

  it.each(Record.toEntries(meanings))(
    "%s: a login %s, a session %s, and else %s",
    (absence, [leave, trust, unended]) => {
      const begun = { at: at(0), begins: true, reached: true }
      const once: State = { ...inAbsence(absence), logins: [begun] }
      for (const happening of [demand(), renew(), offer()]) {
        const isAllowed = next(once, 9, happening).order._tag !== "Fail"
        assert.strictEqual(isAllowed, leave === "at once")
        assert.strictEqual(next({ ...once, logins: [begun, begun] }, 9, happening).order._tag, "Fail")
        assert.notStrictEqual(next({ ...once, logins: [begun, begun] }, 10, happening).order._tag, "Fail")
      }
      const asked = next(inAbsence(absence), 0, offer()).state
      assert.strictEqual(phaseOf(asked), `Authenticating ${absence}`)
      assert.deepInclude(next(asked, 1, loggedIn()).state.phase, { _tag: "Ready", trust })
      assert.strictEqual(phaseOf(next(asked, 1, loginEnded()).state), `Idle ${unended}`)
    }
  )
})
