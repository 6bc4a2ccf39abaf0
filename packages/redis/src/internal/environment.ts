import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"

type Keys = readonly [Redacted.Redacted<string>, ...ReadonlyArray<Redacted.Redacted<string>>]

const keys: Config.Config<Keys> = Config.mapOrFail(Config.redacted("CLICKATELL_STORE_KEYS"), (text) => {
  const keys = Redacted.value(text)
    .split(",")
    .map((key) => Redacted.make(key.trim()))
  return Arr.isNonEmptyReadonlyArray(keys)
    ? Either.right(keys)
    : Either.left(ConfigError.MissingData(["CLICKATELL_STORE_KEYS"], "Expected keys with commas between them"))
})

/** The options in environment variables. */
export const config = Config.all({
  url: Config.redacted("CLICKATELL_STORE"),
  keys,
  prefix: Config.withDefault(Config.string("CLICKATELL_STORE_PREFIX"), undefined)
})
