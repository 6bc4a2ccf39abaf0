import * as AutoCorrect from "@effect/cli/AutoCorrect"
import * as CliConfig from "@effect/cli/CliConfig"
import * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Order from "effect/Order"

/** Asks which of these was meant by a word that is none of them; nothing where it is like none. */
export const question = (word: string, known: ReadonlyArray<string>): string => {
  const near = known
    .map((name) => ({ name, edits: AutoCorrect.levensteinDistance(word, name, CliConfig.defaultConfig) }))
    .filter(({ edits, name }) => edits <= mostEdits(name))
  return Option.match(Arr.head(Arr.sortWith(near, ({ edits }) => edits, Order.number)), {
    onNone: () => "",
    onSome: ({ name }) => `: did you mean ${name}?`
  })
}

// Two letters in the wrong order are two edits; a short name is soon like any other.
const mostEdits = (name: string): number => Math.min(2, Math.floor(name.replace(/^-+/, "").length / 2))
