import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { ExchangeError } from "../../Errors.ts"
import { AuthFailed } from "../../Errors.ts"
import { Deadline } from "../../Transport.ts"
import type { Instant } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import type { Engine } from "./engine.ts"
import type { Failure } from "./outcome.ts"
import { stale } from "./outcome.ts"
import * as login from "./login.ts"
import type { Lease } from "./machine/state.ts"

/** One try with a session. */
export type Attempt<A, E, R = never> = (lease: Lease) => Effect.Effect<A, Failure<E>, R>

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
      yield* engine.step({ _tag: "Replay" })
    } else if (verdict !== "Failed" || !(yield* again(error))) {
      return yield* Effect.fail(error)
    }
  }
})

/** How many sessions one attempt sees come and go before it gives up. */
const mostUnused = 3

/** Hands the session to an attempt, logging in first where there is none. */
const withLease = <A, E, R>(
  engine: Engine,
  operation: string,
  attempt: Attempt<A, E, R>,
  from: number = engine.state.generation
): Effect.Effect<A, Failure<E | ExchangeError>, R> =>
  Effect.flatMap(acquire(engine, operation), (lease): Effect.Effect<A, Failure<E | ExchangeError>, R> => {
    if (lease !== undefined) return attempt(lease)
    // Sessions that are over before anybody can use them are no reason to log in for ever.
    return engine.state.generation - from < mostUnused
      ? withLease(engine, operation, attempt, from)
      : shut(new AuthFailed({ operation, reason: "SessionNotAccepted" }))
  })

/** The session to use, or nothing yet where a login was waited for: it may be lost again by the time that one hears of it. */
const acquire = (engine: Engine, operation: string): Effect.Effect<Lease | undefined, Failure<ExchangeError>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const order = engine.apply({ _tag: "Demand", operation, underWay: login.isUnderWay(engine) })
      if (order._tag === "Use") return Effect.succeed(order.lease)
      if (order._tag === "Fail") return shut(order.error)
      return login.join(engine, restore).pipe(
        telemetry.awaitLogin(() => engine.loginSpan),
        Effect.as(undefined),
        Effect.catchAll(shut)
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
    const order = engine.apply({ _tag: "Check", operation: "session" }, start)
    return order._tag === "Use" && order.lease.generation === lease.generation ? use(start) : Effect.fail(stale)
  })

const shut = (error: ExchangeError): Effect.Effect<never, Failure<ExchangeError>> =>
  Effect.fail({ error, verdict: "Shut" })

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
