/**
 * A limit on how many requests begin in a second and on how many are under way, with pings and logins ahead of all others.
 *
 * @since 0.1.0
 */
import * as Clock from "effect/Clock"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Runtime from "effect/Runtime"
import { TransportError } from "./Errors.ts"
import * as instant from "./internal/instant.ts"
import { Pace } from "./internal/session/pace.ts"
import { SlidingWindow } from "./internal/session/slidingWindow.ts"
import type { Turn } from "./internal/session/turnstile.ts"
import { Turnstile } from "./internal/session/turnstile.ts"
import * as Setting from "./Setting.ts"
import { Deadline, Transport } from "./Transport.ts"

/**
 * How much may be asked of a transport by all who share it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /**
   * Requests that begin in any stretch of one second, at most: no limit by default.
   *
   * They may all begin at its start. A `sendMsg` to many recipients is one request.
   */
  readonly perSecond?: number | undefined
  /** Requests under way at once, at most: no limit by default. */
  readonly concurrency?: number | undefined
}

/**
 * Holds each request back until it may go out over the transport beneath: `auth` and `ping` before all that wait, otherwise in the
 * order in which they come.
 *
 * The transport's own deadline begins with the request, and waiting for that has no limit. One set by `Transport.withDeadline`
 * is for both together: where it is over before the request, that is a `TransportError` with the reason `Timeout`, and nothing was
 * sent. The limit is shared by whatever is built on the same layer: keep it in one value.
 *
 * @example
 * ```ts
 * import { Credentials, Limit, Session } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { Layer } from "effect"
 *
 * // One limit for whatever is built on it, so it is kept in one value.
 * const Limited = Layer.provide(Limit.layer({ perSecond: 100, concurrency: 20 }), HttpTransport.layerFetch())
 *
 * export const Clickatell = Layer.provide(Session.layer({ credentials: Credentials.config }), Limited)
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<Transport, ConfigError.ConfigError, Transport> =>
  Layer.effect(
    Transport,
    Effect.gen(function* () {
      const transport = yield* Transport
      const turnstile = yield* make(options)
      return {
        ...transport,
        send: (envelope) =>
          Effect.flatMap(Deadline, (deadline) => {
            const { operation } = envelope
            const send = Effect.suspend(() => transport.send(envelope))
            return turnstile.hold(
              deadline === undefined
                ? (turn) => Effect.zipRight(turn.wait, send)
                : within(Duration.min(Duration.decode(deadline), Setting.longestTime), operation, send),
              urgent.has(operation)
            )
          })
      }
    })
  )

const urgent: ReadonlySet<string> = new Set(["auth", "ping"])

const make = ({ concurrency, perSecond }: Options): Effect.Effect<Turnstile, ConfigError.ConfigError> =>
  Effect.gen(function* () {
    const most = yield* count("concurrency", concurrency)
    const rate = yield* count("perSecond", perSecond)
    if (rate === Infinity) return new Turnstile(most)
    const runtime = yield* Effect.runtime<never>()
    const window = new SlidingWindow(rate, 1000, yield* Effect.clock)
    return new Turnstile(most, new Pace(window, (effect) => Runtime.runFork(runtime, Effect.interruptible(effect))))
  })

const count = (name: keyof Options, input: number | undefined): Either.Either<number, ConfigError.ConfigError> =>
  input === undefined ? Either.right(Infinity) : Setting.count(name, input)

/** Waits and sends within one deadline. */
const within =
  <A>(deadline: Duration.Duration, operation: string, send: Effect.Effect<A, TransportError>) =>
  (turn: Turn): Effect.Effect<A, TransportError> =>
    Clock.clockWith((clock) => {
      const waited = instant.stopwatch(clock)
      const left = () => Duration.subtract(deadline, Duration.millis(waited()))
      return Effect.zipRight(
        turn.hasCome ? Effect.void : waitFor(turn, deadline),
        Effect.suspend(() =>
          turn.hasCome
            ? Effect.provideService(send, Deadline, left())
            : new TransportError({ operation, reason: "Timeout", phase: "connect", mayHaveReached: false })
        )
      )
    })

// Not `Effect.timeout`, which in a caller that cannot be interrupted waits for the turn all the same, or is interrupted with it.
const waitFor = (turn: Turn, deadline: Duration.Duration): Effect.Effect<void> => {
  const alarm = Effect.zipRight(
    Effect.sleep(deadline),
    Effect.sync(() => turn.giveUp())
  )
  return Effect.acquireUseRelease(Effect.forkDaemon(Effect.interruptible(alarm)), () => turn.wait, Fiber.interrupt)
}
