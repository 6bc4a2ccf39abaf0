/**
 * A session that is kept for its callers: opened on first use, renewed when it is lost, and never opened twice.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import type * as Queue from "effect/Queue"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type * as Command from "./Command.ts"
import type { Credentials } from "./Credentials.ts"
import type { ExchangeError, InvalidParameters } from "./Errors.ts"
import * as calls from "./internal/session/calls.ts"
import * as engines from "./internal/session/engine.ts"
import * as gauges from "./internal/session/gauges.ts"
import { Meters } from "./internal/session/metrics.ts"
import * as rules from "./internal/session/rules.ts"
import * as shared from "./internal/session/shared.ts"
import type * as Retry from "./Retry.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import type { SessionId } from "./SessionId.ts"
import type { SessionStatus } from "./SessionStatus.ts"
import { Transport } from "./Transport.ts"

/**
 * How a session is kept; every time is checked when the layer is built.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<E = never, R = never> extends rules.Options {
  /** Names the session in logs and metrics: `default` by default. */
  readonly name?: string | undefined
  /** Read anew for each login, so that credentials can be rotated, and given up after 30 seconds; what it fails with goes nowhere. */
  readonly credentials: Effect.Effect<Credentials, E, R>
  /** When a login whose outcome is unknown is tried again, at least 1 second later and for a minute at most: `Retry.login` by default. */
  readonly loginRetry?: Retry.Policy | undefined
  /** When a ping or an idempotent command is sent again, at least 0.4 seconds later but for the first time: `Retry.idempotent` by default. */
  readonly retry?: Retry.Policy | undefined
  /** Whether to log in when the layer is built, in the background, instead of on first use; `false` by default. */
  readonly eager?: boolean | undefined
}

/**
 * One account's session, shared by everything that needs it.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const Clickatell = Session.layer({
 *   credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 * }).pipe(Layer.provide(Emulator.layerTransport()), Layer.provideMerge(Emulator.layer()))
 *
 * export const program = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   const emulator = yield* Emulator.Emulator
 *   // Fifty callers and no session: one login for all of them, and one ping.
 *   yield* Effect.all(Effect.replicate(session.ping, 50), { concurrency: "unbounded" })
 *   assert.deepEqual(
 *     (yield* emulator.log).map(({ operation }) => operation),
 *     ["auth", "ping"]
 *   )
 * }).pipe(Effect.provide(Clickatell))
 * ```
 *
 * @since 0.1.0
 * @category tags
 */
export class Session extends Context.Tag("@effect-clickatell/core/Session")<
  Session,
  {
    /**
     * Hands the id to an effect of the caller's own, and once more, with a new id, when the service refused it.
     *
     * Success counts as use of the session. A refusal is the `AuthFailed` of an exchange with this id, or what `refused`
     * recognises among the caller's own errors; what fails the second time is returned as it is, and errors of other sessions
     * change nothing here. The effect ends with the session, and what it forks as its child ends with it.
     */
    readonly use: <A, E, R>(
      f: (id: SessionId) => Effect.Effect<A, E, R>,
      refused?: (error: E) => boolean
    ) => Effect.Effect<A, E | ExchangeError, R>
    /** Runs a command; it is sent again after a refusal of the session, once, and otherwise only if it is idempotent. */
    readonly execute: <A, E extends InvalidParameters>(
      command: Command.Command<A, E>
    ) => Effect.Effect<A, E | ExchangeError>
    /** Pings the session; callers who ask while a ping is under way share it, its retries and its outcome. */
    readonly ping: Effect.Effect<void, ExchangeError>
    /** Pings the session once if there is one; never logs in, never retries, never replays. */
    readonly check: Effect.Effect<void, ExchangeError>
    /** Makes sure that there is a session. */
    readonly open: Effect.Effect<void, ExchangeError>
    /**
     * Forgets the session and every refusal, so that the next use logs in; whoever waits for a login or a ping waits for a new one.
     *
     * The login budget stays, since it protects the account. Inside the session's own credentials provider it does nothing.
     */
    readonly reset: Effect.Effect<void>
    /** Reads what is known, without a request. */
    readonly status: Effect.Effect<SessionStatus>
    /** The status now and after each event. */
    readonly changes: Stream.Stream<SessionStatus>
    /** The events from when the stream is run, `Closed` last; a slow reader loses the oldest beyond 1,024. */
    readonly events: Stream.Stream<SessionEvent>
    /** The events from the moment that this returns, `Closed` last; a slow reader loses the oldest beyond 1,024. */
    readonly subscribe: Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope>
  }
>() {}

/**
 * Keeps a session for as long as the scope is open; nothing is sent before first use unless `eager` is set.
 *
 * Fails with a `ConfigError` that names both numbers when the times cannot hold together.
 *
 * @example
 * ```ts
 * import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { Layer } from "effect"
 *
 * // Credentials from CLICKATELL_API_ID, CLICKATELL_USER and CLICKATELL_PASSWORD; a session of 15 minutes, kept alive.
 * export const Clickatell = KeepAlive.layer().pipe(
 *   Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
 *   Layer.provide(HttpTransport.layerFetch())
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E, R>(options: Options<E, R>): Layer.Layer<Session, ConfigError.ConfigError, Transport | R> =>
  Layer.scoped(Session, make(options))

/**
 * The effect behind `layer`, for programs that hold several sessions: each is independent of the others.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // Two accounts in one program; for many of them there is `SessionMap`.
 * export const program = Effect.gen(function* () {
 *   const sessionOf = (user: string) =>
 *     Session.make({ name: user, credentials: Credentials.make({ apiId: "123456", user, password: "demo" }) })
 *   const [shop, alarms] = yield* Effect.all([sessionOf("shop"), sessionOf("alarms")])
 *   yield* shop.ping
 *   assert.equal((yield* shop.status).state, "Ready")
 *   assert.equal((yield* alarms.status).state, "Idle")
 * }).pipe(
 *   Effect.scoped,
 *   Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer({ credentials: "any" })))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <E, R>(
  options: Options<E, R>
): Effect.fn.Return<Session["Type"], ConfigError.ConfigError, Transport | R | Scope.Scope> {
  const { eager = false, name = "default" } = options
  const settings = {
    rules: yield* rules.decode(options),
    policies: shared.policies(options),
    transport: yield* Transport,
    admit: identity
  }
  const own = yield* shared.make(settings, () => options.credentials)
  const meters = new Meters(own.labels, name)
  const engine = new engines.Engine(own, { name, meters, observers: [] })
  gauges.show(engine, meters.labels)
  // Not `Effect.addFinalizer`, which keeps the whole context of this moment a second time.
  yield* Scope.addFinalizer(
    yield* Effect.scope,
    Effect.suspend(() => engines.close([engine]))
  )
  const session = callsOf(engine)
  engines.register(session, engine)
  if (eager) own.fork(Effect.ignore(session.open))
  return session
})

// As members of its own, so that whoever wraps a session can spread it.
const callsOf = (engine: engines.Engine): Session["Type"] => {
  const { changes, check, events, execute, open, ping, reset, status, subscribe, use } = new calls.Calls({
    style: engine.shared.transport.style,
    enter: () => engine,
    status: engine.status,
    reset: calls.reset(engine)
  })
  return { changes, check, events, execute, open, ping, reset, status, subscribe, use }
}
