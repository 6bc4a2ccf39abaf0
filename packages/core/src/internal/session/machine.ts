import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Equal from "effect/Equal"
import type { Credentials } from "../../Credentials.ts"
import type { AuthFailedReason, ExchangeError } from "../../Errors.ts"
import { AuthFailed } from "../../Errors.ts"
import { SessionEvent } from "../../SessionEvent.ts"
import type { SessionId } from "../../SessionId.ts"
import type { Instant } from "../instant.ts"
import { elapsed } from "../instant.ts"
import * as trouble from "../trouble.ts"
import type { Entry, Leave, Limits } from "./budget.ts"
import * as budget from "./budget.ts"

/** What a session is held to; times are in milliseconds. */
export interface Rules {
  /** How long an unused session is trusted. */
  readonly usable: number
  readonly maxAge: number
  readonly budget: Limits
}

/** A session refused by the service this soon after its login, in milliseconds, and before its first success, is stillborn. */
const infancy = 60_000

/** The shortest time, in milliseconds, between two looks at the credentials of a rejected session. */
const appealPause = 30_000

/** How many refused sets of credentials are remembered; beyond that, all are refused. */
const mostRefused = 16

/** Why there is no session; `Doubtful` is a stillborn one whose replacement could not be opened either. */
export type Absence = "Unopened" | "Expired" | "Refused" | "Stillborn" | "Doubtful" | "Reset" | "OtherCredentials"

/** How sure we are of a session: `LastChance` is one that follows a stillborn one. */
export type Trust = "Unproven" | "LastChance" | "Proven"

/** What an absence means for the login that is to end it, for the session that it opens, and for the absence if it fails. */
interface Meaning {
  readonly leave: Leave
  readonly trust: Trust
  readonly unended: Absence
}

// Whoever asked for a login has had it once it has begun: the next one is an ordinary one.
const absences: Readonly<Record<Absence, Meaning>> = {
  Unopened: { leave: "Ordinary", trust: "Unproven", unended: "Unopened" },
  Expired: { leave: "Ordinary", trust: "Unproven", unended: "Expired" },
  Refused: { leave: "AtOnce", trust: "Unproven", unended: "Expired" },
  Stillborn: { leave: "AtOnce", trust: "LastChance", unended: "Doubtful" },
  Doubtful: { leave: "Ordinary", trust: "LastChance", unended: "Doubtful" },
  Reset: { leave: "AtOnce", trust: "Unproven", unended: "Unopened" },
  OtherCredentials: { leave: "AtOnce", trust: "Unproven", unended: "Unopened" }
}

interface Idle {
  readonly _tag: "Idle"
  readonly absence: Absence
}

interface Authenticating {
  readonly _tag: "Authenticating"
  readonly absence: Absence
}

export interface Ready {
  readonly _tag: "Ready"
  readonly id: SessionId
  readonly credentials: Credentials
  readonly openedAt: Instant
  /** The start of the last exchange that succeeded. */
  readonly usedAt: Instant
  readonly trust: Trust
}

interface Rejected {
  readonly _tag: "Rejected"
  readonly error: AuthFailed
  /** When the provider was last asked whether it has other credentials. */
  readonly appealedAt: Instant | undefined
}

interface Closed {
  readonly _tag: "Closed"
}

export type Phase = Idle | Authenticating | Ready | Rejected | Closed

export interface State {
  readonly phase: Phase
  /** Grows with each reset: what belongs to an older one changes nothing any more. */
  readonly epoch: number
  /** Grows with each login that succeeds. */
  readonly generation: number
  readonly logins: ReadonlyArray<Entry>
  readonly refused: ReadonlyArray<{ readonly credentials: Credentials; readonly error: AuthFailed }>
  readonly health: "Healthy" | "Degraded"
  readonly lastSuccess: Instant | undefined
  readonly lastError: string | undefined
}

export const initial: State = {
  phase: { _tag: "Idle", absence: "Unopened" },
  epoch: 0,
  generation: 0,
  logins: [],
  refused: [],
  health: "Healthy",
  lastSuccess: undefined,
  lastError: undefined
}

