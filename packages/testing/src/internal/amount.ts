import * as BigDecimal from "effect/BigDecimal"
import * as Schema from "effect/Schema"

/** Credits, as a number or as an exact decimal. */
export type Amount = number | BigDecimal.BigDecimal

/** Credits in a file of JSON. */
export const Amount = Schema.compose(Schema.JsonNumber, Schema.BigDecimalFromNumber)

/** Credits as they are reckoned with: `0.1 + 0.2` is `0.3`. */
export const toDecimal = (amount: Amount): BigDecimal.BigDecimal =>
  typeof amount === "number" ? BigDecimal.unsafeFromNumber(amount) : amount

/** Credits as the service writes them: `BigDecimal.format` has an exponent for very many and for very few. */
export const write = (amount: BigDecimal.BigDecimal): string => {
  const normal = BigDecimal.normalize(amount)
  const { scale, value } = BigDecimal.scale(normal, Math.max(0, normal.scale))
  const digits = String(value)
    .replace("-", "")
    .padStart(scale + 1, "0")
  const point = digits.length - scale
  return `${value < 0n ? "-" : ""}${digits.slice(0, point)}${scale === 0 ? "" : `.${digits.slice(point)}`}`
}
