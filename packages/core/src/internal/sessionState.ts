import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import type { Credentials } from "../Credentials.ts"
import type { AuthFailedReason } from "../Errors.ts"
import { ApiError, AuthFailed, MalformedReply, SoapFault, TransportError } from "../Errors.ts"
import { SessionEvent } from "../SessionEvent.ts"
import type { SessionId } from "../SessionId.ts"
import type { Instant } from "./instant.ts"
import { elapsed } from "./instant.ts"
import type { Entry } from "./loginBudget.ts"

/** A session of one generation; `usedAt` is the start of its last successful exchange. */
interface Ready {
  readonly _tag: "Ready"
  readonly id: SessionId
  readonly openedAt: Instant
  readonly usedAt: Instant
  /** Whether the service has accepted it at least once since the login. */
  readonly accepted: boolean
}

export type Phase =
  | { readonly _tag: "Idle" }
  | { readonly _tag: "Authenticating" }
  | Ready
  | { readonly _tag: "Rejected"; readonly error: AuthFailed; readonly credentials: Credentials | undefined }
  | { readonly _tag: "Closed" }

export interface State {
  readonly phase: Phase
  /** Grows with each login that succeeds. */
  readonly generation: number
  /** The credentials of the latest login begun. */
  readonly credentials: Credentials | undefined
  /** Sessions refused before their first success, in a row. */
  readonly stillborn: number
  /** Whether the next login answers a refusal. */
  readonly refused: boolean
  readonly logins: ReadonlyArray<Entry>
  readonly healthy: boolean
  readonly lastSuccess: Instant | undefined
  readonly lastError: string | undefined
}

export const initial: State = {
  phase: { _tag: "Idle" },
  generation: 0,
  credentials: undefined,
  stillborn: 0,
  refused: false,
  logins: [],
  healthy: true,
  lastSuccess: undefined,
  lastError: undefined
}

/** Milliseconds: how long an unused session lives by our count, and how long any session is used. */
export interface Life {
  readonly usable: number
  readonly maxAge: number
}

/** One session of one generation, handed out to be used. */
export interface Lease {
  readonly id: SessionId
  readonly generation: number
}

/** The session that may be used now: one that the service has certainly not forgotten. */
export const lease = ({ generation, phase }: State, now: Instant, life: Life): Lease | undefined =>
  phase._tag === "Ready" && elapsed(phase.usedAt, now) < life.usable && elapsed(phase.openedAt, now) < life.maxAge
    ? { id: phase.id, generation }
    : undefined

/** The session of this generation, or of any when none is named, or why nothing may be sent. */
export const require = (
  state: State,
  now: Instant,
  life: Life,
  operation: string,
  generation = state.generation
): Either.Either<Lease, AuthFailed> => {
  const { phase } = state
  if (phase._tag === "Closed") return Either.left(new AuthFailed({ operation, reason: "SessionClosed" }))
  if (phase._tag === "Rejected") return Either.left(phase.error)
  const current = lease(state, now, life)
  return current?.generation === generation
    ? Either.right(current)
    : Either.left(new AuthFailed({ operation, reason: "SessionNotAccepted" }))
}

/** What a transition does: the state after it, then what there is to tell. */
export type Step = readonly [State, ...ReadonlyArray<SessionEvent>]

const moment = (state: State, now: Instant) => ({ at: DateTime.unsafeMake(now.wall), generation: state.generation })

/** A login begins. */
export const begin = (state: State, credentials: Credentials, logins: ReadonlyArray<Entry>): Step => [
  // It may have been on its way here while the session was closed.
  state.phase._tag === "Closed"
    ? state
    : {
        ...state,
        phase: { _tag: "Authenticating" },
        credentials,
        logins,
        refused: false,
        // Other credentials than the rejected ones start with a clean record.
        stillborn: state.phase._tag === "Rejected" ? 0 : state.stillborn
      }
]

/** A login succeeded; the session lives from the moment that its exchange began. */
export const opened = (state: State, id: SessionId, start: Instant, now: Instant): Step => {
  if (state.phase._tag !== "Authenticating") return [state]
  const next: State = {
    ...state,
    phase: { _tag: "Ready", id, openedAt: start, usedAt: start, accepted: false },
    generation: state.generation + 1
  }
  const [healthy, ...events] = succeeded(next, start, now)
  return [healthy, SessionEvent.Authenticated(moment(next, now)), ...events]
}

/** A login ended without a session and without a refusal, be it by failure, defect or interruption. */
export const abandoned = (state: State): Step => [
  state.phase._tag === "Authenticating" ? { ...state, phase: { _tag: "Idle" } } : state
]

