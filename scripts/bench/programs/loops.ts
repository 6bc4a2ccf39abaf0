import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"

/** Does a work of no effects for as long as there shall be more. */
export const sync = (work: () => unknown) => (more: () => boolean) => {
  while (more()) work()
}

/** Runs an effect in one fiber for as long as there shall be more. */
export const effect =
  <A, E>(work: Effect.Effect<A, E>) =>
  (more: () => boolean): Promise<void> =>
    Effect.runPromise(Effect.whileLoop({ while: more, body: () => work, step: constVoid }))
