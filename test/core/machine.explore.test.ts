// The machine, everywhere that it can be: every input, payload and tick of time until nothing new is found, and what must hold.
import { assert, beforeAll, describe, it } from "@effect/vitest"
import { DateTime, Duration } from "effect"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import { elapsed } from "../../packages/core/src/internal/instant.ts"
import type { Absence, Phase, State } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Input, Order } from "../../packages/core/src/internal/session/machine/step.ts"
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"
import type { Move, Place } from "./machine.explore.ts"
import { explore, isRefused, path, rules } from "./machine.explore.ts"
import { at, demand, loggedIn, offer, reset } from "./machineInputs.ts"

type Law = (move: Move) => boolean

const told = ({ step }: Move, tag: string): boolean => step.events.some(({ _tag }) => _tag === tag)
const ordered = ({ step }: Move, ...tags: ReadonlyArray<Order["_tag"]>): boolean => tags.includes(step.order._tag)
const is = (state: State, tag: Phase["_tag"]): boolean => state.phase._tag === tag

/** That the one holds wherever the other does, and nowhere else. */
const same = (one: boolean, other: boolean): boolean => one === other
const implies = (one: boolean, other: boolean): boolean => !one || other

const isOutdated = ({ from: { state }, input }: Move): boolean =>
  "epoch" in input ? input.epoch !== state.epoch : "lease" in input && input.lease.epoch !== state.epoch

const isAboutCurrent = ({ from: { state }, input }: Move): boolean =>
  "lease" in input && input.lease.epoch === state.epoch && input.lease.generation === state.generation

const isUsable = ({ phase }: State, now: Instant): boolean =>
  phase._tag === "Ready" && elapsed(phase.usedAt, now) < rules.usable && elapsed(phase.openedAt, now) < rules.maxAge

const telling: ReadonlyArray<string> = ["Replay", "Skip", "Retry", "Detach", "Attach"]
const rejectingReasons = ["BadCredentials", "AccountFrozen", "IpLockdown", "InvalidApiId"]

const says = (input: Input, ...reasons: ReadonlyArray<string>): boolean =>
  "error" in input && input.error._tag === "AuthFailed" && reasons.includes(input.error.reason)

/** What an input may be answered with. */
const answers: Readonly<Record<string, ReadonlyArray<Order["_tag"]>>> = {
  Demand: ["Use", "LogIn", "Fail"],
  Check: ["Use", "Fail"],
  Renew: ["LogIn", "Fail"],
  Offer: ["Send", "Fail", "Nothing"]
}

/** Absences after which nobody asked for a login, so that the next one keeps its distance. */
const unhurried: ReadonlySet<Absence> = new Set<Absence>(["Unopened", "Expired", "Doubtful"])

const isUnhurried = ({ phase }: State): boolean =>
  "absence" in phase ? unhurried.has(phase.absence) : phase._tag === "Ready"

