import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

/** An option that takes credits, as an exact decimal. */
export const option = (name: string): Options.Options<BigDecimal.BigDecimal> =>
  Options.text(name).pipe(
    Options.withPseudoName("credits"),
    Options.mapEffect((text) =>
      Effect.mapError(
        Option.filter(BigDecimal.fromString(text), () => /^\d{1,15}(?:\.\d{1,15})?$/.test(text)),
        () =>
          ValidationError.invalidValue(HelpDoc.p(`--${name}: '${text}' is not an amount: write digits, such as 12.5`))
      )
    )
  )