/** The service accepted the session of this generation in an exchange that began at `start`. */
export const accepted = (state: State, generation: number, start: Instant, now: Instant): Step => {
  const { phase } = state
  if (phase._tag !== "Ready" || state.generation !== generation) return [state]
  const usedAt = elapsed(phase.usedAt, start) > 0 ? start : phase.usedAt
  return succeeded({ ...state, phase: { ...phase, usedAt, accepted: true }, stillborn: 0 }, usedAt, now)
}

const succeeded = (state: State, lastSuccess: Instant, now: Instant): Step => {
  const next: State = { ...state, healthy: true, lastSuccess }
  return state.healthy ? [next] : [next, SessionEvent.Recovered(moment(next, now))]
}

/** The service answered a ping of this generation with OK. */
export const pinged = (state: State, generation: number, now: Instant): Step => [
  state,
  SessionEvent.Pinged({ ...moment(state, now), generation })
]

// The service no longer accepts the session: the next use logs in, unless that did not help the last time either.
const refused = (state: State, error: AuthFailed, now: Instant): Step => {
  const { phase } = state
  const stillborn = phase._tag === "Ready" && phase.accepted ? 0 : state.stillborn + 1
  const next: State = { ...state, phase: { _tag: "Idle" }, stillborn, refused: true, lastError: error._tag }
  const event = SessionEvent.Refused({ ...moment(next, now), error: error.reason })
  if (stillborn < 2) return [next, event]
  const [end, ...events] = rejected(next, flapping(error), now)
  return [end, event, ...events]
}

/** The error for a service that takes back each session it hands out. */
export const flapping = ({ code, operation }: AuthFailed): AuthFailed =>
  new AuthFailed({ operation, reason: "SessionFlapping", code })

/** The service refuses who we are: nothing is sent from here on. */
const rejected = (state: State, error: AuthFailed, now: Instant): Step => {
  const phase: Phase = { _tag: "Rejected", error, credentials: state.credentials }
  const next: State = { ...state, phase, lastError: error._tag }
  return [next, SessionEvent.Rejected({ ...moment(next, now), error: error.reason })]
}

/** A call with the session of this generation, or a login where none is named, ended with an error. */
export const failed = (state: State, error: unknown, generation: number | undefined, now: Instant): Step => {
  if (state.phase._tag === "Closed") return [state]
  // A word about an older session says nothing about this one.
  const concerned = generation === undefined || (state.phase._tag === "Ready" && state.generation === generation)
  if (isRefusal(error)) return concerned ? refused(state, error, now) : [state]
  if (error instanceof AuthFailed && isTerminal(error.reason)) return concerned ? rejected(state, error, now) : [state]
  const unhealthy = tellsOfService(error)
  const next: State = { ...state, lastError: tagOf(error), healthy: state.healthy && !unhealthy }
  return state.healthy && unhealthy
    ? [next, SessionEvent.Degraded({ ...moment(next, now), error: tagOf(error) })]
    : [next]
}

/** Whether the service said that it does not accept the session. */
export const isRefusal = (error: unknown): error is AuthFailed =>
  error instanceof AuthFailed && error.reason === "SessionNotAccepted"

// Refusals that no login can mend, in the words of the service.
const isTerminal = (reason: AuthFailedReason): boolean =>
  reason === "BadCredentials" || reason === "AccountFrozen" || reason === "IpLockdown" || reason === "InvalidApiId"

// Any failure of our own two commands does; of a caller's command, only what no parameter of it can cause.
const tellsOfService = (error: unknown): boolean =>
  error instanceof TransportError ||
  error instanceof MalformedReply ||
  ((error instanceof ApiError || error instanceof SoapFault || error instanceof AuthFailed) &&
    (error.operation === "ping" || error.operation === "auth"))

const tagOf = (error: unknown): string =>
  Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag) ? error._tag : "Error"

/** A layer that acts on the session has something to tell; health has edges here too. */
export const noted = (state: State, event: SessionEvent): Step => {
  if (event._tag !== "Degraded") return [state, event]
  const next: State = { ...state, healthy: false, lastError: event.error }
  return state.healthy ? [next, event] : [next]
}

/** Forgets the session, a rejection and the login budget; a login under way goes on. */
export const reset = (state: State): Step =>
  state.phase._tag === "Closed" || state.phase._tag === "Authenticating"
    ? [state]
    : [{ ...state, phase: { _tag: "Idle" }, credentials: undefined, stillborn: 0, refused: false, logins: [] }]

/** The end: no transition leaves this state. */
export const closed = (state: State, now: Instant): Step => [
  { ...state, phase: { _tag: "Closed" } },
  SessionEvent.Closed(moment(state, now))
]