const laws: Readonly<Record<string, Law>> = {
  "Closed is never left, and tells nothing": ({ from, step }) =>
    implies(is(from.state, "Closed"), step.state === from.state && step.events.length === 0),

  "what belongs to an older epoch changes nothing": (move) =>
    implies(
      isOutdated(move),
      move.step.state === move.from.state && move.step.events.length === 0 && ordered(move, "Nothing")
    ),

  "what is said of an older session changes no session, and rejects nothing": (move) =>
    implies(
      "lease" in move.input && !isAboutCurrent(move),
      move.step.state.phase === move.from.state.phase && move.step.state.refused === move.from.state.refused
    ),

  "each input is answered in its own words": (move) => ordered(move, ...(answers[move.input._tag] ?? ["Nothing"])),

  "a session is used only where it is usable, and it is the one that there is": ({ from, step: { order, state } }) =>
    implies(
      order._tag === "Use",
      order._tag === "Use" &&
        isUsable(from.state, at(from.second)) &&
        state === from.state &&
        state.phase._tag === "Ready" &&
        order.lease.id === state.phase.id &&
        order.lease.generation === state.generation &&
        order.lease.epoch === state.epoch
    ),

  "a usable session is never refused to a call": (move) =>
    implies(
      isUsable(move.from.state, at(move.from.second)) && (move.input._tag === "Demand" || move.input._tag === "Check"),
      ordered(move, "Use")
    ),

  "a login is sent only within the budget": (move) => {
    if (!ordered(move, "Send")) return true
    const now = at(move.to.second)
    const { limit, spacing, window } = rules.budget
    const begun = move.to.sent.filter(({ at, begins }) => begins && elapsed(at, now) < spacing)
    const reached = move.to.sent.filter(({ at, reached }) => reached && elapsed(at, now) < window)
    const isFirst = move.input._tag === "Offer" && !move.input.retry && isUnhurried(move.from.state)
    return reached.length <= limit && begun.length <= (isFirst ? 1 : 2)
  },

  "no login is sent with credentials that were refused, and none after 16 of them": ({ from, input, step }) =>
    implies(
      step.order._tag === "Send",
      input._tag === "Offer" && !isRefused(from.state, input.credentials) && from.state.refused.length < 16
    ),

  "a login is told as it is sent": (move) => same(ordered(move, "Send"), told(move, "Authenticating")),

  "the provider of a rejected session is asked once in 30 s": ({ from, input, step: { order } }) => {
    const { phase } = from.state
    return implies(
      phase._tag === "Rejected" && order._tag === "LogIn" && input._tag === "Demand" && !input.underWay,
      phase._tag === "Rejected" &&
        (phase.appealedAt === undefined || elapsed(phase.appealedAt, at(from.second)) >= 30_000)
    )
  },

  "a budget that is exceeded lifts when it says": ({ from, input, step: { order, state } }) => {
    if (order._tag !== "Fail" || order.error.reason !== "LoginBudgetExceeded") return true
    const lifts = order.error.retryAt === undefined ? 0 : DateTime.toEpochMillis(order.error.retryAt) / 1000
    return lifts > from.second && machine.step(state, input, at(lifts), rules).order._tag !== "Fail"
  },

  "a generation begins with each session that is opened or adopted, and never otherwise": (move) =>
    move.step.state.generation ===
      move.from.state.generation + (told(move, "Authenticated") || told(move, "Adopted") ? 1 : 0) &&
    same(
      told(move, "Authenticated"),
      move.input._tag === "LoggedIn" && !isOutdated(move) && !is(move.from.state, "Closed")
    ),

  "an epoch begins with a reset and with the end, and never otherwise": (move) => {
    const begins = (move.input._tag === "Reset" || move.input._tag === "Close") && !is(move.from.state, "Closed")
    return (
      move.step.state.epoch === move.from.state.epoch + (begins ? 1 : 0) &&
      same(begins, told(move, "Reset") || told(move, "Closed"))
    )
  },

  "a reset forgets refusals and the session, and not the budget": ({ from, input, step: { state } }) =>
    implies(
      input._tag === "Reset" && !is(from.state, "Closed"),
      is(state, "Idle") && state.refused.length === 0 && state.logins === from.state.logins
    ),

  "a refusal of credentials is forgotten only by a reset, by their success or an adoption, and at the end": ({
    from,
    input,
    step: { state }
  }) =>
    input._tag === "Reset" ||
    input._tag === "Close" ||
    (input._tag === "LoggedIn" && !isRefused(state, input.credentials)) ||
    (input._tag === "Adopted" && !state.refused.some((it) => it.fingerprint === input.fingerprint)) ||
    state.refused === from.state.refused ||
    state.refused.length === 16 ||
    from.state.refused.every((it, index) => state.refused[index] === it),

  "edges of health are told, and alternate": (move) => {
    const [before, after] = [move.from.state.health, move.step.state.health]
    const down = told(move, "Degraded") || told(move, "Rejected")
    return (
      same(before === "Healthy" && after === "Degraded", down && before === "Healthy") &&
      same(before === "Degraded" && after === "Healthy", told(move, "Recovered")) &&
      implies(told(move, "Degraded"), before === "Healthy" && !told(move, "Rejected"))
    )
  },

  "what degrades is an error that can be shown": ({ step: { state } }) =>
    implies(state.health === "Degraded", state.lastError !== undefined),

  "Rejected is never healthy": ({ step: { state } }) => implies(is(state, "Rejected"), state.health === "Degraded"),

  "Rejected is told once, as it is entered": (move) =>
    same(told(move, "Rejected"), is(move.step.state, "Rejected") && !is(move.from.state, "Rejected")),

  "Rejected is left only by a reset, the end, a login here or elsewhere, or other credentials": ({
    from,
    input,
    step: { state }
  }) =>
    implies(
      is(from.state, "Rejected") && !is(state, "Rejected"),
      ["Reset", "Close", "LoggedIn", "Adopted"].includes(input._tag) ||
        (input._tag === "Offer" && !isRefused(from.state, input.credentials))
    ),

  "only who may reject does: a login here or elsewhere, a ping, or two stillborn sessions in a row": (move) => {
    const { from, input, step } = move
    const { phase } = from.state
    if (!told(move, "Rejected")) return true
    switch (input._tag) {
      case "Barred":
        return phase._tag !== "Ready"
      case "LoginFailed":
        return input.credentials !== undefined && phase._tag !== "Ready" && says(input, ...rejectingReasons)
      case "Offer":
        return (
          step.order._tag === "Fail" && (isRefused(from.state, input.credentials) || from.state.refused.length === 16)
        )
      case "Failed":
        return (
          isAboutCurrent(move) &&
          phase._tag === "Ready" &&
          (says(input, "SessionNotAccepted")
            ? phase.trust === "LastChance" && elapsed(phase.openedAt, at(from.second)) < 60_000
            : input.by === "ping" && says(input, ...rejectingReasons))
        )
      default:
        return false
    }
  },

  "a caller's word never counts towards flapping": ({ from, input, step: { state } }) =>
    implies(
      input._tag === "Disowned" && state.phase !== from.state.phase,
      state.phase._tag === "Idle" && state.phase.absence === "Refused"
    ),

  "only a young session that was never accepted is stillborn": ({ from, step: { state } }) => {
    const [before, after] = [from.state.phase, state.phase]
    return implies(
      before._tag === "Ready" && after._tag === "Idle" && after.absence === "Stillborn",
      before._tag === "Ready" && before.trust === "Unproven" && elapsed(before.openedAt, at(from.second)) < 60_000
    )
  },

  "Ready is left only where it expired, was refused or rejected, and by a reset and the end": (move) => {
    const { from, input, step } = move
    if (!is(from.state, "Ready") || is(step.state, "Ready")) return true
    const now = at(from.second)
    if (told(move, "Expired")) return !isUsable(from.state, now)
    if (told(move, "Refused") || told(move, "Rejected")) return isAboutCurrent(move)
    return input._tag === "Reset" || input._tag === "Close"
  },

  "a session that is lost tells its age and how long it was unused": ({ from, step }) => {
    const { phase } = from.state
    const now = at(from.second)
    return step.events.every(
      (event) =>
        (event._tag !== "Refused" && event._tag !== "Expired") ||
        (phase._tag === "Ready" &&
          Duration.toMillis(event.idle) === elapsed(phase.usedAt, now) &&
          Duration.toMillis(event.age) === elapsed(phase.openedAt, now))
    )
  },

  "the time of a session's last use never goes back": ({ from, step: { state } }) => {
    const [before, after] = [from.state.phase, state.phase]
    return implies(
      before._tag === "Ready" && after._tag === "Ready" && from.state.generation === state.generation,
      before._tag === "Ready" &&
        after._tag === "Ready" &&
        elapsed(before.usedAt, after.usedAt) >= 0 &&
        before.openedAt === after.openedAt
    )
  },

  "every event tells the generation and the time of its step": ({ from, step: { events, state } }) =>
    events.every(
      ({ at, generation }) => generation === state.generation && DateTime.toEpochMillis(at) === from.second * 1000
    ),

  "no event is told twice in a step": ({ step: { events } }) =>
    new Set(events.map(({ _tag }) => _tag)).size === events.length,

  "a step that tells nothing and changes nothing keeps the very state": ({ from, input, step }) =>
    implies(telling.includes(input._tag) && !("usedAt" in input), step.state === from.state),

  "nothing grows without bound": ({ step: { state } }) =>
    state.logins.length <= rules.budget.limit + 3 && state.refused.length <= 16,

  "the end forgets the session, the credentials and the logins": ({ step: { state } }) =>
    implies(
      is(state, "Closed"),
      Object.keys(state.phase).length === 1 && state.refused.length === 0 && state.logins.length === 0
    )
}

