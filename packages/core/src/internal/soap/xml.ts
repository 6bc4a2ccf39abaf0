import * as Either from "effect/Either"
import { constVoid, identity } from "effect/Function"
import { XMLParser } from "fast-xml-parser"
import type { MalformedReason } from "../../Errors.ts"
import * as namespaces from "./namespaces.ts"
import * as xmlEncoding from "./xmlEncoding.ts"
import * as xmlGrammar from "./xmlGrammar.ts"
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
    // What `build` throws, and what an engine does that is given more than it can take.
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

const maxDepth = 16

// The parser is told to decode nothing, and would still make a decoder for each document, a fifth of the heap that it takes.
const entityDecoder = {
  decode: identity<string>,
  reset: constVoid,
  addInputEntities: constVoid,
  setExternalEntities: constVoid,
  setXmlVersion: constVoid
}

// Nothing is coerced, trimmed, merged or expanded here; what the parser gets are tags.
const parser = new XMLParser({
  preserveOrder: true,
  removeNSPrefix: false,
  parseTagValue: false,
  trimValues: false,
  processEntities: false,
  htmlEntities: false,
  entityDecoder,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // The text of each node's path, which nothing here asks for, would take quadratic time.
  jPath: false,
  maxNestedTags: maxDepth + 1
})

type Node = Readonly<Record<string, unknown>>

const build = (xml: string): Parsed<Element> => {
  // Line ends are read as XML 1.0 §2.11 says. The parser alone accepts truncated, mismatched and many-rooted input.
  const document = xmlGrammar.scan(xml.replace(/\r\n?/g, "\n"))
  if (document === undefined) return Either.left("NotWellFormed")
  if (document.depth > maxDepth) return Either.left("TooDeep")
  const [root] = parser.parse(document.tags) as ReadonlyArray<Node>
  const rest = { elements: document.elements.values(), known: namespaces.known() }
  return Either.right(element(required(root), namespaces.outermost, rest))
}

/** What the parser did not see of a document, in its order. */
interface Rest {
  readonly elements: Iterator<xmlGrammar.Document["elements"][number]>
  readonly known: namespaces.Known
}

// Throws where a prefix is unbound or its declaration forbidden: `parse` is the one place that catches.
const element = (node: Node, outer: namespaces.Scope, rest: Rest): Element => {
  const { attributes: own, text } = required(rest.elements.next().value)
  const scope = own.length === 0 ? outer : required(namespaces.declare(own, outer, rest.known))
  const attributes = own.length === 0 ? [] : required(namespaces.resolve(own, scope))
  const tag = required(Object.keys(node)[0])
  const [prefix, name] = namespaces.split(tag)
  const namespace = required(scope(prefix)).name
  const children = (node[tag] as ReadonlyArray<Node>).map((child) => element(child, scope, rest))
  return { namespace, name, attributes, text, children }
}

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error("not well-formed")
  return value
}
