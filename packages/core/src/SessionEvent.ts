/**
 * What happens to a session, one event for each turn that an operator would want to know of.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"
import type { Trouble } from "./internal/trouble.ts"

interface Moment {
  readonly at: DateTime.Utc
  /** The number of sessions so far. */
  readonly generation: number
}

/** How long the session was unused when it was lost, and how long ago it was opened. */
interface Loss {
  readonly idle: Duration.Duration
  readonly age: Duration.Duration
}

/**
 * The events of a session and of what keeps it alive; each tells the error that it is about, and none holds a text of the service.
 *
 * - `Authenticating`: a login request goes out.
 * - `Authenticated`: a login succeeded, and `generation` is the new session's.
 * - `Adopted`: a session of the store, which another process has opened, is used from here on; `generation` is its own here.
 * - `Pinged`: a ping succeeded.
 * - `Skipped`: a keep-alive ping was not needed, since another call, or another process, had kept the session alive.
 * - `Refused`: the service no longer accepts the session; the next use logs in.
 * - `Expired`: the session is over by our own count; the next use logs in.
 * - `Retrying`: the same operation is tried again after `delay`.
 * - `Degraded` and `Recovered`: the edges of health, one each however many calls fail in between; `Rejected` is such an edge too.
 * - `Rejected`: the service refuses who we are, and nothing more is sent until `reset` or other credentials.
 * - `Detached` and `Attached`: the session store can no longer be reached, so that this process goes by itself, or can again.
 * - `Reset`: the session, and a rejection, was forgotten on request.
 * - `Closed`: the session's scope is closed.
 *
 * @since 0.1.0
 * @category models
 */
export type SessionEvent = Data.TaggedEnum<{
  Authenticating: Moment
  Authenticated: Moment
  Adopted: Moment
  Pinged: Moment
  Skipped: Moment
  Refused: Moment & Trouble & Loss
  Expired: Moment & Loss
  Retrying: Moment & Trouble & { readonly operation: string; readonly delay: Duration.Duration }
  Degraded: Moment & Trouble
  Recovered: Moment
  Rejected: Moment & Trouble
  Detached: Moment
  Attached: Moment
  Reset: Moment
  Closed: Moment
}>

/**
 * Constructors, guards and matching for events.
 *
 * @since 0.1.0
 * @category constructors
 */
export const SessionEvent = Data.taggedEnum<SessionEvent>()
