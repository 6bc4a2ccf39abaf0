/**
 * What happens to a session, one event for each turn that an operator would want to know of.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"

interface Moment {
  readonly at: DateTime.Utc
  /** The number of logins that succeeded so far. */
  readonly generation: number
}

/**
 * The events of a session and of what keeps it alive; `error` is the tag or reason of the error that was met.
 *
 * - `Authenticated`: a login succeeded, and `generation` is the new session's.
 * - `Pinged`: a ping succeeded.
 * - `Skipped`: a keep-alive ping was not needed, since another call had kept the session alive.
 * - `Refused`: the service no longer accepts the session; the next use logs in.
 * - `Retrying`: the same request goes out again after `delay`.
 * - `Degraded` and `Recovered`: the edges of health, one each however many calls fail in between.
 * - `Rejected`: the service refuses who we are, and nothing more is sent until `reset` or other credentials.
 * - `Closed`: the session's scope is closed.
 *
 * @since 0.1.0
 * @category models
 */
export type SessionEvent = Data.TaggedEnum<{
  Authenticated: Moment
  Pinged: Moment
  Skipped: Moment
  Refused: Moment & { readonly error: string }
  Retrying: Moment & { readonly error: string; readonly delay: Duration.Duration }
  Degraded: Moment & { readonly error: string }
  Recovered: Moment
  Rejected: Moment & { readonly error: string }
  Closed: Moment
}>

/**
 * Constructors, guards and matching for events.
 *
 * @since 0.1.0
 * @category constructors
 */
export const SessionEvent = Data.taggedEnum<SessionEvent>()
