import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import type { Options } from "../../../SessionStore.ts"
import * as Setting from "../../../Setting.ts"
import { reveal } from "../../secret.ts"

export interface Settings {
  readonly prefix: string
  /** In milliseconds. */
  readonly patience: number
}

const shortestKey = 16

/** Reads how a store is kept, and refuses keys that seal nothing. */
export const decode = ({
  keys,
  patience = "1 second",
  prefix = "clickatell"
}: Options): Either.Either<Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    if (keys.length === 0 || keys.some((key) => (reveal(key) ?? "").length < shortestKey)) {
      return yield* Setting.refuse(
        "store keys",
        `a key of the session store is missing or shorter than ${shortestKey} characters: ` +
          "set secrets that nobody can guess, such as what `openssl rand -base64 32` prints"
      )
    }
    return { prefix, patience: Duration.toMillis(yield* Setting.duration("store patience", patience)) }
  })