/** The session that a call is sent with. */
export interface Lease {
  readonly id: SessionId
  readonly generation: number
  readonly epoch: number
}

/** What can happen to a session. */
export type Input =
  /** A call needs a session; `underWay` says whether a login is. */
  | { readonly _tag: "Demand"; readonly operation: string; readonly underWay: boolean }
  /** A call wants the session that there is, and no login. */
  | { readonly _tag: "Check"; readonly operation: string }
  /** The keep-alive wants a new session. */
  | { readonly _tag: "Renew"; readonly underWay: boolean }
  /** The provider's credentials are here, for a login or for its retry. */
  | { readonly _tag: "Offer"; readonly epoch: number; readonly credentials: Credentials; readonly retry: boolean }
  | {
      readonly _tag: "LoggedIn"
      readonly epoch: number
      readonly credentials: Credentials
      readonly id: SessionId
      readonly start: Instant
    }
  /** A login request failed, or the provider did, where no credentials are named. */
  | {
      readonly _tag: "LoginFailed"
      readonly epoch: number
      readonly credentials: Credentials | undefined
      readonly error: ExchangeError
    }
  /** A login request is over, however it ended. */
  | { readonly _tag: "LoginEnded"; readonly epoch: number }
  /** The service accepted the session in an exchange that began at `start`. */
  | { readonly _tag: "Accepted"; readonly lease: Lease; readonly start: Instant; readonly by: By }
  /** An exchange with this session failed. */
  | { readonly _tag: "Failed"; readonly lease: Lease; readonly error: ExchangeError; readonly by: By }
  /** A caller says that an error of its own means a refusal of this session. */
  | { readonly _tag: "Disowned"; readonly lease: Lease }
  /** A call is sent once more, with a new session. */
  | { readonly _tag: "Replay" }
  /** An operation is tried again after a pause. */
  | {
      readonly _tag: "Retry"
      readonly operation: string
      readonly error: ExchangeError
      readonly delay: Duration.Duration
    }
  /** The keep-alive found the session used. */
  | { readonly _tag: "Skip" }
  /** The keep-alive broke. */
  | { readonly _tag: "Break" }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Close" }

/** Pings speak for the session as a whole; a caller's command speaks for itself. */
type By = "ping" | "command"

/** What whoever brought the input is to do next. */
export type Order =
  | { readonly _tag: "Use"; readonly lease: Lease }
  | { readonly _tag: "LogIn" }
  | { readonly _tag: "Send" }
  | { readonly _tag: "Fail"; readonly error: AuthFailed }
  | { readonly _tag: "Nothing" }

export interface Step {
  readonly state: State
  readonly order: Order
  readonly events: ReadonlyArray<SessionEvent>
}

interface Turn<out P, out I> {
  readonly state: State
  readonly phase: P
  readonly input: I
  readonly now: Instant
  readonly rules: Rules
}

type Row<I> = { readonly [P in Phase as P["_tag"]]: (turn: Turn<P, I>) => Step }
type Table = { readonly [I in Input as I["_tag"]]: Row<I> }

/** One step: the state after it, what to do next, and what there is to tell. */
export const step = (state: State, input: Input, now: Instant, rules: Rules): Step => {
  const { phase } = state
  const turn = { state, phase, input, now, rules }
  if (isOutdated(state, input)) return stay(turn)
  // TypeScript cannot see that both keys come from this turn.
  const transition = table[input._tag][phase._tag] as (turn: Turn<Phase, Input>) => Step
  return transition(turn)
}

const isOutdated = ({ epoch }: State, input: Input): boolean =>
  "epoch" in input ? input.epoch !== epoch : "lease" in input && input.lease.epoch !== epoch

// ---- what a step is made of

const stay = ({ state }: Turn<Phase, Input>): Step => become(state)

const nothing: Order = { _tag: "Nothing" }
const logIn: Order = { _tag: "LogIn" }

