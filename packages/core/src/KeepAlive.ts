/**
 * Keeps an idle session alive: a ping when nothing else has used it for a while, and a new session when it is lost.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as jitter from "./internal/jitter.ts"
import * as retrying from "./internal/retrying.ts"
import * as setting from "./internal/setting.ts"
import * as Retry from "./Retry.ts"
import { Session } from "./Session.ts"
import { SessionEvent } from "./SessionEvent.ts"

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
  /** The longest pause between two uses of the session: 10 minutes by default, as the service's documentation recommends. */
  readonly interval?: Duration.DurationInput | undefined
  /** The shortest pause between a use and a ping, whatever the schedule says: 30 seconds by default. */
  readonly floor?: Duration.DurationInput | undefined
  /** A schedule in place of `whenIdle(interval)`; no wait of it can outlast the session. */
  readonly schedule?: IdleSchedule | undefined
  /** When a ping that failed is tried again, while the session may still live: `Retry.keepAlive` by default. */
  readonly retry?: Retry.Policy | undefined
  /** Whether a lost session is renewed at once (`renew`, the default) or by its next use (`lazy`). */
  readonly onExpired?: "renew" | "lazy" | undefined
  /** When a renewal that failed is tried again: `Retry.renewal` by default. */
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
 * Fails with a `ConfigError` that names both numbers when the interval cannot keep a session alive.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<never, ConfigError.ConfigError, Session> =>
  Layer.scopedDiscard(
    Effect.gen(function* () {
      const session = yield* Session
      const settings = yield* decode(options, session.limits)
      yield* Effect.forkScoped(Effect.interruptible(forever(session, settings)))
    })
  )

interface Settings {
  readonly schedule: IdleSchedule
  readonly retry: Retry.Policy
  readonly renewal: Retry.Policy | undefined
}

const forever = (session: Session["Type"], settings: Settings): Effect.Effect<never> =>
  untilReady(session).pipe(Effect.zipRight(supervised(session, kept(session, settings))), Effect.forever)

/** Keeps one session for as long as it lives, and then sees to the next one. */
const kept = (session: Session["Type"], settings: Settings): Effect.Effect<void> =>
  Effect.zipRight(
    whileAlive(session, settings),
    settings.renewal === undefined ? Effect.void : renewed(session, settings.renewal)
  )

const untilReady = (session: Session["Type"]): Effect.Effect<void> =>
  session.changes.pipe(
    Stream.filter(({ state }) => state === "Ready"),
    Stream.runHead,
    // The changes end with the session.
    Effect.flatMap(Option.match({ onNone: () => Effect.never, onSome: () => Effect.void }))
  )

/** Looks at the session whenever the schedule says so, and ends when there is nothing left to keep alive. */
const whileAlive = (session: Session["Type"], { retry, schedule }: Settings): Effect.Effect<void> =>
  Effect.gen(function* () {
    let { idle = Duration.zero, lastSuccess: seen } = yield* session.status
    const look = session.status.pipe(
      Effect.flatMap(({ lastSuccess }) =>
        seen === undefined || lastSuccess === undefined || DateTime.Equivalence(seen, lastSuccess)
          ? session.check
          : publish(session, SessionEvent.Skipped)
      ),
      retrying.make(session, retry)
    )
    const tick = look.pipe(
      Effect.zipRight(session.status),
      Effect.map(({ idle = Duration.zero, lastSuccess }) => {
        seen = lastSuccess
        return idle
      })
    )
    yield* Effect.ignore(Effect.scheduleFrom(tick, idle, schedule))
    yield* untilExpired(session)
  })

// A ping that has failed for good leaves a session of which nobody knows whether it lives: it counts once it cannot.
const untilExpired = (session: Session["Type"]): Effect.Effect<void> =>
  session.status.pipe(
    Effect.flatMap(({ idle = Duration.zero, state }) =>
      state === "Ready" ? Effect.delay(Effect.void, Duration.subtract(session.limits.usable, idle)) : Effect.void
    )
  )

// One attempt at a time: the login's own retries would come on top of these.
const renewed = (session: Session["Type"], renewal: Retry.Policy): Effect.Effect<void> =>
  Effect.ignore(retrying.make(session, renewal)(session.open(Schedule.stop)))

const publish = (session: Session["Type"], event: (moment: { at: DateTime.Utc; generation: number }) => SessionEvent) =>
  Effect.zipWith(DateTime.now, session.status, (at, { generation }) => event({ at, generation })).pipe(
    Effect.flatMap(session.publish)
  )

/**
 * A defect ends nothing: it is logged, shown in the status, and the loop starts again.
 *
 * It does so where it was, not with waiting for a session: one that was lost meanwhile is still to be renewed.
 */
const supervised = (session: Session["Type"], loop: Effect.Effect<void>): Effect.Effect<void> =>
  loop.pipe(
    Effect.tapErrorCause((cause) =>
      Effect.zipRight(
        Effect.logError("the keep-alive loop broke and starts again", cause).pipe(
          Effect.annotateLogs({ package: "@effect-clickatell/core", module: "KeepAlive" })
        ),
        publish(session, (moment) => SessionEvent.Degraded({ ...moment, error: "Defect" }))
      )
    ),
    Effect.sandbox,
    Effect.retry(Schedule.union(Schedule.exponential("1 second"), Schedule.spaced("60 seconds"))),
    Effect.orDieWith((cause) => cause)
  )

const decode = (
  options: Options,
  limits: Session["Type"]["limits"]
): Either.Either<Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const interval = yield* setting.duration("keep-alive interval", options.interval ?? "10 minutes")
    const floor = yield* setting.duration("keep-alive floor", options.floor ?? "30 seconds")
    const latest = Duration.subtract(limits.usable, limits.exchange)
    if (Duration.lessThan(interval, floor)) {
      return yield* setting.refuse(
        "keep-alive interval",
        `the keep-alive interval of ${Duration.format(interval)} is below the floor of ${Duration.format(floor)}: make it longer`
      )
    }
    if (Duration.greaterThanOrEqualTo(interval, latest)) {
      return yield* setting.refuse(
        "keep-alive interval",
        `the keep-alive interval of ${Duration.format(interval)} and a call of up to ${Duration.format(limits.exchange)} ` +
          `do not fit into the ${Duration.format(limits.usable)} for which an unused session is trusted: make it shorter`
      )
    }
    return {
      schedule: within(options.schedule ?? whenIdle(interval), floor, latest),
      retry: options.retry ?? Retry.keepAlive,
      renewal: (options.onExpired ?? "renew") === "renew" ? (options.renewal ?? Retry.renewal) : undefined
    }
  })

const within = (schedule: IdleSchedule, floor: Duration.Duration, latest: Duration.Duration): IdleSchedule =>
  Schedule.modifyDelay(Schedule.intersect(Schedule.identity<Duration.Duration>(), schedule), ([idle], delay) =>
    jitter.whole(
      Duration.clamp(delay, { minimum: Duration.subtract(floor, idle), maximum: Duration.subtract(latest, idle) })
    )
  )
