/**
 * Keeps an idle session alive: a ping when nothing else has used it for a while, and a new session when it is lost.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as engines from "./internal/session/engine.ts"
import { Keeper } from "./internal/session/keepAlive/keeper.ts"
import { Scheduler } from "./internal/session/keepAlive/scheduler.ts"
import * as keepAlive from "./internal/session/keepAlive/settings.ts"
import type * as Retry from "./Retry.ts"
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
export const whenIdle: (interval: Duration.DurationInput) => Schedule.Schedule<Duration.Duration, Duration.Duration> =
  keepAlive.whenIdle

/**
 * Pings in the background from the first login on, for as long as the scope is open; without it a session is purely reactive.
 *
 * Fails with a `ConfigError` that names both numbers when the interval cannot keep a session alive, or when the session in the
 * context was not made by `Session.layer` or `Session.make`.
 *
 * @example
 * ```ts
 * import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer, TestClock, TestContext } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const Clickatell = KeepAlive.layer({ interval: "8 minutes" }).pipe(
 *   Layer.provideMerge(
 *     Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
 *   ),
 *   Layer.provide(Emulator.layerTransport()),
 *   Layer.provide(Emulator.layer()),
 *   Layer.provideMerge(TestContext.TestContext)
 * )
 *
 * // Two hours without a call, on the clock of tests: still the session of the one login.
 * export const program = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   yield* session.open
 *   yield* TestClock.adjust("2 hours")
 *   assert.equal((yield* session.status).generation, 1)
 * }).pipe(Effect.provide(Clickatell))
 * ```
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
          "the keep-alive acts on a session from inside: give it one made by Session.layer or Session.make, " +
            "not a wrapped one, nor one of a SessionMap, which keeps its own alive"
        )
      }
      const { clock, rules, transport } = engine.shared
      const settings = yield* keepAlive.decode(options, rules, transport)
      const scheduler = new Scheduler(clock, yield* Effect.runtime(), { ping: 1, login: 1 })
      const keeper = new Keeper(engine, { settings, scheduler })
      const stop = Effect.suspend(() => {
        keeper.stop()
        return Fiber.interruptAll(scheduler.close())
      })
      // Not `Effect.addFinalizer`, which keeps the whole context of this moment a second time.
      yield* Scope.addFinalizer(yield* Effect.scope, stop)
      keeper.start()
    })
  )
