import type { Credentials } from "@effect-clickatell/core/Credentials"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import * as fingerprint from "../../packages/core/src/internal/session/machine/fingerprint.ts"
import type { Entry } from "../../packages/core/src/internal/session/machine/budget.ts"
import type { Phase, Rules, State } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Input, Step } from "../../packages/core/src/internal/session/machine/step.ts"
import { initial } from "../../packages/core/src/internal/session/machine/state.ts"
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"
import type { Happening } from "./machineInputs.ts"
import {
  accepted,
  adopted,
  at,
  attach,
  barred,
  breakdown,
  check,
  close,
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
  retryLogin,
  skip,
  skipElsewhere
} from "./machineInputs.ts"
import * as support from "./support.ts"

/** All time is counted in ticks of so many seconds, and every threshold is a whole number of them. */
const tick = 10

/** As few ticks as leave each rule a time before and after it; the machine's own times are 3 and 6. */
export const rules: Rules = {
  usable: tick * 1000,
  maxAge: 7 * tick * 1000,
  budget: { spacing: tick * 1000, limit: 2, window: 2 * tick * 1000 }
}

/** A state at a moment, and how it was reached. */
export interface Place {
  readonly state: State
  readonly second: number
  /** The login requests that the service may have seen, counted here and not by the machine. */
  readonly sent: ReadonlyArray<Entry>
  readonly before: Place | undefined
  readonly input: Input | undefined
}

/** One step from a place to the next one. */
export interface Move {
  readonly from: Place
  readonly input: Input
  readonly step: Step
  readonly to: Place
}

/** The shortest way to a place, for whoever has to find out what went wrong there. */
export const path = ({ before, input, second }: Place): ReadonlyArray<string> =>
  before === undefined ? [] : [...path(before), `${second} s: ${input === undefined ? "time passes" : describe(input)}`]

const describe = (input: Input): string =>
  [
    input._tag,
    "error" in input ? support.said(input.error) : "",
    "by" in input ? `by ${input.by}` : "",
    "retry" in input && input.retry ? "again" : ""
  ].join(" ")

// More sets of credentials than are ever remembered as refused, so that one is always new.
const pool = Array.from({ length: 18 }, (_, index) => support.credentials(`password ${index}`))
const fingerprints = new Map(pool.map((it) => [it, fingerprint.of(it)]))
const owners = new Map(pool.map((it) => [fingerprint.of(it), it]))

export const isRefused = ({ refused }: State, credentials: Credentials): boolean =>
  refused.some((it) => it.fingerprint === (fingerprints.get(credentials) ?? fingerprint.of(credentials)))

const fresh = (state: State): Credentials => pool.find((it) => !isRefused(state, it)) ?? support.credentials()

/** What can happen in a state, unless it makes no sense there. */
type Possibility = (state: State, now: Instant) => Input | undefined

/** With credentials that are new, with some that were refused, and with those of the session that there is. */
const withEach = (make: (credentials: Credentials) => Happening): ReadonlyArray<Possibility> =>
  [
    fresh,
    ({ refused: [first] }: State) => first && owners.get(first.fingerprint),
    ({ phase }: State) => (phase._tag === "Ready" ? owners.get(phase.fingerprint) : undefined)
  ].map((choose) => (state, now) => {
    const credentials = choose(state)
    return credentials === undefined ? undefined : make(credentials)(state, now)
  })

/** Whatever `make` makes of the moment one tick ago. */
const begunEarlier =
  (make: (start: Instant) => Happening): Possibility =>
  (state, now) =>
    make(at(now.wall / 1000 - tick))(state, now)

// One of each kind that a rule tells from the others.
const { busy, frozen, notAccepted, portal, unavailable, unknown, unreached } = errors
const failures = [notAccepted, frozen, unavailable, unknown, unreached, portal, busy]
const late = [notAccepted, frozen, unreached]

const aResetAgo = { resets: 1 }
const longAgo = [{ logins: 1 }, aResetAgo]

/** Everything that can happen, with each payload that could make a difference. */
const possibilities: ReadonlyArray<Possibility> = [
  demand(false),
  demand(true),
  check,
  renew(false),
  renew(true),
  ...withEach(offer),
  ...withEach(retryLogin),
  offer(pool[0], aResetAgo),
  ...withEach(loggedIn),
  begunEarlier((start) => loggedIn(pool[0], {}, start)),
  loggedIn(pool[0], aResetAgo),
  ...withEach((credentials) => loginFailed(frozen, credentials)),
  ...failures.map((error) => loginFailed(error, pool[0])),
  ...late.map((error) => loginFailed(error, pool[0], aResetAgo)),
  providerFailed(),
  providerFailed(frozen),
  loginEnded(),
  loginEnded(aResetAgo),
  barred(pool[0]),
  barred(pool[0], aResetAgo),
  adopted(pool[0]),
  ...longAgo.map((ago) => adopted(pool[0], ago)),
  ...(["ping", "command"] as const).flatMap((by) => [
    begunEarlier((start) => accepted(by, {}, start)),
    accepted(by),
    ...failures.map((error) => failed(error, by)),
    ...longAgo.flatMap((ago) => [accepted(by, ago), ...late.map((error) => failed(error, by, ago))])
  ]),
  disowned(),
  ...longAgo.map(disowned),
  replay,
  retry,
  skip,
  skipElsewhere(),
  breakdown,
  detach,
  attach,
  reset,
  close
]

