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
const grammar = new RegExp(
  [
    // A tag to its end, or to its first attribute.
    `<(${qualified})(?:${s}*/?>)?`,
    `</(${qualified})${s}*>`,
    "([^<]+)",
    "<!\\[CDATA\\[([^]*?)\\]\\]>",
    "(<!--[^]*?-->)",
    `^<\\?xml${s}+version${quoted("1\\.\\d+")}${encoding}${standalone}${s}*\\?>`,
    `<\\?(?![xX][mM][lL][ \\t\\r\\n?])${name}(?:${s}[^]*?)?\\?>`
  ].join("|"),
  "gy"
)
// Attributes one by one, since a pattern for all of them would need a stack that grows with their number.
const attributeOrEnd = new RegExp(`${s}+(${qualified})${quoted('([^<"]*)', "([^<']*)")}|${s}*/?>`, "y")

/** An attribute as it is written, but for references, which are decoded once. */
export interface Attribute {
  readonly qualified: string
  readonly value: string
}

/** What an element has of its own. */
interface Own {
  readonly qualified: string
  readonly attributes: ReadonlyArray<Attribute>
  /** All of its character data together; references are decoded once. */
  text: string
}

export interface Document {
  readonly depth: number
  /**
   * The tags alone, without attributes. The parser reads a text letter by letter, and looks for quotes in an instruction and may
   * not find its end.
   */
  readonly tags: string
  /** What each element has, in the document's order. */
  readonly elements: ReadonlyArray<Own>
}

/** What there is to be parsed of a document, or nothing if it is not well-formed. */
export const scan = (xml: string): Document | undefined => {
  const open: Array<Own> = []
  const elements: Array<Own> = []
  const tags: Array<string> = []
  const known = new Map<string, string>()
  let [end, depth, roots] = [0, 0, 0]
  // Not `matchAll`, which would make a copy of the pattern for each document.
  grammar.lastIndex = 0
  for (let match = grammar.exec(xml); match !== null; match = grammar.exec(xml)) {
    const [token, opened, closed, text, cdata, comment] = match
    end = grammar.lastIndex
    if (opened !== undefined) {
      const attributes = token.endsWith(">") ? none : attributesAt(xml, end)
      if (attributes === undefined) return undefined
      if (attributes !== none) grammar.lastIndex = end = attributeOrEnd.lastIndex
      const own = { qualified: opened, attributes, text: "" }
      elements.push(own)
      if (open.length === 0) roots++
      depth = Math.max(depth, open.length + 1)
      const isEmpty = xml.charAt(end - 2) === "/"
      if (!isEmpty) open.push(own)
      tags.push(once(isEmpty ? `<${opened}/>` : `<${opened}>`, known))
    } else if (closed !== undefined) {
      if (open.pop()?.qualified !== closed) return undefined
      tags.push(once(token, known))
    } else if (text !== undefined && open.length === 0) {
      if (!xmlText.isBlank(text)) return undefined
    } else if (text !== undefined || cdata !== undefined) {
      const said = text === undefined ? cdata : data(text)
      const within = open.at(-1)
      if (said === undefined || within === undefined) return undefined
      within.text += said
    } else if (comment !== undefined && comment.indexOf("--", 4) !== comment.length - 3) return undefined
  }
  return end === xml.length && open.length === 0 && roots === 1 ? { depth, tags: tags.join(""), elements } : undefined
}

/** The same text where it is known already: tags repeat themselves, and each copy would be kept until the last is read. */
const once = (text: string, known: Map<string, string>): string => {
  const found = known.get(text) ?? text
  known.set(found, found)
  return found
}

const data = (text: string): string | undefined => (text.includes("]]>") ? undefined : xmlText.unescape(text))

const none: ReadonlyArray<Attribute> = []

/** The attributes of a tag from here to its end, which `attributeOrEnd` has reached then; nothing if it is not well-formed. */
const attributesAt = (xml: string, start: number): ReadonlyArray<Attribute> | undefined => {
  const names = new Set<string>()
  const found: Array<Attribute> = []
  attributeOrEnd.lastIndex = start
  for (let match = attributeOrEnd.exec(xml); match !== null; match = attributeOrEnd.exec(xml)) {
    const [, qualified, double, single = ""] = match
    // An array that has grown has room for sixteen more.
    if (qualified === undefined) return found.slice()
    // Line ends and tabs in a value are blanks (XML 1.0 §3.3.3), but not those that are written as references.
    const value = xmlText.unescape((double ?? single).replace(/[\t\n]/g, " "))
    if (value === undefined || names.has(qualified)) return undefined
    names.add(qualified)
    found.push({ qualified, value })
  }
  return undefined
}
