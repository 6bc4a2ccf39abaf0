import { assert } from "@effect/vitest"
import { XMLValidator } from "fast-xml-parser"
import * as xmlGrammar from "../../packages/core/src/internal/soap/xmlGrammar.ts"

/** Whether the validator that belongs to the parser takes a text for well-formed. */
const isValid = (xml: string): boolean => {
  try {
    return XMLValidator.validate(xml) === true
  } catch {
    return false
  }
}

/** The grammar is what stands before the parser: it has to refuse by itself whatever the validator refuses. */
export const assertAsStrict = (xml: string, described: string): "both" | "grammar" | "none" => {
  const refused = xmlGrammar.scan(xml) === undefined
  if (isValid(xml)) return refused ? "grammar" : "none"
  return refused ? "both" : assert.fail(`the validator refuses it, and the grammar does not: ${described}`)
}
