/**
 * A session store on the `KeyValueStore` of `@effect/platform`: a program that restarts goes on with the session that it had.
 *
 * It is for one process at a time, since a `KeyValueStore` cannot replace a value under a condition; a fleet needs one that can.
 *
 * @since 0.1.0
 */
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import * as SessionStore from "@effect-clickatell/core/SessionStore"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as register from "./internal/keyValueRegister.ts"

/**
 * How the store is kept: its keys, the prefix of its names, and how long it is waited for.
 *
 * @since 0.1.0
 * @category models
 */
export type Options = SessionStore.Options

/**
 * Builds a store on the `KeyValueStore` in the context, whose entries live by this process's clock.
 *
 * @example
 * ```ts
 * import { Credentials, Session, SessionStore } from "@effect-clickatell/core"
 * import { KeyValueSessionStore } from "@effect-clickatell/platform"
 * import { Effect } from "effect"
 * import type { Redacted } from "effect"
 *
 * // One session that outlives the process, in a program whose other sessions do not; needs a `KeyValueStore`.
 * export const lasting = (key: Redacted.Redacted) =>
 *   Effect.flatMap(KeyValueSessionStore.make({ keys: [key] }), (store) =>
 *     Effect.provideService(Session.make({ credentials: Credentials.config }), SessionStore.SessionStore, store)
 *   )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options
): Effect.Effect<
  SessionStore.SessionStore["Type"],
  ConfigError.ConfigError,
  KeyValueStore.KeyValueStore | Scope.Scope
> => Effect.flatMap(KeyValueStore.KeyValueStore, (store) => SessionStore.make(register.make(store), options))

/**
 * The store of the sessions that are made where it is provided.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { KeyValueSessionStore } from "@effect-clickatell/platform"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { KeyValueStore } from "@effect/platform"
 * import { Effect, Layer, Redacted } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const Clickatell = Layer.provide(
 *   Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) }),
 *   KeyValueSessionStore.layer({ keys: [Redacted.make("what openssl rand -base64 32 prints")] })
 * )
 *
 * // One life of the program.
 * const life = Effect.flatMap(Session.Session, (session) => session.ping).pipe(Effect.provide(Clickatell))
 *
 * export const program = Effect.gen(function* () {
 *   yield* life
 *   yield* life
 *   const emulator = yield* Emulator.Emulator
 *   assert.equal(yield* emulator.logins, 1)
 * }).pipe(
 *   Effect.provide(
 *     Layer.merge(Layer.provideMerge(Emulator.layerTransport(), Emulator.layer()), KeyValueStore.layerMemory)
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (
  options: Options
): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError, KeyValueStore.KeyValueStore> =>
  Layer.scoped(SessionStore.SessionStore, make(options))

/**
 * The store with options from configuration: the environment variables of `SessionStore.config` unless others are given.
 *
 * @example
 * ```ts
 * import { KeyValueSessionStore } from "@effect-clickatell/platform"
 * import * as NodeKeyValueStore from "@effect/platform-node/NodeKeyValueStore"
 * import { Layer } from "effect"
 *
 * // In files below this folder, sealed with the keys in CLICKATELL_STORE_KEYS.
 * export const InFiles = Layer.provide(
 *   KeyValueSessionStore.layerConfig(),
 *   NodeKeyValueStore.layerFileSystem("/var/lib/shop/clickatell")
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = SessionStore.config
): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError, KeyValueStore.KeyValueStore> =>
  Layer.scoped(SessionStore.SessionStore, Effect.flatMap(Config.unwrap(options), make))
