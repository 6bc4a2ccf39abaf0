/**
 * Where a session is known beyond this process, so that a program that restarts goes on with it, or a whole fleet shares it.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { SessionStore } from "./internal/session/store/reference.ts"
import * as sealing from "./internal/session/store/sealing.ts"
import * as settings from "./internal/session/store/settings.ts"
import { Store } from "./internal/session/store/store.ts"

export {
  /**
   * The store of the sessions that are made where it is provided; without one, each is known to its own process alone.
   *
   * @example
   * ```ts
   * import { Credentials, Session, SessionStore } from "@effect-clickatell/core"
   * import { Effect } from "effect"
   *
   * // A session that stays out of the store of those around it.
   * export const alone = Session.make({ credentials: Credentials.config }).pipe(
   *   Effect.provideService(SessionStore.SessionStore, undefined)
   * )
   * ```
   *
   * @since 0.1.0
   * @category references
   */
  SessionStore
}

/**
 * One text for each name, that is replaced only by whoever knows what it is at the moment: all that a store is built on.
 *
 * An effect that fails, breaks or does not end within the store's patience means that the store is away.
 *
 * @since 0.1.0
 * @category models
 */
export interface Register<out E = unknown> {
  /** What is under a name. */
  readonly read: (name: string) => Effect.Effect<Reading, E>
  /** Puts `value` under a name for `life` milliseconds if `expected` is what is there, in one step that nothing else comes between. */
  readonly replace: (
    name: string,
    change: {
      /** `undefined` where there is to be nothing. */
      readonly expected: string | undefined
      readonly value: string
      readonly life: number
    }
  ) => Effect.Effect<Reading & { readonly replaced: boolean }, E>
}

/**
 * What is under a name of a register, and when that is by its own clock, which alone counts: those of two processes may differ.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reading {
  readonly value: string | undefined
  /** Milliseconds since 1970. */
  readonly now: number
}

/**
 * How a store is kept.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Secrets of at least 16 characters: the first one seals what is stored, and each of them opens it, so that they can be rotated. */
  readonly keys: readonly [Redacted.Redacted<string>, ...ReadonlyArray<Redacted.Redacted<string>>]
  /** With what the names begin under which sessions are stored: `clickatell` by default. */
  readonly prefix?: string | undefined
  /** How long the store is waited for each time before this process goes on by itself: 1 second by default. */
  readonly patience?: Duration.DurationInput | undefined
}

/**
 * Builds a store on a register; whatever is put there is sealed, and no name there tells whose it is. Its scope waits half a second at
 * most for what is still being written.
 *
 * Fails with a `ConfigError` that names the option which cannot hold, and shows no key.
 *
 * @example
 * ```ts
 * import { SessionStore } from "@effect-clickatell/core"
 * import { Clock, Effect, Redacted } from "effect"
 *
 * // A register in memory, which all sessions of one process can share; one for a fleet asks a database for the same.
 * export const inMemory = Effect.gen(function* () {
 *   const entries = new Map<string, string>()
 *   const read = (name: string) => Effect.map(Clock.currentTimeMillis, (now) => ({ value: entries.get(name), now }))
 *   const register: SessionStore.Register = {
 *     read,
 *     replace: (name, { expected, value }) =>
 *       Effect.map(read(name), ({ now, value: found }) => {
 *         const replaced = found === expected
 *         if (replaced) entries.set(name, value)
 *         return { value: entries.get(name), now, replaced }
 *       })
 *   }
 *   return yield* SessionStore.make(register, { keys: [Redacted.make("what openssl rand -base64 32 prints")] })
 * })
 *
 * export const program = Effect.scoped(inMemory)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <E>(
  register: Register<E>,
  options: Options
): Effect.Effect<SessionStore["Type"], ConfigError.ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const decoded = yield* settings.decode(options)
    const [first, ...others] = options.keys
    const seals = yield* Effect.all([sealing.make(first), ...others.map(sealing.make)])
    const store = new Store(register, decoded, seals)
    yield* Effect.addFinalizer(() => store.end)
    return store
  })

/**
 * The store as a layer, for whoever has a register.
 *
 * @example
 * ```ts
 * import { Credentials, Session, SessionStore } from "@effect-clickatell/core"
 * import { Layer } from "effect"
 * import type { Redacted } from "effect"
 *
 * // The newest key seals, and all of them open, so that a key can be replaced while the program runs.
 * export const clickatell = (register: SessionStore.Register, newest: Redacted.Redacted, older: Redacted.Redacted) =>
 *   Session.layer({ credentials: Credentials.config }).pipe(
 *     Layer.provide(SessionStore.layer(register, { keys: [newest, older], patience: "500 millis" }))
 *   )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E>(register: Register<E>, options: Options): Layer.Layer<SessionStore, ConfigError.ConfigError> =>
  Layer.scoped(SessionStore, make(register, options))

/**
 * The options in the environment variables `CLICKATELL_STORE_KEYS`, which is the keys with commas between them, and
 * `CLICKATELL_STORE_PREFIX`, which may be missing.
 *
 * @since 0.1.0
 * @category config
 */
// Marked as pure, so that a bundle in which nobody reads it has no `Config` for it.
export const config: Config.Config<Options> = /*#__PURE__*/ Config.all({
  keys: /*#__PURE__*/ Config.map(/*#__PURE__*/ Config.redacted("CLICKATELL_STORE_KEYS"), (keys): Options["keys"] => {
    const [first = "", ...others] = Redacted.value(keys).split(",")
    return [toKey(first), ...others.map(toKey)]
  }),
  prefix: /*#__PURE__*/ Config.withDefault(/*#__PURE__*/ Config.string("CLICKATELL_STORE_PREFIX"), undefined)
})

const toKey = (text: string): Redacted.Redacted<string> => Redacted.make(text.trim())
