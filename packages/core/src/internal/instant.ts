import type * as Clock from "effect/Clock"

/** A moment on two clocks: the wall clock can be set, and the monotonic one stops while a laptop sleeps. */
export interface Instant {
  readonly wall: number
  readonly monotonic: bigint
}

export const read = (clock: Clock.Clock): Instant => ({
  wall: clock.unsafeCurrentTimeMillis(),
  monotonic: clock.unsafeCurrentTimeNanos()
})

/** Milliseconds from one moment to a later one by whichever clock saw more time pass, since the server's never stops. */
export const elapsed = (from: Instant, to: Instant): number =>
  Math.max(to.wall - from.wall, Number(to.monotonic - from.monotonic) / 1e6)

/** Reads the milliseconds since this moment on the monotonic clock: rounded, these take no room in the many objects that keep one. */
export const stopwatch = (clock: Clock.Clock): (() => number) => {
  const start = clock.unsafeCurrentTimeNanos()
  return () => Number(clock.unsafeCurrentTimeNanos() - start) / 1e6
}
