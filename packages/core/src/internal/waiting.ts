// Two of Effect's own operators for what waits as long as a request does, without the object literals that they hold meanwhile.
// V8 learns to allocate literals that outlive a collection among the old objects, and there each of them keeps everything of its
// call until the next full collection (docs/performance.md). For the same reason whatever else is held for so long, and knows of
// anything, is an instance of a class.
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"

/** Waits until it is called back, and stops what it waits for where it is interrupted: `Effect.async` with a finalizer. */
export const callback = <A, E>(
  start: (resume: (end: Effect.Effect<A, E>) => void) => (() => Effect.Effect<void>) | undefined
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    let stop: (() => Effect.Effect<void>) | undefined
    const called = Effect.async<A, E>((resume) => {
      stop = start(resume)
    })
    return Effect.onExit(called, (exit) => (stop !== undefined && Exit.isInterrupted(exit) ? stop() : Effect.void))
  })

/** `Effect.matchEffect`. */
export const match = <A, E, R, A2, E2, R2, A3, E3, R3>(
  self: Effect.Effect<A, E, R>,
  onFailure: (error: E) => Effect.Effect<A2, E2, R2>,
  onSuccess: (value: A) => Effect.Effect<A3, E3, R3>
): Effect.Effect<A2 | A3, E2 | E3, R | R2 | R3> =>
  Effect.matchCauseEffect(self, {
    onFailure: (cause) => Either.match(Cause.failureOrCause(cause), { onLeft: onFailure, onRight: Effect.failCause }),
    onSuccess
  })
