import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Effect from "effect/Effect"

/** An option that takes a whole number from 0 to this one. */
export const option = (name: string, most: number): Options.Options<number> =>
  Options.text(name).pipe(
    Options.withPseudoName("number"),
    Options.mapEffect((text) =>
      /^\d+$/.test(text) && Number(text) <= most
        ? Effect.succeed(Number(text))
        : Effect.fail(
            ValidationError.invalidValue(HelpDoc.p(`--${name}: '${text}' is not a whole number from 0 to ${most}`))
          )
    )
  )
