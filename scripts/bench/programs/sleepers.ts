import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as cpu from "./cpu.ts"

/** What one would do for each session without a library: a fiber that repeats on a schedule. */
export const sleeper = (work: Effect.Effect<void>, pause: number): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(Effect.forkScoped(Effect.repeat(work, Schedule.jittered(Schedule.spaced(pause)))))

/** What is at least shared by those who come and go: one fiber for the operation, and one for a caller's code inside it. */
export const twoFibers: Effect.Effect<void> = Effect.flatMap(
  Effect.forkDaemon(Effect.flatMap(Effect.forkDaemon(Effect.void), Fiber.join)),
  Fiber.join
)

/** The processor time in µs that an effect takes, with what it leaves to others. */
export const spent = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<number, E, R> =>
  Effect.gen(function* () {
    const start = yield* Effect.sync(cpu.now)
    yield* effect
    // Fibers that were only forked have their first turn.
    yield* Effect.sleep("20 millis")
    return cpu.now() - start
  })

/** The processor time in µs to start one such fiber. */
export const startOne = (count: number): Effect.Effect<number, never, Scope.Scope> =>
  Effect.map(spent(Effect.replicateEffect(sleeper(Effect.void, 600_000), count)), (all) => all / count)