/** Whether a session can be had from here once the budget has lifted; where all credentials are refused a reset comes first. */
const leadsToSession = ({ second, state }: Place): boolean => {
  const now = at(second + rules.budget.window / 1000 + 30)
  let there = state
  for (const happening of [...(state.refused.length < 16 ? [] : [reset]), demand(), offer(), loggedIn(), demand()]) {
    const { order, state: next } = machine.step(there, happening(there, now), now, rules)
    if (order._tag === "Use") return true
    if (order._tag === "Fail") return state.phase._tag === "Closed"
    there = next
  }
  return false
}

const phases = ["Idle", "Authenticating", "Ready", "Rejected", "Closed"] as const

describe("the machine, everywhere that it can be", () => {
  const broken = new Map<string, string>()
  const cells = new Set<string>()
  const events = new Set<string>()
  const absences = new Set<string>()
  const deadEnds: Array<string> = []
  const entries = Object.entries(laws)
  let states = 0
  let moves = 0

  const judge = (move: Move) => {
    moves += 1
    cells.add(`${move.input._tag} ${move.from.state.phase._tag}`)
    for (const { _tag } of move.step.events) events.add(_tag)
    for (const [law, holds] of entries) {
      if (!broken.has(law) && !holds(move)) broken.set(law, path(move.to).join("\n"))
    }
  }

  const visit = (place: Place) => {
    const { phase } = place.state
    if ("absence" in phase) absences.add(phase.absence)
    if (!leadsToSession(place)) deadEnds.push(path(place).join("\n"))
  }

  beforeAll(() => {
    states = explore(judge, visit)
    console.log(`explored ${states} states and ${moves} transitions of the session's machine`)
  })

  it.each(Object.keys(laws))("%s", (law) => {
    assert.isUndefined(broken.get(law))
  })

  it("has no dead end: a session can be had from everywhere but the end", () => {
    assert.isUndefined(deadEnds[0])
  })

  it("was met in every phase by every input", () => {
    const all = Object.keys(machine.table).flatMap((input) => phases.map((phase) => `${input} ${phase}`))
    assert.sameMembers(Array.from(cells), all)
  })

  it("was seen to tell everything, and to lack a session for every reason", () => {
    const turns =
      "Authenticating Authenticated Adopted Pinged Skipped Refused Expired Retrying Degraded Recovered Rejected Detached Attached"
    assert.sameMembers(Array.from(events), [...turns.split(" "), "Reset", "Closed"])
    assert.sameMembers(
      Array.from(absences),
      "Unopened Expired Refused Stillborn Doubtful Reset OtherCredentials".split(" ")
    )
  })

  it("did not shrink", () => {
    assert.isAtLeast(states, 5_000)
    assert.isAtLeast(moves, 400_000)
  })
})
