import type { ExchangeError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Retry from "@effect-clickatell/core/Retry"
import * as Session from "@effect-clickatell/core/Session"
import { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Transport } from "@effect-clickatell/core/Transport"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { NoSession } from "./exitCode.ts"

type Kept = Session.Session["Type"]

/** What to watch, and what to do meanwhile. */
export interface Options<E> {
  readonly session: Session.Options<unknown>
  readonly keepAlive: KeepAlive.Options
  readonly onEvent: (event: SessionEvent) => Effect.Effect<void>
  /** What goes on from the first login attempt on; the watch ends with it. */
  readonly during: (session: Kept) => Effect.Effect<void, E>
}

/** Keeps a session alive and tells every event, the closing one included, until it is over or the service rejects us. */
export const watch = <E>(
  options: Options<E>
): Effect.Effect<void, E | ExchangeError | NoSession | ConfigError.ConfigError, Transport> =>
  Effect.scoped(
    Effect.acquireUseRelease(
      Scope.make(),
      (scope) =>
        Effect.gen(function* () {
          const layer = Layer.provideMerge(KeepAlive.layer(options.keepAlive), Session.layer(options.session))
          const session = Context.get(yield* Layer.buildWithScope(layer, scope), Session.Session)
          const events = Stream.fromQueue(yield* session.subscribe)
          const telling = yield* Effect.forkDaemon(
            Stream.runForEach(Stream.takeUntil(events, SessionEvent.$is("Closed")), options.onEvent)
          )
          // The last events come when the session closes, and are still to be told.
          yield* Effect.ensuring(
            keep(session, options),
            Effect.zipRight(Scope.close(scope, Exit.void), Fiber.join(telling))
          )
        }),
      Scope.close
    )
  )

const keep = Effect.fnUntraced(function* <E>(
  session: Kept,
  { during }: Options<E>
): Effect.fn.Return<void, E | ExchangeError | NoSession> {
  yield* during(session).pipe(
    Effect.raceFirst(Effect.zipRight(opened(session), Effect.never)),
    Effect.raceFirst(rejected(session))
  )
  const { generation, lastError } = yield* session.status
  if (generation === 0) return yield* new NoSession({ lastError })
})

const opened = (session: Kept): Effect.Effect<void, ExchangeError> =>
  Effect.retry(session.open, { schedule: Retry.renewal, while: (error) => !isFinal(error) })

const isFinal = (error: ExchangeError): boolean => error._tag === "AuthFailed" && error.reason !== "LoginBudgetExceeded"

// Once rejected, asking for the session says why, and sends nothing.
const rejected = (session: Kept): Effect.Effect<never, ExchangeError> =>
  session.changes.pipe(
    Stream.filter(({ state }) => state === "Rejected"),
    Stream.runHead,
    Effect.zipRight(session.check),
    Effect.zipRight(Effect.never)
  )
