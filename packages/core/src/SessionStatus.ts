/**
 * What is known of a session without asking the service.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import type * as Duration from "effect/Duration"

/**
 * What the session is and when it last worked: a plain reading that sends nothing.
 *
 * `Ready` means that the session may be used now; one that our own count holds for expired reads as `Idle`.
 *
 * @since 0.1.0
 * @category models
 */
export interface SessionStatus {
  readonly state: "Idle" | "Authenticating" | "Ready" | "Rejected" | "Closed"
  /** The number of sessions so far, opened here or taken from a store. */
  readonly generation: number
  readonly health: "Healthy" | "Degraded"
  /** The time since the last successful exchange began. */
  readonly idle: Duration.Duration | undefined
  readonly lastSuccess: DateTime.Utc | undefined
  /** The tag of the last error met, never its text. */
  readonly lastError: string | undefined
}
