import * as Either from "effect/Either"
import { XMLParser, XMLValidator } from "fast-xml-parser"
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
export const parse = (bytes: Uint8Array, encoding: "utf-8" | "latin1" = "utf-8"): Parsed<Element> =>
  decode(bytes, encoding).pipe(Either.flatMap(check), Either.flatMap(build))

const decode = (bytes: Uint8Array, encoding: string): Parsed<string> =>
  Either.try({
    try: () => new TextDecoder(encoding, { fatal: true }).decode(bytes).trim(),
    catch: () => "Encoding" as const
  })

const check = (xml: string): Parsed<string> => {
  if (xml === "") return Either.left("Empty")
  // A web page is the commonest wrong answer, and "not SOAP" says more about it than its doctype.
  if (/^<(?:!doctype\s+)?html\b/i.test(xml)) return Either.left("NotSoap")
  if (/<!(?:DOCTYPE|ENTITY)/i.test(xml)) return Either.left("DtdForbidden")
  if (!xmlText.isLegal(xml)) return Either.left("IllegalCharacter")
  const document = isValid(xml) ? xmlGrammar.scan(xml) : undefined
  if (document === undefined) return Either.left("NotWellFormed")
  return document.depth > maxDepth ? Either.left("TooDeep") : Either.right(document.content)
}

// The parser alone accepts truncated, mismatched and many-rooted input.
const isValid = (xml: string): boolean => {
  try {
    return XMLValidator.validate(xml) === true
  } catch {
    return false
  }
}

const maxDepth = 16

// Nothing is coerced, trimmed, merged or expanded here: codes keep their zeros, and references are decoded below, once.
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
  cdataPropName: "#cdata",
  allowBooleanAttributes: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: maxDepth + 1
})

type Node = Readonly<Record<string, unknown>>
type Scope = (prefix: string) => string | undefined

const outermost: Scope = (prefix) =>
  prefix === "" ? "" : prefix === "xml" ? "http://www.w3.org/XML/1998/namespace" : undefined

const build = (xml: string): Parsed<Element> => {
  try {
    const roots = (parser.parse(xml) as ReadonlyArray<Node>).filter(isElement)
    return roots.length === 1 ? Either.right(element(roots[0] as Node, outermost)) : Either.left("NotWellFormed")
  } catch {
    return Either.left("NotWellFormed")
  }
}

const isElement = (node: Node): boolean => Object.keys(node).some((key) => key !== ":@" && !key.startsWith("#"))

// Throws on an undecodable reference or an unbound prefix: `build` is the one place that catches.
const element = (node: Node, outer: Scope): Element => {
  const tag = Object.keys(node).find((key) => key !== ":@") as string
  const scope = bind((node[":@"] ?? {}) as Readonly<Record<string, string>>, outer)
  const [prefix, name] = split(tag)
  const namespace = required(scope(prefix))
  const content = node[tag] as ReadonlyArray<Node>
  return {
    namespace,
    name,
    text: content.map(ownText).join(""),
    children: content.filter(isElement).map((child) => element(child, scope))
  }
}

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

const ownText = (node: Node): string => {
  const text = node["#text"]
  if (typeof text === "string") return required(xmlText.unescape(text))
  const cdata = node["#cdata"]
  return Array.isArray(cdata) ? cdata.map((part: Node) => String(part["#text"] ?? "")).join("") : ""
}

const required = (value: string | undefined): string => {
  if (value === undefined) throw new Error("not namespace-well-formed")
  return value
}
