import * as HelpDoc from "@effect/cli/HelpDoc"
import * as Options from "@effect/cli/Options"
import * as ValidationError from "@effect/cli/ValidationError"
import * as Setting from "@effect-clickatell/core/Setting"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"

const units: Readonly<Record<string, string>> = { ms: "millis", s: "seconds", m: "minutes", h: "hours", d: "days" }

/** Reads `90s`, `500ms` or `10 minutes`; a number alone is refused, since its unit would be a guess. */
export const parse = (text: string): Option.Option<Duration.Duration> => {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? []
  return amount === undefined ? Option.none() : Duration.decodeUnknown(`${amount} ${units[unit] ?? unit}`)
}

/** An option that takes a duration which a timer can hold. */
export const option = (name: string): Options.Options<Duration.Duration> => {
  const refused = (problem: string) => ValidationError.invalidValue(HelpDoc.p(`--${name}: ${problem}`))
  return Options.text(name).pipe(
    Options.withPseudoName("duration"),
    Options.mapEffect((text) =>
      parse(text).pipe(
        Effect.mapError(() =>
          refused(`'${text}' is not a duration: write a number and its unit, such as 90s or '10 minutes'`)
        ),
        Effect.filterOrFail(Duration.between({ minimum: "1 millis", maximum: Setting.longestTime }), () =>
          refused(`'${text}' is not from 1ms to 24 days`)
        )
      )
    )
  )
}