const become = (state: State, ...events: ReadonlyArray<SessionEvent>): Step => ({ state, order: nothing, events })
const order = (state: State, order: Order, ...events: ReadonlyArray<SessionEvent>): Step => ({ state, order, events })
const fail = (state: State, error: AuthFailed, ...events: ReadonlyArray<SessionEvent>): Step =>
  order(state, { _tag: "Fail", error }, ...events)

const moment = ({ generation }: State, now: Instant) => ({ at: DateTime.unsafeMake(now.wall), generation })

const loss = ({ openedAt, usedAt }: Ready, now: Instant) => ({
  idle: Duration.millis(elapsed(usedAt, now)),
  age: Duration.millis(elapsed(openedAt, now))
})

// ---- getting a session

const isUsable = ({ openedAt, usedAt }: Ready, now: Instant, { maxAge, usable }: Rules): boolean =>
  elapsed(usedAt, now) < usable && elapsed(openedAt, now) < maxAge

/** The session that may be used now: one that the service has certainly not forgotten. */
export const current = ({ phase }: State, now: Instant, rules: Rules): Ready | undefined =>
  phase._tag === "Ready" && isUsable(phase, now, rules) ? phase : undefined

const use = (state: State, { id }: Ready): Step =>
  order(state, { _tag: "Use", lease: { id, generation: state.generation, epoch: state.epoch } })

const demandUse = (turn: Turn<Ready, { readonly underWay: boolean }>): Step => {
  const { now, phase, rules, state } = turn
  if (isUsable(phase, now, rules)) return use(state, phase)
  const { events, state: expired } = expire(turn)
  return { ...askForLogin(expired, turn, absences.Expired.leave), events }
}

const demandLogin = (turn: Turn<Idle | Authenticating, { readonly underWay: boolean }>): Step =>
  askForLogin(turn.state, turn, absences[turn.phase.absence].leave)

const renew = (turn: Turn<Ready, { readonly underWay: boolean }>): Step => askForLogin(turn.state, turn, "Ordinary")

const askForLogin = (
  state: State,
  { input, now, rules }: Turn<Phase, { readonly underWay: boolean }>,
  leave: Leave
): Step => {
  const wait = input.underWay ? 0 : budget.wait(rules.budget, state.logins, now, leave)
  return wait > 0 ? fail(state, overBudget(now, wait)) : order(state, logIn)
}

const overBudget = ({ wall }: Instant, wait: number): AuthFailed =>
  new AuthFailed({
    operation: "auth",
    reason: "LoginBudgetExceeded",
    retryAt: DateTime.unsafeMake(Math.ceil(wall + wait))
  })

// Only other credentials can end a rejection, so the provider is asked for them, but not by every call.
const appeal = ({ input, now, phase, rules, state }: Turn<Rejected, { readonly underWay: boolean }>): Step => {
  if (input.underWay) return order(state, logIn)
  const { appealedAt, error } = phase
  const tooSoon = appealedAt !== undefined && elapsed(appealedAt, now) < appealPause
  return tooSoon || budget.wait(rules.budget, state.logins, now, "AtOnce") > 0
    ? fail(state, error)
    : order({ ...state, phase: { ...phase, appealedAt: now } }, logIn)
}

const checkUse = (turn: Turn<Ready, { readonly operation: string }>): Step => {
  const { input, now, phase, rules, state } = turn
  if (isUsable(phase, now, rules)) return use(state, phase)
  const { events, state: expired } = expire(turn)
  return fail(expired, notAccepted(input.operation), ...events)
}

const checkNone = ({ input, state }: Turn<Phase, { readonly operation: string }>): Step =>
  fail(state, notAccepted(input.operation))

const notAccepted = (operation: string) => new AuthFailed({ operation, reason: "SessionNotAccepted" })

const expire = ({ now, phase, state }: Turn<Ready, unknown>): Step =>
  become(
    { ...state, phase: { _tag: "Idle", absence: "Expired" } },
    SessionEvent.Expired({ ...moment(state, now), ...loss(phase, now) })
  )

const failRejected = ({ phase, state }: Turn<Rejected, unknown>): Step => fail(state, phase.error)

