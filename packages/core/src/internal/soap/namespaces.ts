import { refuse, unlessDistinct } from "./refuse.ts"
import type { Attribute as Written, Element } from "./xmlGrammar.ts"

/** What a prefix stands for, with a number for each name of a document: comparing long names again and again takes quadratic time. */
interface Namespace {
  readonly name: string
  readonly id: number
}

/** An attribute that is no declaration, its namespace resolved: none without a prefix. */
export interface Attribute {
  readonly namespace: string
  readonly name: string
  readonly value: string
}

/** What the prefixes at one place of a document stand for. */
export type Scope = (prefix: string) => Namespace

/** The namespaces that a document has named so far, by their names. */
export type Known = Map<string, Namespace>

const none: Namespace = { name: "", id: -2 }
const xml: Namespace = { name: "http://www.w3.org/XML/1998/namespace", id: -1 }
const xmlns = "http://www.w3.org/2000/xmlns/"

export const outermost: Scope = (prefix) => (prefix === "" ? none : prefix === "xml" ? xml : refuse())

/**
 * Puts names without prefixes, and their namespaces, where they are written, and leaves declarations out: the scope within the element.
 * Refuses what Namespaces in XML 1.0 §2, §3 and §6.3 forbid.
 */
export const resolve = (element: Element, outer: Scope, known: Known): Scope => {
  const declarations = element.attributes.filter(isDeclaration)
  const scope = declarations.length > 0 ? declare(declarations, outer, known) : outer
  // The default namespace is not one for attributes.
  const ofAttributes: Scope = (prefix) => (prefix === "" ? none : scope(prefix))
  place(element, scope)
  if (scope !== outer) element.attributes = element.attributes.filter((it) => !isDeclaration(it))
  unlessDistinct(element.attributes.map((attribute) => `${place(attribute, ofAttributes).id}:${attribute.name}`))
  return scope
}

const isDeclaration = ({ name }: Written): boolean => /^xmlns(?::|$)/.test(name)

const declare = (declarations: ReadonlyArray<Written>, outer: Scope, known: Known): Scope => {
  const inner = new Map<string, Namespace>()
  for (const { name, value } of declarations) {
    const prefix = name.slice("xmlns:".length)
    if (!isAllowed(prefix, value)) refuse()
    const namespace = known.get(value) ?? { name: value, id: known.size }
    known.set(value, namespace)
    inner.set(prefix, namespace)
  }
  // Asks outwards, since a copy of what is outside would take quadratic time.
  return (prefix) => inner.get(prefix) ?? outer(prefix)
}

const place = (it: Element | Written, scope: Scope): Namespace => {
  const colon = it.name.indexOf(":")
  const namespace = scope(it.name.slice(0, Math.max(0, colon)))
  it.namespace = namespace.name
  it.name = it.name.slice(colon + 1)
  return namespace
}

const isAllowed = (prefix: string, uri: string): boolean =>
  prefix === "xml"
    ? uri === xml.name
    : prefix !== "xmlns" && uri !== xml.name && uri !== xmlns && (uri !== "" || prefix === "")
