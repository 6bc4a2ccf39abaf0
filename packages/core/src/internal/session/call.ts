import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ExchangeError } from "../../Errors.ts"
import { AuthFailed } from "../../Errors.ts"
import type { Instant } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import type { Engine } from "./engine.ts"
import * as login from "./login.ts"
import type { Lease } from "./machine/state.ts"

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

/** One try with a session, which begins at `start`. */
export type Attempt<A, E, R = never> = (lease: Lease, start: Instant) => Effect.Effect<A, Failure<E>, R>

export const stale: Failure<ExchangeError> = {
  error: new AuthFailed({ operation: "session", reason: "SessionNotAccepted" }),
  verdict: "Stale"
}

/** What a call is told that was under way when the session closed. */
export const over: Failure<AuthFailed> = {
  error: new AuthFailed({ operation: "session", reason: "SessionClosed" }),
  verdict: "Shut"
}

/** A call from start to end: a session for each attempt, one replay after a refusal, and whatever retries are allowed. */
export const run = Effect.fnUntraced(function* <A, E, R>(
  engine: Engine,
  operation: string,
  attempt: Attempt<A, E, R>,
  /** Makes the retries of one session's attempts: whether to try again after an error, once the pause before that is over. */
  retries: () => (error: E | ExchangeError) => Effect.Effect<boolean>
): Effect.fn.Return<A, E | ExchangeError, R> {
  let replayed = false
  let again = retries()
  for (;;) {
    const outcome = yield* Effect.either(withLease(engine, operation, attempt))
    if (Either.isRight(outcome)) return outcome.right
    const { error, verdict } = outcome.left
    if (verdict === "Stale") continue
    if (verdict === "Refused" && !replayed) {
      replayed = true
      again = retries()
      yield* engine.cell.step({ _tag: "Replay" })
    } else if (verdict !== "Failed" || !(yield* again(error))) {
      return yield* Effect.fail(error)
    }
  }
})

/** Hands the session to an attempt in the same step that finds it usable, logging in first where there is none. */
const withLease = <A, E, R>(
  engine: Engine,
  operation: string,
  attempt: Attempt<A, E, R>
): Effect.Effect<A, Failure<E | ExchangeError>, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(engine.cell.now, (now): Effect.Effect<A, Failure<E | ExchangeError>, R> => {
      const order = engine.cell.apply({ _tag: "Demand", operation, underWay: engine.isLoggingIn() }, now)
      switch (order._tag) {
        case "Use":
          return restore(attempt(order.lease, now))
        case "Fail":
          return shut(order.error)
        default:
          return login.join(engine, restore).pipe(
            telemetry.awaitLogin(() => engine.loginRequests.span),
            Effect.matchEffect({
              onFailure: shut,
              onSuccess: () => restore(withLease(engine, operation, attempt))
            })
          )
      }
    })
  )

const shut = (error: ExchangeError): Effect.Effect<never, Failure<ExchangeError>> =>
  Effect.fail({ error, verdict: "Shut" })

/** Makes sure that there is a session. */
export const open = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.mapError(
    withLease<void, never, never>(engine, "open", () => Effect.void),
    ({ error }) => error
  )
