/**
 * The bearer secret that stands for a session: redacted from the reply it came in to the request it goes out with.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as secret from "./internal/secret.ts"

/**
 * A session id as `auth` hands it out (32 hexadecimal characters in every documented sample), kept opaque and redacted.
 *
 * @since 0.1.0
 * @category models
 */
export type SessionId = Redacted.Redacted<string> & Brand.Brand<"@effect-clickatell/core/SessionId">

/**
 * Accepts a redacted text as a session id; refuses, without showing it, an empty one or one that XML 1.0 cannot carry.
 *
 * @since 0.1.0
 * @category schemas
 */
export const SessionId: Schema.Schema<SessionId, Redacted.Redacted<string>> = secret
  .schema("session id")
  .pipe(Schema.brand("@effect-clickatell/core/SessionId"))

/**
 * Adopts an id obtained elsewhere; the `ParseError` of one that cannot be used says why and does not show it.
 *
 * @example
 * ```ts
 * import { SessionId } from "@effect-clickatell/core"
 * import { Either } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const id = SessionId.make("0123456789abcdef0123456789abcdef")
 * assert.equal(String(Either.getOrThrow(id)), "<redacted>")
 * assert.equal(Either.isLeft(SessionId.make("")), true)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (id: string | Redacted.Redacted<string>): Either.Either<SessionId, ParseResult.ParseError> =>
  Schema.decodeEither(SessionId)(secret.redact(id))

/**
 * The session id in the environment variable `CLICKATELL_SESSION_ID`.
 *
 * @since 0.1.0
 * @category config
 */
// Marked as pure, so that a bundle in which nobody reads it has no `Config` for it.
export const config: Config.Config<SessionId> = /*#__PURE__*/ Config.mapOrFail(
  /*#__PURE__*/ Config.redacted("CLICKATELL_SESSION_ID"),
  (id) => Either.mapLeft(make(id), (error) => ConfigError.InvalidData(["CLICKATELL_SESSION_ID"], secret.explain(error)))
)
