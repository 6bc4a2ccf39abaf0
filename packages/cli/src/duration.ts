import * as Setting from "@effect-clickatell/core/Setting"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Parse } from "./option.ts"

const units: Readonly<Record<string, string>> = { ms: "millis", s: "seconds", m: "minutes", h: "hours", d: "days" }

/** Reads `90s`, `500ms` or `10 minutes` that a timer can hold; a number alone is refused, since its unit would be a guess. */
export const parse: Parse<Duration.Duration> = (text) =>
  Either.fromOption(
    decode(text),
    () => `'${text}' is not a duration: write a number and its unit, such as 90s or '10 minutes'`
  ).pipe(
    Either.filterOrLeft(
      Duration.between({ minimum: "1 millis", maximum: Setting.longestTime }),
      () => `'${text}' is not from 1ms to 24 days`
    )
  )

const decode = (text: string): Option.Option<Duration.Duration> => {
  const [, amount, unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/i.exec(text) ?? []
  return amount === undefined ? Option.none() : Duration.decodeUnknown(`${amount} ${units[unit] ?? unit}`)
}
