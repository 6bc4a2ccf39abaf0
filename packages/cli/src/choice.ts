import * as Either from "effect/Either"
import * as closest from "./closest.ts"
import type { Parse } from "./option.ts"

/** Reads one of a few words. */
export const parse =
  <const Word extends string>(words: ReadonlyArray<Word>): Parse<Word> =>
  (text) =>
    Either.fromNullable(
      words.find((word) => word === text),
      () => `'${text}' is none of ${words.join(", ")}${closest.question(text, words)}`
    )
