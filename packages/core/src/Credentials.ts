/**
 * Who we are to the service: API id, user and password, redacted from configuration to socket.
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

interface Fields {
  readonly apiId: Redacted.Redacted<string>
  readonly user: Redacted.Redacted<string>
  readonly password: Redacted.Redacted<string>
}

/**
 * The three parameters of `auth`; two values are `Equal` when all three secrets are.
 *
 * @since 0.1.0
 * @category models
 */
export type Credentials = Fields & Brand.Brand<"@effect-clickatell/core/Credentials">

/**
 * Accepts three redacted texts as credentials; refuses, by its name alone, one that is empty or that XML 1.0 cannot carry.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Credentials: Schema.Schema<Credentials, Fields> = Schema.Data(
  Schema.Struct({
    apiId: secret.schema("API id"),
    user: secret.schema("user"),
    password: secret.schema("password")
  })
).pipe(Schema.brand("@effect-clickatell/core/Credentials"))

/**
 * Builds credentials from plain or redacted strings; the `ParseError` names the field that is wrong and shows none of them.
 *
 * @example
 * ```ts
 * import { Credentials } from "@effect-clickatell/core"
 * import { Either } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // Either of the two is an Effect too: `Session.layer({ credentials })` takes it as it is.
 * const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 * assert.equal(Either.isRight(credentials), true)
 *
 * const refused = Credentials.make({ apiId: "123456", user: "", password: "secret" })
 * assert.equal(Either.isLeft(refused) && refused.left.message.includes("secret"), false)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  input: Readonly<Record<keyof Fields, string | Redacted.Redacted<string>>>
): Either.Either<Credentials, ParseResult.ParseError> =>
  Schema.decodeEither(Credentials)({
    apiId: secret.redact(input.apiId),
    user: secret.redact(input.user),
    password: secret.redact(input.password)
  })

/**
 * The credentials in the environment variables `CLICKATELL_API_ID`, `CLICKATELL_USER` and `CLICKATELL_PASSWORD`.
 *
 * @since 0.1.0
 * @category config
 */
// Marked as pure, so that a bundle in which nobody reads it has no `Config` for it.
export const config: Config.Config<Credentials> = /*#__PURE__*/ Config.mapOrFail(
  /*#__PURE__*/ Config.all({
    apiId: /*#__PURE__*/ Config.redacted("CLICKATELL_API_ID"),
    user: /*#__PURE__*/ Config.redacted("CLICKATELL_USER"),
    password: /*#__PURE__*/ Config.redacted("CLICKATELL_PASSWORD")
  }),
  (input) =>
    Either.mapLeft(make(input), (error) => ConfigError.InvalidData(["CLICKATELL credentials"], secret.explain(error)))
)