const failClosed = ({ input, state }: Turn<Closed, Input>): Step =>
  fail(state, new AuthFailed({ operation: "operation" in input ? input.operation : "auth", reason: "SessionClosed" }))

// ---- logging in

const offer = (turn: Turn<Exclude<Phase, Closed>, Extract<Input, { _tag: "Offer" }>>): Step => {
  const { input, now, phase, rules, state } = turn
  const known = knownRefusal(state, input.credentials)
  // Asking again with what was refused would change nothing but the service's count of failures.
  if (known !== undefined) return phase._tag === "Ready" ? fail(state, known) : failAgain(turn, known)
  const absence = absenceOf(phase)
  const leave = input.retry ? "Retry" : absences[absence].leave
  const wait = budget.wait(rules.budget, state.logins, now, leave)
  if (wait > 0) return fail(state, overBudget(now, wait))
  const next: State = {
    ...state,
    // A session that is renewed before its end is used until the new one is there.
    phase: phase._tag === "Ready" ? phase : { _tag: "Authenticating", absence },
    logins: budget.add(rules.budget, state.logins, now, leave)
  }
  return order(next, { _tag: "Send" }, SessionEvent.Authenticating(moment(next, now)))
}

const absenceOf = (phase: Exclude<Phase, Closed>): Absence => {
  if (phase._tag === "Ready") return "Expired"
  return phase._tag === "Rejected" ? "OtherCredentials" : phase.absence
}

const knownRefusal = ({ refused }: State, credentials: Credentials): AuthFailed | undefined =>
  (refused.length < mostRefused ? refused.find((it) => Equal.equals(it.credentials, credentials)) : refused.at(-1))
    ?.error

const failAgain = ({ now, state }: Turn<Phase, unknown>, error: AuthFailed): Step => {
  const { events, state: next } = reject(state, error, now)
  return fail(next, error, ...events)
}

/** The session lives from the moment that the exchange of its login began. */
const open = ({ input, now, phase, state }: Turn<Phase, Extract<Input, { _tag: "LoggedIn" }>>): Step => {
  const { credentials, id, start } = input
  const { trust } = phase._tag === "Authenticating" ? absences[phase.absence] : absences.Unopened
  const next: State = {
    ...state,
    phase: { _tag: "Ready", id, credentials, openedAt: start, usedAt: start, trust },
    generation: state.generation + 1
  }
  const { events, state: healthy } = recover(next, start, now)
  return become(healthy, SessionEvent.Authenticated(moment(next, now)), ...events)
}

const recover = (state: State, lastSuccess: Instant, now: Instant): Step => {
  const next: State = { ...state, health: "Healthy", lastSuccess }
  return state.health === "Healthy" ? become(next) : become(next, SessionEvent.Recovered(moment(next, now)))
}

const failLogin = (turn: Turn<Exclude<Phase, Closed>, Extract<Input, { _tag: "LoginFailed" }>>): Step => {
  const { input, now, phase, state } = turn
  const { credentials, error } = input
  const next: State = { ...state, logins: didNotReach(error) ? budget.excuse(state.logins) : state.logins }
  if (credentials === undefined || !isRejection(error)) return degrade(next, error, now)
  const remembered = remember(next, credentials, error)
  // A session that was to be renewed is as good as before.
  return phase._tag === "Ready" ? degrade(remembered, error, now) : reject(remembered, error, now)
}

const didNotReach = (error: ExchangeError): boolean => error._tag === "TransportError" && !error.mayHaveReached

const remember = (state: State, credentials: Credentials, error: AuthFailed): State =>
  state.refused.some((it) => Equal.equals(it.credentials, credentials))
    ? state
    : { ...state, refused: [...state.refused, { credentials, error }].slice(-mostRefused) }

const endLogin = ({ phase, state }: Turn<Authenticating, unknown>): Step =>
  become({ ...state, phase: { _tag: "Idle", absence: absences[phase.absence].unended } })

// ---- using a session

