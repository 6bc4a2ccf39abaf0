import * as Options from "@effect/cli/Options"
import * as FileSystem from "@effect/platform/FileSystem"
import * as SessionStore from "@effect-clickatell/core/SessionStore"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"

/** Where the session is shared with other processes. */
export const options = {
  store: Options.redacted("store").pipe(
    Options.withPseudoName("url"),
    Options.withDescription(
      "A Redis that shares the session, such as redis://host; the one in CLICKATELL_STORE by default"
    ),
    Options.withFallbackConfig(Config.redacted("CLICKATELL_STORE")),
    Options.optional
  ),
  storeKeyFile: Options.text("store-key-file").pipe(
    Options.withPseudoName("file"),
    Options.withDescription("A file of the keys of the store, one a line; those in CLICKATELL_STORE_KEYS by default"),
    Options.optional
  ),
  storePrefix: Options.text("store-prefix").pipe(
    Options.withPseudoName("prefix"),
    Options.withDescription("With what the names in the store begin; clickatell by default"),
    Options.withFallbackConfig(Config.string("CLICKATELL_STORE_PREFIX")),
    Options.optional
  )
}

interface Flags {
  readonly store: Option.Option<Redacted.Redacted<string>>
  readonly storeKeyFile: Option.Option<string>
  readonly storePrefix: Option.Option<string>
}

/** The store that the flags ask for, or else the environment; none where neither does. */
export const layer = (flags: Flags): Layer.Layer<never, ConfigError.ConfigError, FileSystem.FileSystem> =>
  Option.match(flags.store, {
    onNone: () => Layer.empty,
    onSome: (url) =>
      Layer.unwrapEffect(
        Effect.gen(function* () {
          const options = yield* settings(flags)
          // Read here alone, since it would be a good part of what every command takes to start.
          const { layer } = yield* Effect.promise(() => import("@effect-clickatell/redis/RedisSessionStore"))
          return layer({ ...options, url })
        })
      )
  })

const settings = (flags: Flags) =>
  Effect.map(
    Option.match(flags.storeKeyFile, {
      onNone: () => Effect.map(SessionStore.config, ({ keys }) => keys),
      onSome: readKeys
    }),
    (keys): SessionStore.Options => ({ keys, prefix: Option.getOrUndefined(flags.storePrefix) })
  )

const readKeys = (path: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const text = yield* files.readFileString(path)
    const [first = "", ...others] = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "")
    const keys: SessionStore.Options["keys"] = [Redacted.make(first), ...others.map((key) => Redacted.make(key))]
    return keys
  }).pipe(
    Effect.mapError(() =>
      ConfigError.InvalidData(
        ["--store-key-file"],
        "--store-key-file: it cannot be read: name a file with one key a line"
      )
    )
  )
