/**
 * The bearer secret that stands for a session: redacted from the reply it came in to the request it goes out with.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import * as xmlText from "./internal/xmlText.ts"

/**
 * A session id as `auth` hands it out (32 hexadecimal characters in every documented sample), kept opaque and redacted.
 *
 * @since 0.1.0
 * @category models
 */
export type SessionId = Redacted.Redacted<string & Brand.Brand<"@effect-clickatell/core/SessionId">>

/**
 * Adopts an id obtained elsewhere; refuses, without naming it, an empty one or one that XML 1.0 cannot carry.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (id: string | Redacted.Redacted<string>): Either.Either<SessionId, ConfigError.ConfigError> =>
  Either.map(xmlText.secret("session id", id), (secret) => secret as SessionId)

/**
 * The session id in the environment variable `CLICKATELL_SESSION_ID`.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<SessionId> = Config.redacted("CLICKATELL_SESSION_ID").pipe(Config.mapOrFail(make))
