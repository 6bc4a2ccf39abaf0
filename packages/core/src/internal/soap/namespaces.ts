import type { Attribute as Written } from "./xmlGrammar.ts"

/** What a prefix stands for. One object for each name of a document: comparing long names again and again takes quadratic time. */
interface Namespace {
  readonly name: string
}

/** An attribute that is no declaration, its namespace resolved: none without a prefix. */
export interface Attribute {
  readonly namespace: string
  readonly name: string
  readonly value: string
}

/** What the prefixes at one place of a document stand for. */
export type Scope = (prefix: string) => Namespace | undefined

/** The namespaces that a document has named so far, by their names. */
export type Known = Map<string, Namespace>

const none: Namespace = { name: "" }
const xml: Namespace = { name: "http://www.w3.org/XML/1998/namespace" }
const xmlns = "http://www.w3.org/2000/xmlns/"

/** What is known before anything is declared. */
export const known = (): Known => new Map([none, xml].map((namespace) => [namespace.name, namespace]))

export const outermost: Scope = (prefix) => (prefix === "" ? none : prefix === "xml" ? xml : undefined)

/** The scope within an element, or nothing where Namespaces in XML 1.0 §2 and §3 forbid what it declares. */
export const declare = (attributes: ReadonlyArray<Written>, outer: Scope, known: Known): Scope | undefined => {
  const inner = new Map<string, Namespace>()
  for (const { qualified, value } of attributes) {
    if (!isDeclaration(qualified)) continue
    const prefix = qualified.slice("xmlns:".length)
    if (!isAllowed(prefix, value)) return undefined
    const namespace = known.get(value) ?? { name: value }
    known.set(value, namespace)
    inner.set(prefix, namespace)
  }
  // Asks outwards, since a copy of what is outside would take quadratic time.
  return inner.size === 0 ? outer : (prefix) => inner.get(prefix) ?? outer(prefix)
}

const isDeclaration = (name: string): boolean => name === "xmlns" || name.startsWith("xmlns:")

const isAllowed = (prefix: string, uri: string): boolean =>
  prefix === "xml"
    ? uri === xml.name
    : prefix !== "xmlns" && uri !== xml.name && uri !== xmlns && (uri !== "" || prefix === "")

/** The attributes but for declarations, or nothing where a prefix is not bound or two have one name (§6.3). */
export const resolve = (attributes: ReadonlyArray<Written>, scope: Scope): ReadonlyArray<Attribute> | undefined => {
  const found: Array<Attribute> = []
  const names = new Map<Namespace, Set<string>>()
  for (const { qualified, value } of attributes) {
    if (isDeclaration(qualified)) continue
    const [prefix, name] = split(qualified)
    // The default namespace is not one for attributes.
    const namespace = prefix === "" ? none : scope(prefix)
    if (namespace === undefined) return undefined
    const others = names.get(namespace) ?? new Set()
    if (others.has(name)) return undefined
    names.set(namespace, others.add(name))
    found.push({ namespace: namespace.name, name, value })
  }
  // An array that has grown has room for sixteen more.
  return found.slice()
}

export const split = (qualified: string): readonly [prefix: string, name: string] => {
  const colon = qualified.indexOf(":")
  return colon === -1 ? ["", qualified] : [qualified.slice(0, colon), qualified.slice(colon + 1)]
}