const isCurrent = ({ generation }: State, lease: Lease): boolean => generation === lease.generation

const accept = ({ input, now, phase, state }: Turn<Ready, Extract<Input, { _tag: "Accepted" }>>): Step => {
  const { by, lease, start } = input
  if (!isCurrent(state, lease)) return become(state)
  const usedAt = elapsed(phase.usedAt, start) > 0 ? start : phase.usedAt
  const { events, state: next } = recover({ ...state, phase: { ...phase, usedAt, trust: "Proven" } }, usedAt, now)
  return become(next, ...events, ...(by === "ping" ? [SessionEvent.Pinged(moment(next, now))] : []))
}

const failCall = (turn: Turn<Ready, Extract<Input, { _tag: "Failed" }>>): Step => {
  const { input, now, phase, state } = turn
  const { by, error, lease } = input
  // A word about an older session says nothing about this one.
  if (isRefusal(error)) return isCurrent(state, lease) ? lose(turn, error) : become(state)
  if (by === "ping" && isRejection(error)) {
    return isCurrent(state, lease) ? reject(remember(state, phase.credentials, error), error, now) : become(state)
  }
  return noteFailure(turn)
}

/** A failure says something about the service where no parameter of a caller's can have caused it. */
const noteFailure = ({ input, now, state }: Turn<Phase, Extract<Input, { _tag: "Failed" }>>): Step => {
  const { by, error } = input
  if (error._tag === "AuthFailed") return become(state)
  const tellsOfService = by === "ping" || error._tag === "TransportError" || error._tag === "MalformedReply"
  return tellsOfService ? degrade(state, error, now) : become({ ...state, lastError: error._tag })
}

/** The service no longer accepts the session: the next use logs in, unless that did not help the last time either. */
const lose = ({ now, phase, state }: Turn<Ready, unknown>, error: AuthFailed): Step => {
  const isStillborn = phase.trust !== "Proven" && elapsed(phase.openedAt, now) < infancy
  const event = SessionEvent.Refused({ ...moment(state, now), ...trouble.of(error), ...loss(phase, now) })
  if (isStillborn && phase.trust === "LastChance") {
    const flapping = new AuthFailed({ operation: error.operation, reason: "SessionFlapping", code: error.code })
    const { events, state: next } = reject(remember(state, phase.credentials, flapping), flapping, now)
    return become(next, event, ...events)
  }
  const absence = isStillborn ? "Stillborn" : "Refused"
  return become({ ...state, phase: { _tag: "Idle", absence }, lastError: error._tag }, event)
}

// What a caller takes for a refusal is not the service's word, so it never counts towards flapping.
const disown = ({ input, now, phase, state }: Turn<Ready, Extract<Input, { _tag: "Disowned" }>>): Step =>
  isCurrent(state, input.lease)
    ? become(
        { ...state, phase: { _tag: "Idle", absence: "Refused" }, lastError: "AuthFailed" },
        SessionEvent.Refused({ ...moment(state, now), ...trouble.of(notAccepted("use")), ...loss(phase, now) })
      )
    : become(state)

/** Whether the service said that it does not accept the session. */
export const isRefusal = (error: unknown): error is AuthFailed =>
  error instanceof AuthFailed && error.reason === "SessionNotAccepted"

/** Whether the service refused who we are, which no login can mend. */
const isRejection = (error: ExchangeError): error is AuthFailed =>
  error._tag === "AuthFailed" && rejections.has(error.reason)

const rejections: ReadonlySet<AuthFailedReason> = new Set([
  "BadCredentials",
  "AccountFrozen",
  "IpLockdown",
  "InvalidApiId"
])

// ---- health

const degrade = (state: State, error: ExchangeError, now: Instant): Step => degradeBy(state, trouble.of(error), now)

const degradeBy = (state: State, what: trouble.Trouble, now: Instant): Step => {
  const next: State = { ...state, health: "Degraded", lastError: what.error }
  return state.health === "Degraded"
    ? become(next)
    : become(next, SessionEvent.Degraded({ ...moment(next, now), ...what }))
}

