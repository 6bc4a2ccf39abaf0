/**
 * Texts that nobody vouches for, written so that a terminal, a log or a line of JSON shows them and does not obey them.
 *
 * @since 0.1.0
 */
import { unseen } from "./internal/unseen.ts"

const named: ReadonlyMap<string, string> = new Map([
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"]
])

const spell = (char: string): string =>
  named.get(char) ??
  Array.from({ length: char.length }, (_, at) => `\\u${char.charCodeAt(at).toString(16).padStart(4, "0")}`).join("")

/**
 * Writes out, as `\n` or `\u202e`, whatever would act on a terminal or a log or would not be seen, and cuts what that makes after
 * `limit` characters, 512 by default, with an `…` in place of the rest; `Infinity` leaves it whole.
 *
 * Characters are counted as `length` counts them. A text that was escaped before stays as it is.
 *
 * @since 0.1.0
 * @category encoding
 */
export const escape = (text: string, limit: number = 512): string => {
  const shown = text.slice(0, limit + 1).replace(unseen, spell)
  return shown.length <= limit ? shown : `${shown.slice(0, limit).replace(cut, "")}…`
}

// What is left of a character or of an escape at the end of a text that was cut.
const cut = /(?:[\uD800-\uDBFF]|\\(?:u[0-9a-f]{0,3})?)$/

/**
 * Writes a value as one line of JSON, in which `\u` stands for whatever would act on a terminal or a log or would not be seen;
 * whoever parses it has the value as it was.
 *
 * @since 0.1.0
 * @category encoding
 */
export const stringify = (value: object): string => JSON.stringify(value).replace(unseen, spell)
