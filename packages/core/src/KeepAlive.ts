/**
 * Keeps an idle session alive: a ping when nothing else has used it for a while, and a new session when it is lost.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as jitter from "./internal/jitter.ts"
import * as engines from "./internal/session/engine.ts"
import * as keepAlive from "./internal/session/keepAlive.ts"
import * as Retry from "./Retry.ts"
import { Session } from "./Session.ts"
import * as Setting from "./Setting.ts"

/**
 * When to ping, given the time since the session was last used: the delays are the waits from one look to the next.
 *
 * @since 0.1.0
 * @category models
 */
export type IdleSchedule = Schedule.Schedule<unknown, Duration.Duration>

/**
 * How a session is kept alive; every time is checked against the session's life when the layer is built.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * The longest pause between two uses of the session: 10 minutes by default, as the service's documentation recommends, or
   * two thirds of the time for which an unused session is trusted, where 10 minutes do not fit into it.
   */
  readonly interval?: Duration.DurationInput | undefined
  /** The shortest pause between a use and a ping, whatever the schedule says: 30 seconds by default, or less where the session is too short for that. */
  readonly floor?: Duration.DurationInput | undefined
  /** A schedule in place of `whenIdle(interval)`, which is then not checked; no wait of it can outlast the session. */
  readonly schedule?: IdleSchedule | undefined
  /** When a ping that failed is tried again, at least 1 second later, while the session may still live: `Retry.keepAlive` by default. */
  readonly retry?: Retry.Policy | undefined
  /** Whether a lost session is renewed at once (`renew`, the default) or by its next use (`lazy`). */
  readonly onExpired?: "renew" | "lazy" | undefined
  /** When a renewal that failed is tried again, at least 1 second later and within the login budget: `Retry.renewal` by default. */
  readonly renewal?: Retry.Policy | undefined
}

/**
 * Waits until the session has been idle for the interval, less up to a fifth so that clients spread out; never ends.
 *
 * @since 0.1.0
 * @category schedules
 */
export const whenIdle = (interval: Duration.DurationInput): Schedule.Schedule<Duration.Duration, Duration.Duration> =>
  Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), (idle) =>
    Effect.map(jitter.share(Duration.decode(interval), 0.8, 1), (due) => Duration.subtract(due, idle))
  )

/**
 * Pings in the background from the first login on, for as long as the scope is open; without it a session is purely reactive.
 *
 * Fails with a `ConfigError` that names both numbers when the interval cannot keep a session alive, or when the session in the
 * context was not made by `Session.layer` or `Session.make`.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<never, ConfigError.ConfigError, Session> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const engine = engines.find(yield* Session)
      if (engine === undefined) {
        return yield* Setting.refuse(
          "session",
          "the keep-alive acts on a session from inside: give it one made by Session.layer or Session.make, not a wrapped one"
        )
      }
      const settings = yield* decode(options, engine)
      yield* Effect.forkScoped(Effect.interruptible(keepAlive.run(engine, settings)))
    })
  )

const decode = (
  options: Options,
  { cell, transport }: engines.Engine
): Either.Either<keepAlive.Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const usable = Duration.millis(cell.rules.usable)
    const latest = Duration.subtract(usable, transport.deadline)
    const interval = yield* Setting.duration("keep-alive interval", options.interval ?? defaultInterval(usable, latest))
    const floor = yield* Setting.duration("keep-alive floor", options.floor ?? defaultFloor(options, interval, latest))
    // A schedule of the caller's own takes the place of the interval.
    const shortest = options.schedule === undefined ? interval : floor
    const name = options.schedule === undefined ? "keep-alive interval" : "keep-alive floor"
    if (Duration.lessThan(shortest, floor)) {
      return yield* Setting.refuse(
        name,
        `the ${name} of ${Duration.format(shortest)} is below the floor of ${Duration.format(floor)}: make it longer`
      )
    }
    if (Duration.greaterThanOrEqualTo(shortest, latest)) {
      return yield* Setting.refuse(
        name,
        `the ${name} of ${Duration.format(shortest)} and a call of up to ${Duration.format(transport.deadline)} ` +
          `do not fit into the ${Duration.format(usable)} for which an unused session is trusted: make it shorter`
      )
    }
    return {
      schedule: options.schedule ?? whenIdle(interval),
      floor: Duration.toMillis(floor),
      latest: Duration.toMillis(latest),
      retry: options.retry ?? Retry.keepAlive,
      renewal: (options.onExpired ?? "renew") === "renew" ? (options.renewal ?? Retry.renewal) : undefined
    }
  })

const defaultInterval = (usable: Duration.Duration, latest: Duration.Duration): Duration.Duration => {
  const documented = Duration.minutes(10)
  return Duration.lessThan(documented, latest)
    ? documented
    : Duration.millis(Math.floor((Duration.toMillis(usable) * 2) / 3))
}

// Only what nobody has asked for gives way: a session of a minute is pinged more often than the floor would have it.
const defaultFloor = (
  { interval, schedule }: Options,
  chosen: Duration.Duration,
  latest: Duration.Duration
): Duration.Duration => {
  if (schedule !== undefined) return Duration.min("30 seconds", Duration.millis(Duration.toMillis(latest) / 2))
  return interval === undefined ? Duration.min("30 seconds", chosen) : Duration.seconds(30)
}
