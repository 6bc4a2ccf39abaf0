import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"

/** Runs an effect when all that came before it under this name have ended. */
export type InTurn = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

/**
 * Turns of their own for each name; whoever is in line stays there, and what has begun comes to its end.
 *
 * A semaphore would let all names wait for one, and can lose its permit to one who is interrupted at the wrong moment.
 */
export const make = (): InTurn => {
  const newest = new Map<string, Deferred.Deferred<void>>()
  return (name, effect) =>
    Effect.suspend(() => {
      const before = newest.get(name)
      const over = Deferred.unsafeMake<void>(FiberId.none)
      newest.set(name, over)
      const leave = Effect.sync(() => {
        if (newest.get(name) === over) newest.delete(name)
        Deferred.unsafeDone(over, Effect.void)
      })
      return Effect.ensuring(before === undefined ? effect : Effect.zipRight(Deferred.await(before), effect), leave)
    }).pipe(Effect.uninterruptible)
}
