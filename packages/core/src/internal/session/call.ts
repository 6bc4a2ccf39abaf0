import * as Effect from "effect/Effect"
import type { ExchangeError } from "../../Errors.ts"
import { AuthFailed } from "../../Errors.ts"
import { Deadline } from "../../Transport.ts"
import type { Instant } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import type { Engine } from "./engine.ts"
import type { Failure } from "./outcome.ts"
import { fail, stale } from "./outcome.ts"
import * as login from "./login.ts"
import type { Lease } from "./machine/state.ts"
import * as waiting from "../waiting.ts"

/** One try with a session. */
export type Attempt<A, E, R = never> = (lease: Lease) => Effect.Effect<A, Failure<E>, R>

/** Says whether to try again after an error, once the pause before that is over. */
type Again<E> = (error: E | ExchangeError) => Effect.Effect<boolean>

export const never: Again<unknown> = () => Effect.succeed(false)

/** A call from start to end: a session for each attempt, a replay after a refusal, and whatever retries are allowed. */
export const run = <A, E, R>(
  engine: Engine,
  operation: string,
  attempt: Attempt<A, E, R>,
  /** Makes the retries of one session's attempts. */
  retries: () => Again<E>
): Effect.Effect<A, E | ExchangeError, R> => {
  const go = (again: Again<E>, replays: number): Effect.Effect<A, E | ExchangeError, R> => {
    const recover = ({ error, verdict }: Failure<E | ExchangeError>): Effect.Effect<A, E | ExchangeError, R> => {
      switch (verdict) {
        case "Stale":
          return go(again, replays)
        case "Refused":
          // What came of a store may have been lost with the session that it replaced, before anybody here could see that.
          return replays > (engine.member?.hasGiven(error) === true ? 1 : 0)
            ? Effect.fail(error)
            : Effect.zipRight(
                engine.step({ _tag: "Replay" }),
                Effect.suspend(() => go(retries(), replays + 1))
              )
        case "Failed":
          return Effect.flatMap(again(error), (once) => (once ? go(again, replays) : Effect.fail(error)))
        case "Shut":
          return Effect.fail(error)
      }
    }
    return waiting.match(withLease(engine, operation, attempt), recover, Effect.succeed)
  }
  return Effect.suspend(() => go(retries(), 0))
}

/** How many sessions one attempt sees come and go before it gives up. */
const mostUnused = 3

/** Hands the session to an attempt, logging in first where there is none. */
const withLease = <A, E, R>(
  engine: Engine,
  operation: string,
  attempt: Attempt<A, E, R>,
  from: number = engine.state.generation
): Effect.Effect<A, Failure<E | ExchangeError>, R> =>
  Effect.suspend((): Effect.Effect<A, Failure<E | ExchangeError>, R> => {
    const lease = engine.lease()
    if (lease !== undefined) return attempt(lease)
    // Sessions that are over before anybody can use them are no reason to log in for ever.
    return engine.state.generation - from < mostUnused
      ? Effect.zipRight(logIn(engine, operation), withLease(engine, operation, attempt, from))
      : fail(new AuthFailed({ operation, reason: "SessionNotAccepted" }), "Shut")
  })

/** Waits for a login, unless there is a session by now; it may be lost again by the time that one hears of it. */
const logIn = (engine: Engine, operation: string): Effect.Effect<void, Failure<ExchangeError>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const order = engine.apply({ _tag: "Demand", operation, underWay: login.isUnderWay(engine) })
      if (order._tag === "Use") return Effect.void
      if (order._tag === "Fail") return fail(order.error, "Shut")
      return login.join(engine, restore).pipe(
        telemetry.awaitLogin(() => engine.loginSpan),
        Effect.catchAll((error) => fail(error, "Shut"))
      )
    })
  )

/** Checks the session once more as the last thing before it is used, since forks and yields lie between that and its lease. */
export const whileCurrent = <A, E, R>(
  engine: Engine,
  lease: Lease,
  use: (start: Instant) => Effect.Effect<A, Failure<E>, R>
): Effect.Effect<A, Failure<E | ExchangeError>, R> =>
  Effect.suspend((): Effect.Effect<A, Failure<E | ExchangeError>, R> => {
    const start = engine.now()
    return engine.lease(start)?.generation === lease.generation ? use(start) : Effect.fail(stale)
  })

/** Makes sure that there is a session. */
export const open = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.mapError(
    withLease<void, never, never>(engine, "open", () => Effect.void),
    ({ error }) => error
  )

/** Tells the session of a failure that a caller's exchange met, unless only the caller was in a hurry. */
export const noteFailure = (engine: Engine, lease: Lease, error: ExchangeError): Effect.Effect<void> =>
  Effect.flatMap(Deadline, (deadline) =>
    deadline !== undefined && error._tag === "TransportError" && error.reason === "Timeout"
      ? Effect.void
      : Effect.asVoid(engine.step({ _tag: "Failed", lease, error, by: "command" }))
  )