/** The service refuses who we are: nothing is sent from here on. */
const reject = (state: State, error: AuthFailed, now: Instant): Step => {
  if (state.phase._tag === "Rejected") return become({ ...state, phase: { ...state.phase, error } })
  const phase: Phase = { _tag: "Rejected", error, appealedAt: undefined }
  const next: State = { ...state, phase, health: "Degraded", lastError: error._tag }
  return become(next, SessionEvent.Rejected({ ...moment(next, now), ...trouble.of(error) }))
}

// ---- telling

const tellRetry = ({ input, now, state }: Turn<Phase, Extract<Input, { _tag: "Retry" }>>): Step => {
  const { delay, error, operation } = input
  return become(state, SessionEvent.Retrying({ ...moment(state, now), ...trouble.of(error), operation, delay }))
}

const tellSkip = ({ now, state }: Turn<Phase, unknown>): Step => become(state, SessionEvent.Skipped(moment(state, now)))

const tellBreak = ({ now, state }: Turn<Phase, unknown>): Step =>
  degradeBy(state, { error: "Defect", reason: undefined }, now)

// ---- starting anew, and the end

/** A new epoch, with everything forgotten but the budget: that protects the account. */
const reset = ({ now, state }: Turn<Phase, unknown>): Step => {
  const next: State = {
    ...state,
    phase: { _tag: "Idle", absence: "Reset" },
    epoch: state.epoch + 1,
    refused: []
  }
  return become(next, SessionEvent.Reset(moment(next, now)))
}

const close = ({ now, state }: Turn<Phase, unknown>): Step => {
  const next: State = { ...state, phase: { _tag: "Closed" }, epoch: state.epoch + 1, refused: [], logins: [] }
  return become(next, SessionEvent.Closed(moment(next, now)))
}

/** What happens in each phase on each input: everything that a session can do. */
export const table: Table = {
  Demand: {
    Idle: demandLogin,
    Authenticating: demandLogin,
    Ready: demandUse,
    Rejected: appeal,
    Closed: failClosed
  },
  Check: {
    Idle: checkNone,
    Authenticating: checkNone,
    Ready: checkUse,
    Rejected: failRejected,
    Closed: failClosed
  },
  Renew: {
    Idle: demandLogin,
    Authenticating: demandLogin,
    Ready: renew,
    Rejected: failRejected,
    Closed: failClosed
  },
  Offer: { Idle: offer, Authenticating: offer, Ready: offer, Rejected: offer, Closed: failClosed },
  LoggedIn: { Idle: open, Authenticating: open, Ready: open, Rejected: open, Closed: stay },
  LoginFailed: {
    Idle: failLogin,
    Authenticating: failLogin,
    Ready: failLogin,
    Rejected: failLogin,
    Closed: stay
  },
  LoginEnded: { Idle: stay, Authenticating: endLogin, Ready: stay, Rejected: stay, Closed: stay },
  Accepted: { Idle: stay, Authenticating: stay, Ready: accept, Rejected: stay, Closed: stay },
  Failed: { Idle: noteFailure, Authenticating: noteFailure, Ready: failCall, Rejected: noteFailure, Closed: stay },
  Disowned: { Idle: stay, Authenticating: stay, Ready: disown, Rejected: stay, Closed: stay },
  Replay: { Idle: stay, Authenticating: stay, Ready: stay, Rejected: stay, Closed: stay },
  Retry: { Idle: tellRetry, Authenticating: tellRetry, Ready: tellRetry, Rejected: tellRetry, Closed: stay },
  Skip: { Idle: tellSkip, Authenticating: tellSkip, Ready: tellSkip, Rejected: tellSkip, Closed: stay },
  Break: { Idle: tellBreak, Authenticating: tellBreak, Ready: tellBreak, Rejected: tellBreak, Closed: stay },
  Reset: { Idle: reset, Authenticating: reset, Ready: reset, Rejected: reset, Closed: stay },
  Close: { Idle: close, Authenticating: close, Ready: close, Rejected: close, Closed: stay }
}
