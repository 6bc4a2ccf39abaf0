import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"

/** Runs an effect once for all who ask while it runs; whoever asks later, or with another key, starts it anew. */
export interface SingleFlight<A, E> {
  (key: number, effect: Effect.Effect<A, E>): Effect.Effect<A, E>
}

/** The effect runs in the scope given here, so that interrupting a caller, the first included, disturbs nobody else. */
export const make = <A, E>(scope: Scope.Scope): SingleFlight<A, E> => {
  let flight: { readonly key: number; readonly landed: Deferred.Deferred<A, E> } | undefined

  return (key, effect) =>
    Effect.uninterruptibleMask(
      Effect.fnUntraced(function* (restore) {
        if (flight?.key === key) return yield* restore(Deferred.await(flight.landed))
        const landed = yield* Deferred.make<A, E>()
        const own = { key, landed }
        flight = own
        yield* Effect.interruptible(effect).pipe(
          Effect.onExit((exit) => {
            if (flight === own) flight = undefined
            return Deferred.done(landed, exit)
          }),
          // The outcome is the callers': a fiber that fails would be logged as an error which nobody handles.
          Effect.exit,
          Effect.forkIn(scope)
        )
        return yield* restore(Deferred.await(landed))
      })
    )
}
