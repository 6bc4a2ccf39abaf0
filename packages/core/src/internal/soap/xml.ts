import * as Either from "effect/Either"
import type { MalformedReason } from "../../Errors.ts"
import * as namespaces from "./namespaces.ts"
import { refuse } from "./refuse.ts"
import * as xmlEncoding from "./xmlEncoding.ts"
import * as xmlGrammar from "./xmlGrammar.ts"
import * as xmlStructure from "./xmlStructure.ts"
import * as xmlText from "./xmlText.ts"

/** An element with its namespace resolved; `text` is its own character data, references decoded once. */
export interface Element {
  readonly namespace: string
  readonly name: string
  readonly attributes: ReadonlyArray<namespaces.Attribute>
  readonly text: string
  readonly children: ReadonlyArray<Element>
}

/** Whether an attribute says yes; what is neither yes nor no to XML Schema is taken for a yes. */
export const isSet = ({ attributes }: Element, namespace: string, name: string): boolean =>
  attributes.some((it) => it.name === name && it.namespace === namespace && !isFalse.test(it.value))

const isFalse = /^[ \t\r\n]*(?:false|0)[ \t\r\n]*$/

type Parsed<A> = Either.Either<A, MalformedReason>

/** Reads a document that nobody vouches for. Each step has its own reason, and the order of steps is part of the defence. */
export const parse = (bytes: Uint8Array, encodings: xmlEncoding.Encodings): Parsed<Element> => {
  const xml = xmlEncoding.decode(bytes, encodings)
  if (xml === undefined) return Either.left("Encoding")
  try {
    return Either.flatMap(check(xml), build)
  } catch {
    // What `build` throws of what is not well-formed, and what an engine does that is given more than it can take.
    return Either.left("NotWellFormed")
  }
}

const check = (xml: string): Parsed<string> => {
  if (xmlText.isBlank(xml)) return Either.left("Empty")
  // A web page is the commonest wrong answer, and "not SOAP" says more about it than its doctype.
  if (/^[ \t\r\n]*<(?:!doctype[ \t\r\n]+)?html\b/i.test(xml)) return Either.left("NotSoap")
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return Either.left("DtdForbidden")
  return xmlText.isLegal(xml) ? Either.right(xml) : Either.left("IllegalCharacter")
}

const build = (xml: string): Parsed<Element> => {
  // Line ends are read as XML 1.0 §2.11 says. The parser alone accepts truncated, mismatched and many-rooted input.
  const document = xmlGrammar.scan(xml.replace(/\r\n?/g, "\n"))
  return document.depth > xmlStructure.maxDepth ? Either.left("TooDeep") : Either.right(root(document))
}

// The elements are completed where they are: copies of them were what the garbage collector had most to do with.
const root = ({ elements, tags }: xmlGrammar.Document): Element => {
  const known: namespaces.Known = new Map()
  const open: Array<xmlGrammar.Element> = []
  const scopes = [namespaces.outermost]
  let next = 0
  xmlStructure.walk(tags, (depth) => {
    const element = elements[next++] ?? refuse()
    const parent = open[depth - 1]
    if (parent !== undefined) parent.children = xmlGrammar.append(parent.children, element)
    open[depth] = element
    scopes[depth] = namespaces.resolve(element, scopes[depth - 1] ?? refuse(), known)
  })
  return elements[0] ?? refuse()
}
