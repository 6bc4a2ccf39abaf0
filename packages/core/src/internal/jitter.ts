import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"

/** A random share of the duration, between two factors; a timer counts whole milliseconds. */
export const share = (duration: Duration.Duration, min: number, max: number): Effect.Effect<Duration.Duration> =>
  Effect.map(Random.nextRange(min, max), (factor) => whole(Duration.times(duration, factor)))

/** Rounds up to whole milliseconds, the unit of a timer and the only one that a test's clock can step by. */
export const whole = (duration: Duration.Duration): Duration.Duration =>
  Duration.millis(Math.ceil(Duration.toMillis(duration)))
