import * as Duration from "effect/Duration"

/** Reads a `Retry-After` header (RFC 9110 §10.2.3): seconds or a date; anything else, and a date gone by, asks for nothing. */
export const parse = (header: string | undefined, now: number): Duration.Duration | undefined => {
  const value = header?.trim() ?? ""
  if (/^\d{1,10}$/.test(value)) return Duration.seconds(Number(value))
  if (!httpDate.test(value)) return undefined
  const left = Date.parse(value.endsWith("GMT") ? value : `${value} GMT`) - now
  return left > 0 ? Duration.millis(left) : undefined
}

// The three forms of RFC 9110 §5.6.7, told from all else that a date parser would make something of; the last has no zone.
const httpDate =
  /^(?:[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|[A-Z][a-z]{5,8}, \d\d-[A-Z][a-z]{2}-\d\d \d\d:\d\d:\d\d GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4})$/
