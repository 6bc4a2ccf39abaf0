import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const variables = ["CLICKATELL_API_ID", "CLICKATELL_USER", "CLICKATELL_PASSWORD"]

/** The credentials of the environment, or none where it has no part of them: where one is missing, the others were meant. */
export const given: Effect.Effect<Option.Option<Credentials.Credentials>, ConfigError.ConfigError> = Effect.flatMap(
  Effect.forEach(variables, (name) => Config.option(Config.redacted(name))),
  (parts) => (parts.some(Option.isSome) ? Effect.asSome(Credentials.config) : Effect.succeedNone)
)
