import * as BigDecimal from "effect/BigDecimal"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Parse } from "./option.ts"

/** Reads credits, as an exact decimal. */
export const parse: Parse<BigDecimal.BigDecimal> = (text) =>
  Either.fromOption(
    Option.filter(BigDecimal.fromString(text), () => /^\d{1,15}(?:\.\d{1,15})?$/.test(text)),
    () => `'${text}' is not an amount: write digits, such as 12.5`
  )
