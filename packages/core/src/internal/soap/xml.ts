import * as Either from "effect/Either"
import { constVoid, identity } from "effect/Function"
import { XMLParser } from "fast-xml-parser"
import type { MalformedReason } from "../../Errors.ts"
import * as xmlGrammar from "./xmlGrammar.ts"
import * as xmlText from "./xmlText.ts"

/** An element with its namespace resolved; `text` is its own character data, references decoded once. */
export interface Element {
  readonly namespace: string
  readonly name: string
  readonly text: string
  readonly children: ReadonlyArray<Element>
}

type Parsed<A> = Either.Either<A, MalformedReason>

/** Reads a document that nobody vouches for. Each step has its own reason, and the order of steps is part of the defence. */
export const parse = (bytes: Uint8Array, encoding: keyof typeof decoders = "utf-8"): Parsed<Element> =>
  decode(bytes, encoding).pipe(Either.flatMap(check), Either.flatMap(build))

// Made once, which is safe: each document is decoded in one call, after which a decoder starts anew.
const decoders = {
  "utf-8": new TextDecoder("utf-8", { fatal: true }),
  latin1: new TextDecoder("latin1", { fatal: true })
}

/** Reads a document as a text, or not at all. */
export const decode = (bytes: Uint8Array, encoding: keyof typeof decoders): Parsed<string> =>
  Either.try({ try: () => decoders[encoding].decode(bytes).trim(), catch: () => "Encoding" as const })

const check = (xml: string): Parsed<string> => {
  if (xml === "") return Either.left("Empty")
  // A web page is the commonest wrong answer, and "not SOAP" says more about it than its doctype.
  if (/^<(?:!doctype\s+)?html\b/i.test(xml)) return Either.left("NotSoap")
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

// Nothing is coerced, trimmed, merged or expanded here; what the parser gets are tags, and a filler for each text.
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  removeNSPrefix: false,
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  processEntities: false,
  htmlEntities: false,
  entityDecoder,
  allowBooleanAttributes: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  // The text of each node's path, which nothing here asks for, would take quadratic time.
  jPath: false,
  maxNestedTags: maxDepth + 1
})

type Node = Readonly<Record<string, unknown>>
type Scope = (prefix: string) => string | undefined

const outermost: Scope = (prefix) =>
  prefix === "" ? "" : prefix === "xml" ? "http://www.w3.org/XML/1998/namespace" : undefined

const build = (xml: string): Parsed<Element> => {
  try {
    // Line ends are read as XML 1.0 §2.11 says. The parser alone accepts truncated, mismatched and many-rooted input.
    const document = xmlGrammar.scan(xml.replace(/\r\n?/g, "\n"))
    if (document === undefined) return Either.left("NotWellFormed")
    if (document.depth > maxDepth) return Either.left("TooDeep")
    const [root] = parser.parse(document.tags) as ReadonlyArray<Node>
    return Either.right(element(required(root), outermost, document.texts.values()))
  } catch {
    return Either.left("NotWellFormed")
  }
}

// Throws on an undecodable reference or an unbound prefix: `build` is the one place that catches.
const element = (node: Node, outer: Scope, texts: Iterator<string>): Element => {
  const attributes = node[":@"]
  const scope = attributes === undefined ? outer : bind(attributes as Readonly<Record<string, string>>, outer)
  const tag = keyOf(node)
  const [prefix, name] = split(tag)
  const namespace = required(scope(prefix))
  const children: Array<Element> = []
  let text = ""
  for (const child of node[tag] as ReadonlyArray<Node>) {
    const fillers = child["#text"]
    if (fillers === undefined) children.push(element(child, scope, texts))
    // One for each text, and several where only a comment or the border of a CDATA section was between them.
    else for (const _ of String(fillers)) text += required(texts.next().value)
  }
  return { namespace, name, text, children }
}

// The parser's objects have their tag as the first key, and ":@" as the other.
const keyOf = (node: Node): string => required(Object.keys(node)[0])

const bind = (attributes: Readonly<Record<string, string>>, outer: Scope): Scope => {
  const declared = Object.entries(attributes).filter(([name]) => name === "xmlns" || name.startsWith("xmlns:"))
  if (declared.length === 0) return outer
  const inner = new Map(
    declared.map(([name, uri]) => [name.slice("xmlns:".length), required(xmlText.unescape(uri))] as const)
  )
  // Asks outwards, since a copy of what is outside would take quadratic time.
  return (prefix) => inner.get(prefix) ?? outer(prefix)
}

const split = (tag: string): readonly [prefix: string, name: string] => {
  const colon = tag.indexOf(":")
  return colon === -1 ? ["", tag] : [tag.slice(0, colon), tag.slice(colon + 1)]
}

const required = <A>(value: A | undefined): A => {
  if (value === undefined) throw new Error("not well-formed")
  return value
}
