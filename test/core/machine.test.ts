import type { AuthFailed } from "@effect-clickatell/core/Errors"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Record } from "effect"
import type { Absence, Order, Rules, State, Step, Trust } from "../../packages/core/src/internal/session/machine.ts"
import * as machine from "../../packages/core/src/internal/session/machine.ts"
import type { Happening } from "./machineInputs.ts"
import {
  accepted,
  at,
  breakdown,
  check,
  close,
  credentials,
  demand,
  disowned,
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
  replay,
  reset,
  retry,
  retryLogin,
  skip
} from "./machineInputs.ts"
import { said, credentials as withPassword } from "./support.ts"

/** As by default, with a `maxAge` of an hour. */
const rules: Rules = {
  usable: 840_000,
  maxAge: 3_600_000,
  budget: { spacing: 10_000, limit: 5, window: 300_000 }
}

type Life = ReadonlyArray<readonly [second: number, happening: Happening]>

const next = (state: State, second: number, happening: Happening): Step =>
  machine.step(state, happening(state, at(second)), at(second), rules)

/** The last step of a life. */
const live = (life: Life): Step =>
  life.reduce<Step>((before, [second, happening]) => next(before.state, second, happening), {
    state: machine.initial,
    order: { _tag: "Nothing" },
    events: []
  })

const after = (...life: Life): State => live(life).state

/** Everything that a life tells. */
const told = (life: Life): ReadonlyArray<string> =>
  life.flatMap((_, index) => live(life.slice(0, index + 1)).events.map(({ _tag }) => _tag))

const tags = ({ events }: Step) => events.map(({ _tag }) => _tag)

/** What is to be done: the order's tag, and what the caller is told. */
const ordered = (order: Order): string => (order._tag === "Fail" ? said(order.error) : order._tag)

const phaseOf = ({ phase }: State): string => ("absence" in phase ? `${phase._tag} ${phase.absence}` : phase._tag)

const opened: Life = [
  [0, offer()],
  [0, loggedIn()]
]
const proven: Life = [...opened, [0, accepted()]]
const rejected: Life = [
  [0, offer()],
  [0, loginFailed(errors.badCredentials)]
]
const stillborn: Life = [...opened, [1, failed(errors.notAccepted)]]
const again: Life = [
  [2, offer()],
  [2, loggedIn()]
]

const refuse = (password: string, second: number): Life => [
  [second, offer(withPassword(password))],
  [second, loginFailed(errors.badCredentials, withPassword(password))]
]

const relogin = (second: number): Life => [
  [second, reset],
  [second, offer()]
]

const many = (count: number): Life =>
  Array.from({ length: count }, (_, index) => refuse(`${index}`, index * 100)).flat()

const lives: Readonly<Record<string, Life>> = {
  "that was never opened": [],
  "that logs in": [[0, offer()]],
  "that is open": opened,
  "that is rejected": rejected,
  "that is closed": [...opened, [0, close]]
}

const inAbsence = (absence: Absence): State => ({ ...machine.initial, phase: { _tag: "Idle", absence } })

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
      assert.deepStrictEqual(tags(machine.step(after(...opened), demand()(machine.initial, now), now, rules)), [
        "Expired"
      ])
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

describe("flapping", () => {
  const flapped = (life: Life) => told(life).includes("Rejected")
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
      assert.deepStrictEqual(byPing.state.refused, [{ credentials, error: errors[name] }])
      const byCommand = next(state, 1, failed(errors[name], "command"))
      assert.deepStrictEqual(byCommand, { state, order: { _tag: "Nothing" }, events: [] })
    }
  )

  it.each(["idle", "authenticating"])("nobody while it is %s", (phase) => {
    const state = phase === "idle" ? machine.initial : after([0, offer()])
    assert.strictEqual(next(state, 1, failed(errors.frozen)).state, state)
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
    assert.deepStrictEqual(refused, [{ credentials, error: errors.badCredentials }])
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
    assert.strictEqual(next(twice, 10, demand()).order._tag, "LogIn")
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

  it("does not send credentials again that were refused, and these end the session once it is lost", () => {
    const life: Life = [...proven, [20, offer(others)], [21, loginFailed(errors.badCredentials, others)]]
    const state = after(...life)
    const same = next(state, 40, offer(others))
    assert.deepStrictEqual(same, { state, order: { _tag: "Fail", error: errors.badCredentials }, events: [] })
    const lost = live([...life, [50, failed(errors.notAccepted)], [50, offer(others)]])
    assert.strictEqual(phaseOf(lost.state), "Rejected")
  })
})

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
    assert.deepStrictEqual(tags(live([...down, [3, accepted()]])), ["Pinged", "Recovered"])
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
    assert.deepInclude(order._tag === "Fail" ? errorOf(order.error) : {}, { reason: "SessionClosed", operation })
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

const errorOf = ({ operation, reason }: AuthFailed) => ({ operation, reason })
