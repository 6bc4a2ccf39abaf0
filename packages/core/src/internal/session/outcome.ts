import * as Effect from "effect/Effect"
import type { Credentials } from "../../Credentials.ts"
import type { ExchangeError } from "../../Errors.ts"
import { AuthFailed } from "../../Errors.ts"

/**
 * How an attempt failed.
 *
 * - `Refused`: the service does not accept the session, and so has not carried the call out.
 * - `Stale`: the session was gone before anything was sent.
 * - `Failed`: anything else that the attempt met.
 * - `Shut`: there was no session to be had.
 */
export interface Failure<out E> {
  readonly error: E
  readonly verdict: "Refused" | "Stale" | "Failed" | "Shut"
}

export const fail = <E>(error: E, verdict: Failure<E>["verdict"]): Effect.Effect<never, Failure<E>> =>
  Effect.fail({ error, verdict })

export const stale: Failure<ExchangeError> = {
  error: new AuthFailed({ operation: "session", reason: "SessionNotAccepted" }),
  verdict: "Stale"
}

/** What a call is told that was under way when the session closed. */
export const over: Failure<AuthFailed> = {
  error: new AuthFailed({ operation: "session", reason: "SessionClosed" }),
  verdict: "Shut"
}

/** A login request that failed, with the credentials that it was for, where the provider gave any. */
export interface LoginFailure {
  readonly error: ExchangeError
  readonly credentials: Credentials | undefined
  /** Whether there was a request. */
  readonly sent: boolean
}

/** How the wait for a ping can end: with the ping, or with a reset, after which there is another to wait for. */
export type PingOutcome = "pinged" | "moved"
