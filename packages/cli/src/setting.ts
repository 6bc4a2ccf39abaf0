import * as Options from "@effect/cli/Options"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Parse } from "./option.ts"
import * as option from "./option.ts"

/** Something that a flag sets or, where it is not given, a variable of the environment. */
export interface Setting<A> {
  readonly option: Options.Options<Option.Option<A>>
  /** What is set, given what the flag says; the refusal of a variable names the variable. */
  readonly read: (flag: Option.Option<A>) => Effect.Effect<A | undefined, ConfigError.ConfigError>
}

interface Definition<A> {
  readonly flag: string
  readonly variable: string
  readonly valueName: string
  readonly description: string
  readonly parse: Parse<A>
}

/** A setting by its flag and its variable, both of which are read in the same way. */
export const make = <A>({ description, flag, parse, valueName, variable }: Definition<A>): Setting<A> => {
  const fromEnvironment = Config.mapOrFail(Config.string(variable), (text) =>
    Either.mapLeft(parse(text), (problem) => ConfigError.InvalidData([variable], `${variable}: ${problem}`))
  )
  return {
    option: option.make(flag, valueName, parse).pipe(Options.withDescription(description), Options.optional),
    read: (given) =>
      Option.match(given, {
        onNone: () => Effect.map(Config.option(fromEnvironment), Option.getOrUndefined),
        onSome: (value) => Effect.succeed(value)
      })
  }
}
