import { constVoid, identity } from "effect/Function"
import { XMLParser } from "fast-xml-parser"

// The parser is told to decode nothing, and would still make a decoder for each document, a fifth of the heap that it takes.
const entityDecoder = {
  decode: identity<string>,
  reset: constVoid,
  addInputEntities: constVoid,
  setExternalEntities: constVoid,
  setXmlVersion: constVoid
}

/** How many levels a document may have. */
export const maxDepth = 16

/** Is told how deep each element is, in the document's order: the root is at 1. */
type Visit = (depth: number) => void

// The parser takes its options once: one for each document would take a tenth of the time that a short one is read in.
let visit: Visit = constVoid

// What it gets are tags, and it keeps none: how it would read texts, attributes and instructions does not matter.
const parser = new XMLParser({
  entityDecoder,
  // The text of each node's path, which nothing here asks for, would take quadratic time.
  jPath: false,
  maxNestedTags: maxDepth + 1,
  // The parser is told to keep no tag: its tree would be half of what is alive when a long document is read.
  updateTag: (_, path) => {
    if (typeof path !== "string") visit(path.getDepth())
    return false
  }
})

/** Tells how the elements of a document are nested, by its tags alone. */
export const walk = (tags: string, each: Visit): void => {
  visit = each
  try {
    parser.parse(tags)
  } finally {
    visit = constVoid
  }
}
