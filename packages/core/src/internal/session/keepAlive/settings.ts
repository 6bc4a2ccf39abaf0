import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleInterval from "effect/ScheduleInterval"
import type { Options } from "../../../KeepAlive.ts"
import * as Retry from "../../../Retry.ts"
import * as Setting from "../../../Setting.ts"
import type { Transport } from "../../../Transport.ts"
import * as jitter from "../../jitter.ts"
import type { Rules } from "../machine/state.ts"
import type { Settings } from "./stages.ts"

/** Waits until a session has been idle for the interval, less up to a fifth. */
export const whenIdle = (interval: Duration.DurationInput): Schedule.Schedule<Duration.Duration, Duration.Duration> =>
  Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), (idle) => untilDue(interval, idle, 0.8))

/** The same, but for the first wait, which may be as short as a fifth: sessions that begin together do not stay together. */
export const whenIdleSpread = (interval: Duration.DurationInput): Schedule.Schedule<unknown, Duration.Duration> =>
  // Combined schedules have combined states, and a state is kept for each session.
  Schedule.makeWithState(0.2, (now, idle: Duration.Duration, least) =>
    Effect.map(untilDue(interval, idle, least), (delay) => [
      0.8,
      delay,
      ScheduleDecision.continueWith(ScheduleInterval.after(now + Duration.toMillis(delay)))
    ])
  )

const untilDue = (interval: Duration.DurationInput, idle: Duration.Duration, least: number) =>
  Effect.map(jitter.share(Duration.decode(interval), least, 1), (due) => Duration.subtract(due, idle))

/** Reads how sessions are kept alive, and refuses what cannot keep one alive by these rules and over this transport. */
export const decode = (
  options: Options,
  rules: Rules,
  transport: Transport["Type"],
  schedule: typeof whenIdleSpread = whenIdle
): Either.Either<Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const usable = Duration.millis(rules.usable)
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
      schedule: options.schedule ?? schedule(interval),
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
