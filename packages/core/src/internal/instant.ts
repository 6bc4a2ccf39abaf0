import type * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"

/** A moment on two clocks: the wall clock can be set, and the monotonic one stops while a laptop sleeps. */
export interface Instant {
  readonly wall: number
  readonly monotonic: bigint
}

export const read = (clock: Clock.Clock): Effect.Effect<Instant> =>
  Effect.zipWith(clock.currentTimeMillis, clock.currentTimeNanos, (wall, monotonic) => ({ wall, monotonic }))

/** Milliseconds from one moment to a later one by whichever clock saw more time pass, since the server's never stops. */
export const elapsed = (from: Instant, to: Instant): number =>
  Math.max(to.wall - from.wall, Number(to.monotonic - from.monotonic) / 1e6)
