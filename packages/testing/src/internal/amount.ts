import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"

/** Credits, as a number or as an exact decimal. */
export type Amount = number | BigDecimal.BigDecimal

/** Credits in a file of JSON. */
export const Amount = Schema.compose(Schema.JsonNumber, Schema.BigDecimalFromNumber)

/** Credits as they are reckoned with: `0.1 + 0.2` is `0.3`. */
export const toDecimal = (amount: Amount): BigDecimal.BigDecimal =>
  typeof amount === "number" ? BigDecimal.unsafeFromNumber(amount) : amount