// What the machine can tell apart: its counters only ever grow, and an age matters up to the last threshold.
const keyOf = ({ second, state }: Place): string => {
  const age = (since: Instant, most: number) => Math.min(second * 1000 - since.wall, most)
  const aspects = (phase: Phase): ReadonlyArray<unknown> => {
    switch (phase._tag) {
      case "Ready": {
        const { fingerprint, openedAt, trust, usedAt } = phase
        const isRefused = state.refused.some((it) => it.fingerprint === fingerprint)
        return [trust, age(openedAt, rules.maxAge), age(usedAt, rules.usable), isRefused]
      }
      case "Rejected":
        return [phase.appealedAt === undefined ? 30_000 : age(phase.appealedAt, 30_000)]
      case "Closed":
        return []
      default:
        return [phase.absence]
    }
  }
  const { spacing, window } = rules.budget
  const within = (period: number, entries: ReadonlyArray<Entry>) =>
    entries.map((entry) => age(entry.at, period)).filter((age) => age < period)
  const begun = within(
    spacing,
    state.logins.filter(({ begins }) => begins)
  )
  const reached = within(
    window,
    state.logins.filter(({ reached }) => reached)
  )
  // Of the order in which they were sent only this is left: the latest one may still turn out not to have reached the service.
  const mayBeExcused = state.logins.slice(-1).some(({ at, reached }) => reached && age(at, window) < window)
  const count = state.refused.length
  // However many are remembered, it makes a difference only whether there is room for another one.
  const refused = count > 0 && count < 15 ? "some" : count
  return [state.phase._tag, ...aspects(state.phase), state.health, refused, begun, reached, mayBeExcused].join(" ")
}

const countSent = ({ second, sent, state }: Place, input: Input, { order }: Step): ReadonlyArray<Entry> => {
  if (order._tag === "Send" && input._tag === "Offer") {
    return [
      ...sent.filter((each) => second * 1000 - each.at.wall < rules.budget.window),
      { at: at(second), begins: !input.retry, reached: true }
    ]
  }
  const failedBefore =
    input._tag === "LoginFailed" &&
    input.epoch === state.epoch &&
    input.error._tag === "TransportError" &&
    !input.error.mayHaveReached
  const latest = sent.at(-1)
  return failedBefore && latest !== undefined ? [...sent.slice(0, -1), { ...latest, reached: false }] : sent
}

/** A state that nothing can change any more, so that a step which did so would throw. */
const sealed = (state: State): State => {
  for (const part of [state, state.phase, state.logins, state.refused]) Object.freeze(part)
  return state
}

const start = (state: State): Place => ({
  state: sealed(state),
  second: 0,
  sent: [],
  before: undefined,
  input: undefined
})

/** A session that was refused so many credentials that there is room for one more. */
const refusedOften = (): State =>
  pool
    .slice(0, 15)
    .reduce((state, each) => machine.step(state, loginFailed(frozen, each)(state, at(0)), at(0), rules).state, initial)

/** Goes everywhere that the machine can be, breadth first, and shows each place and each move; returns the number of states. */
export const explore = (show: (move: Move) => void, visit: (place: Place) => void): number => {
  const places = [start(initial), start(refusedOften())]
  const seen = new Set(places.map(keyOf))
  const goTo = (place: Place) => {
    const key = keyOf(place)
    if (seen.has(key)) return
    seen.add(key)
    places.push(place)
  }
  // The list grows while it is walked.
  for (const from of places) {
    const now = at(from.second)
    visit(from)
    for (const possibility of possibilities) {
      const input = possibility(from.state, now)
      if (input === undefined) continue
      const step = machine.step(from.state, input, now, rules)
      const to: Place = {
        state: step.state === from.state ? from.state : sealed(step.state),
        second: from.second,
        sent: countSent(from, input, step),
        before: from,
        input
      }
      show({ from, input, step, to })
      if (step.state !== from.state) goTo(to)
    }
    goTo({ ...from, second: from.second + tick, before: from, input: undefined })
  }
  return seen.size
}
