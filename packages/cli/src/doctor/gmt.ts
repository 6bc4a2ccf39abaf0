import * as DateTime from "effect/DateTime"
import type * as Option from "effect/Option"

/** Reads a time as HTTP and certificates write it; `DateTime` itself takes one that ends in GMT for one without a zone. */
export const parse = (text: string): Option.Option<DateTime.Utc> => DateTime.make(Date.parse(text))
