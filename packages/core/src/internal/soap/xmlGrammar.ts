import { refuse, unlessDistinct } from "./refuse.ts"
import * as xmlText from "./xmlText.ts"

// Names by XML 1.0 §2.3, save letters beyond U+FFFF, and save U+1680 and U+FEFF, which the parser takes for white space.
const letter =
  "A-Z_a-z\\u00C0-\\u00D6\\u00D8-\\u00F6\\u00F8-\\u02FF\\u0370-\\u037D\\u037F-\\u167F\\u1681-\\u1FFF\\u200C\\u200D\\u2070-\\u218F" +
  "\\u2C00-\\u2FEF\\u3001-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFEFE\\uFF00-\\uFFFD"
const name = `[${letter}][${letter}.0-9\\u00B7\\u0300-\\u036F\\u203F\\u2040-]*`
const qualified = `${name}(?::${name})?`

// Markup by XML 1.0 §2. No alternative can match in two ways, so that no document takes more than linear time.
const s = "[ \\t\\r\\n]"
const quoted = (double: string, single = double) => `${s}*=${s}*(?:"${double}"|'${single}')`
const encoding = `(?:${s}+encoding${quoted("[A-Za-z][\\w.-]*")})?`
const standalone = `(?:${s}+standalone${quoted("(?:yes|no)")})?`
const markup = new RegExp(
  [
    // A tag to its end, or to its first attribute.
    `<(${qualified})(?:${s}*/?>)?`,
    "<!\\[CDATA\\[([^]*?)\\]\\]>",
    // To the first two hyphens, which have to be its end: what is ahead is looked for once.
    "<!--(?=([^]*?--))\\3>",
    `^<\\?xml${s}+version${quoted("1\\.\\d+")}${encoding}${standalone}${s}*\\?>`,
    `<\\?(?![xX][mM][lL][ \\t\\r\\n?])${name}(?:${s}[^]*?)?\\?>`
  ].join("|"),
  "y"
)
// Attributes one by one, since a pattern for all of them would need a stack that grows with their number.
const attribute = new RegExp(`${s}+(${qualified})${quoted('([^<"]*)', "([^<']*)")}(?:${s}*/?>)?`, "y")

/** A name of elements and its tags: one object for all that have it, since a document repeats its names. */
interface Name {
  readonly name: string
  readonly start: string
  readonly end: string
}

/** An attribute as it is written, but for references, which are decoded once: its name has its prefix, its namespace is to come. */
export interface Attribute {
  namespace: string
  name: string
  readonly value: string
}

/** An element as it is written: its name has its prefix, its namespace and its children are to come. */
export interface Element {
  namespace: string
  name: string
  attributes: ReadonlyArray<Attribute>
  /** All of its character data together; references are decoded once. */
  text: string
  children: Array<Element>
}

export interface Document {
  readonly depth: number
  /**
   * The tags alone, without attributes. The parser reads a text letter by letter, and looks for quotes in an instruction and may
   * not find its end.
   */
  readonly tags: string
  /** In the document's order. */
  readonly elements: ReadonlyArray<Element>
}

/** What there is to be parsed of a document; refuses what is not well-formed. */
export const scan = (xml: string): Document => {
  const open: Array<Element> = []
  const elements: Array<Element> = []
  const tags: Array<string> = []
  const names = new Map<string, Name>()
  let [at, depth] = [0, 0]
  // Texts and closing tags are found without a pattern, which would make an array for each of them.
  for (let next = xml.indexOf("<"); next !== -1; next = xml.indexOf("<", at)) {
    const within = open.at(-1)
    const text = xml.slice(at, next)
    if (within !== undefined) within.text += text.includes("]]>") ? refuse() : unescape(text)
    else if (!xmlText.isBlank(text)) refuse()
    if (xml.charAt(next + 1) === "/") {
      const { name } = open.pop() ?? refuse()
      at = xml.indexOf(">", next) + 1
      const blanks = xml.slice(next + 2 + name.length, at - 1)
      if (at === 0 || !xml.startsWith(name, next + 2) || !xmlText.isBlank(blanks)) refuse()
      tags.push(nameOf(name, names).end)
      continue
    }
    markup.lastIndex = next
    const [token, opened, cdata] = markup.exec(xml) ?? refuse()
    at = attribute.lastIndex = markup.lastIndex
    if (opened !== undefined) {
      if (within === undefined && elements.length > 0) refuse()
      const attributes = token.endsWith(">") ? none : attributesOf(xml)
      at = attribute.lastIndex
      const { end, name, start } = nameOf(opened, names)
      const element = { namespace: "", name, attributes, text: "", children: none }
      elements.push(element)
      depth = Math.max(depth, open.length + 1)
      tags.push(start)
      if (xml.charAt(at - 2) === "/") tags.push(end)
      else open.push(element)
    } else if (cdata !== undefined) (within ?? refuse()).text += cdata
  }
  if (open.length > 0 || elements.length === 0 || !xmlText.isBlank(xml.slice(at))) refuse()
  return { depth, tags: tags.join(""), elements }
}

const unescape = (text: string): string => xmlText.unescape(text) ?? refuse()

const nameOf = (name: string, names: Map<string, Name>): Name => {
  const known = names.get(name)
  if (known !== undefined) return known
  const added = { name, start: `<${name}>`, end: `</${name}>` }
  names.set(name, added)
  return added
}

// What most elements have of attributes, and of children.
const none: Array<never> = []
Object.freeze(none)

/** Adds to an array, or to none: most have one item, and an array that has grown has room for sixteen more. */
export const append = <A>(items: Array<A>, item: A): Array<A> => {
  if (items.length === 0) return [item]
  items.push(item)
  return items
}

/** The attributes of a tag from where `attribute` is to its end, where `attribute` is then. */
const attributesOf = (xml: string): ReadonlyArray<Attribute> => {
  let found: Array<Attribute> = none
  for (;;) {
    const [token, name = "", double, single = ""] = attribute.exec(xml) ?? refuse()
    // Line ends and tabs in a value are blanks (XML 1.0 §3.3.3), but not those that are written as references.
    const value = unescape((double ?? single).replace(/[\t\n]/g, " "))
    found = append(found, { namespace: "", name, value })
    if (token.endsWith(">")) break
  }
  unlessDistinct(found.map((it) => it.name))
  return found
}
