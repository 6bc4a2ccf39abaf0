/**
 * A session store on Redis, or what speaks its protocol: one session for a whole fleet of processes.
 *
 * Redis may be away, also at the start: the store bridges that, and says so. A connection is made when it is first needed.
 *
 * @since 0.1.0
 */
import * as SessionStore from "@effect-clickatell/core/SessionStore"
import * as Setting from "@effect-clickatell/core/Setting"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as connections from "./internal/connection.ts"
import * as environment from "./internal/environment.ts"
import * as register from "./internal/register.ts"

/**
 * A connection of ioredis, to a server, to whichever server Sentinel names, or to a Cluster.
 *
 * @since 0.1.0
 * @category models
 */
export type Connection = connections.Connection

/**
 * How the store is kept, and how to reach Redis.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends SessionStore.Options, connections.Options {}

/**
 * Builds a store on a connection of its own, which is closed with the scope.
 *
 * @example
 * ```ts
 * import { Credentials, Session, SessionStore } from "@effect-clickatell/core"
 * import { RedisSessionStore } from "@effect-clickatell/redis"
 * import { Effect } from "effect"
 *
 * // One session that the fleet shares, in a program whose other sessions are its own.
 * export const shared = Effect.gen(function* () {
 *   const store = yield* RedisSessionStore.make(yield* RedisSessionStore.config)
 *   const session = Session.make({ credentials: Credentials.config })
 *   return yield* Effect.provideService(session, SessionStore.SessionStore, store)
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options
): Effect.Effect<SessionStore.SessionStore["Type"], ConfigError.ConfigError, Scope.Scope> =>
  Setting.duration("store patience", options.patience ?? "1 second").pipe(
    Effect.flatMap((patience) => connections.open(options, patience)),
    Effect.flatMap((connection) => makeFrom(connection, options))
  )

/**
 * Builds a store on a connection of the program's own, which is never closed here.
 *
 * While it is not connected nothing is sent over it. What it does with commands that were under way when it broke is its own
 * setting: `autoResendUnfulfilledCommands` sends them again, which does the store no harm.
 *
 * @example
 * ```ts
 * import { RedisSessionStore } from "@effect-clickatell/redis"
 * import type { Redacted } from "effect"
 * import { Redis } from "ioredis"
 *
 * const connection = new Redis({ host: "redis.example", lazyConnect: true })
 *
 * export const storeOf = (key: Redacted.Redacted) => RedisSessionStore.makeFrom(connection, { keys: [key] })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const makeFrom = (
  connection: Connection,
  options: SessionStore.Options
): Effect.Effect<SessionStore.SessionStore["Type"], ConfigError.ConfigError, Scope.Scope> =>
  Effect.flatMap(register.make(connection), (register) => SessionStore.make(register, options))

/**
 * The store on a connection of its own, which is closed with the layer.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { RedisSessionStore } from "@effect-clickatell/redis"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer, Redacted } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const Store = RedisSessionStore.layer({
 *   url: Redacted.make("redis://127.0.0.1:1"),
 *   keys: [Redacted.make("what openssl rand -base64 32 prints")]
 * })
 *
 * const Clickatell = Session.layer({
 *   credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 * }).pipe(Layer.provide(Store), Layer.provide(Emulator.layerTransport()), Layer.provide(Emulator.layer()))
 *
 * // Nobody listens there: this process opens a session for itself, and says so by an event.
 * export const program = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   yield* session.ping
 *   assert.equal((yield* session.status).state, "Ready")
 * }).pipe(Effect.provide(Clickatell))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError> =>
  Layer.scoped(SessionStore.SessionStore, make(options))

/**
 * The store on a connection of the program's own, which is never closed here.
 *
 * @example
 * ```ts
 * import { RedisSessionStore } from "@effect-clickatell/redis"
 * import { Effect, Layer } from "effect"
 * import { Redis } from "ioredis"
 *
 * const connection = new Redis({ host: "redis.example", lazyConnect: true })
 *
 * // The keys come from CLICKATELL_STORE_KEYS; the connection is the program's own, and stays open.
 * export const Store = Layer.unwrapEffect(
 *   Effect.map(RedisSessionStore.config, (options) => RedisSessionStore.layerFrom(connection, options))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFrom = (
  connection: Connection,
  options: SessionStore.Options
): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError> =>
  Layer.scoped(SessionStore.SessionStore, makeFrom(connection, options))

/**
 * The options in the environment variables `CLICKATELL_STORE`, the address of Redis, `CLICKATELL_STORE_KEYS`, with commas between
 * them, and `CLICKATELL_STORE_PREFIX`, which may be missing.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = environment.config

/**
 * The store with options from configuration: the environment variables of `config` unless others are given.
 *
 * @example
 * ```ts
 * import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { RedisSessionStore } from "@effect-clickatell/redis"
 * import { Layer } from "effect"
 *
 * // Redis is at CLICKATELL_STORE, and the keys are CLICKATELL_STORE_KEYS: the same for every process of the fleet.
 * export const Clickatell = KeepAlive.layer().pipe(
 *   Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
 *   Layer.provide(RedisSessionStore.layerConfig()),
 *   Layer.provide(HttpTransport.layerFetch())
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError> =>
  Layer.scoped(SessionStore.SessionStore, Effect.flatMap(Config.unwrap(options), make))
