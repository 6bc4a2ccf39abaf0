import type * as BigDecimal from "effect/BigDecimal"
import type { Amount } from "./amount.ts"
import { toDecimal } from "./amount.ts"

/** What a part of a message costs, by the prefix of its number. */
export type Coverage = ReadonlyMap<string, BigDecimal.BigDecimal>

/** Prices by prefix; the prefix `""` is that of every number. */
export const make = (prices: Readonly<Record<string, Amount>>): Coverage =>
  new Map(Object.entries(prices).map(([prefix, price]) => [prefix, toDecimal(price)] as const))

/** Every number at one credit. */
export const everywhere: Coverage = make({ "": 1 })

/** The price of the longest prefix that a number has, or undefined where none is covered. */
export const priceOf = (coverage: Coverage, number: string): BigDecimal.BigDecimal | undefined => {
  for (let length = number.length; length >= 0; length -= 1) {
    const price = coverage.get(number.slice(0, length))
    if (price !== undefined) return price
  }
  return undefined
}
