/**
 * Who we are to the service: API id, user and password, redacted from configuration to socket.
 *
 * @since 0.1.0
 */
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as xmlText from "./internal/xmlText.ts"

/**
 * The three parameters of `auth`; two values are `Equal` when all three secrets are.
 *
 * @since 0.1.0
 * @category models
 */
export interface Credentials {
  readonly apiId: Redacted.Redacted<string>
  readonly user: Redacted.Redacted<string>
  readonly password: Redacted.Redacted<string>
}

/**
 * Builds credentials from plain or redacted strings; refuses, by its name alone, one that is empty or that XML 1.0 cannot carry.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  input: Readonly<Record<keyof Credentials, string | Redacted.Redacted<string>>>
): Either.Either<Credentials, ConfigError.ConfigError> =>
  Either.map(
    Either.all({
      apiId: xmlText.secret("API id", input.apiId),
      user: xmlText.secret("user", input.user),
      password: xmlText.secret("password", input.password)
    }),
    Data.struct
  )

/**
 * The credentials in the environment variables `CLICKATELL_API_ID`, `CLICKATELL_USER` and `CLICKATELL_PASSWORD`.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Credentials> = Config.all({
  apiId: Config.redacted("CLICKATELL_API_ID"),
  user: Config.redacted("CLICKATELL_USER"),
  password: Config.redacted("CLICKATELL_PASSWORD")
}).pipe(Config.mapOrFail(make))
