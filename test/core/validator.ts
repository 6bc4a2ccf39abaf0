import { assert } from "@effect/vitest"
import { XMLValidator } from "fast-xml-parser"
import * as xmlGrammar from "../../packages/core/src/internal/soap/xmlGrammar.ts"

const isTrue = (work: () => boolean): boolean => {
  try {
    return work()
  } catch {
    return false
  }
}

/** The grammar is what stands before the parser: it has to refuse by itself whatever the validator refuses. */
export const assertAsStrict = (xml: string, described: string): "both" | "grammar" | "none" => {
  const refused = !isTrue(() => xmlGrammar.scan(xml).depth > 0)
  // The validator belongs to the parser.
  if (isTrue(() => XMLValidator.validate(xml) === true)) return refused ? "grammar" : "none"
  return refused ? "both" : assert.fail(`the validator refuses it, and the grammar does not: ${described}`)
}
