import * as Either from "effect/Either"
import type { Parse } from "./option.ts"

/** Reads a whole number from 0 to this one. */
export const parse =
  (most: number): Parse<number> =>
  (text) =>
    /^\d+$/.test(text) && Number(text) <= most
      ? Either.right(Number(text))
      : Either.left(`'${text}' is not a whole number from 0 to ${most}`)
