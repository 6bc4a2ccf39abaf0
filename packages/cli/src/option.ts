import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Either from "effect/Either"

/** Reads a text, or says what is wrong with it. */
export type Parse<A> = (text: string) => Either.Either<A, string>

/** An option with a value, whose refusal names it; the value's name is for the help. */
export const make = <A>(name: string, valueName: string, parse: Parse<A>): Options.Options<A> =>
  Options.text(name).pipe(
    Options.withPseudoName(valueName),
    Options.mapEffect((text) =>
      Either.mapLeft(parse(text), (problem) => ValidationError.invalidValue(HelpDoc.p(`--${name}: ${problem}`)))
    )
  )
