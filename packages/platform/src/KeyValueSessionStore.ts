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
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = SessionStore.config
): Layer.Layer<SessionStore.SessionStore, ConfigError.ConfigError, KeyValueStore.KeyValueStore> =>
  Layer.scoped(SessionStore.SessionStore, Effect.flatMap(Config.unwrap(options), make))
