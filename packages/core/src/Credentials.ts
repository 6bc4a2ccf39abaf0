/**
 * Who we are to the service: API id, user and password, redacted from configuration to socket.
 *
 * @since 0.1.0
 */
import type * as Brand from "effect/Brand"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { dual } from "effect/Function"
import type * as ParseResult from "effect/ParseResult"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as secret from "./internal/secret.ts"
import * as memory from "./internal/session/memory.ts"
import * as Setting from "./Setting.ts"

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

/**
 * Remembers what a provider gives for `ttl`, from when it was asked, and asks it once for all who want credentials meanwhile.
 *
 * Only credentials are remembered: what else the provider comes to is for those who wait. A session that was refused what is
 * remembered, or was `reset` since it last asked, has the provider asked anew; those that were wiped are forgotten. The provider
 * runs in the context in which the memory is made, and not in a caller's, until the last one who waits for it has left.
 *
 * @since 0.1.0
 * @category combinators
 */
export const cached: {
  (
    ttl: Duration.DurationInput
  ): <E, R>(
    provider: Effect.Effect<Credentials, E, R>
  ) => Effect.Effect<Effect.Effect<Credentials, E>, ConfigError.ConfigError, R>
  <E, R>(
    provider: Effect.Effect<Credentials, E, R>,
    ttl: Duration.DurationInput
  ): Effect.Effect<Effect.Effect<Credentials, E>, ConfigError.ConfigError, R>
} = /*#__PURE__*/ dual(
  2,
  <E, R>(
    provider: Effect.Effect<Credentials, E, R>,
    ttl: Duration.DurationInput
  ): Effect.Effect<Effect.Effect<Credentials, E>, ConfigError.ConfigError, R> =>
    Effect.flatMap(Setting.duration("credentials ttl", ttl), (ttl) =>
      memory.remember(provider, { ttl: Duration.toMillis(ttl), isUsable: Schema.is(Credentials) })
    )
)
