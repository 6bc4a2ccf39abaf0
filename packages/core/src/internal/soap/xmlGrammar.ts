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

/** The attributes of a tag by their qualified names; references in the values are decoded once. */
export type Attributes = ReadonlyMap<string, string>

export interface Document {
  readonly depth: number
  /**
   * The tags without their attributes, and `filler` where a text or a CDATA section stood. The parser reads a text letter by
   * letter, and looks for quotes in an instruction and may not find its end.
   */
  readonly tags: string
  /** Those of each element, in the document's order. */
  readonly attributes: ReadonlyArray<Attributes>
  /** What the document says in these places, in its order; references are decoded once. */
  readonly texts: ReadonlyArray<string>
}

const filler = "."

/** What there is to be parsed of a document, or nothing if it is not well-formed. */
export const scan = (xml: string): Document | undefined => {
  const open: Array<string> = []
  const texts: Array<string> = []
  const attributes: Array<Attributes> = []
  let [end, depth, roots, tags] = [0, 0, 0, ""]
  // Not `matchAll`, which would make a copy of the pattern for each document.
  grammar.lastIndex = 0
  for (let match = grammar.exec(xml); match !== null; match = grammar.exec(xml)) {
    const [token, opened, closed, text, cdata, comment] = match
    end = grammar.lastIndex
    if (opened !== undefined) {
      const found = token.endsWith(">") ? none : attributesAt(xml, end)
      if (found === undefined) return undefined
      if (found !== none) grammar.lastIndex = end = attributeOrEnd.lastIndex
      attributes.push(found)
      if (open.length === 0) roots++
      depth = Math.max(depth, open.length + 1)
      const isEmpty = xml.charAt(end - 2) === "/"
      if (!isEmpty) open.push(opened)
      tags += isEmpty ? `<${opened}/>` : `<${opened}>`
    } else if (closed !== undefined) {
      if (open.pop() !== closed) return undefined
      tags += token
    } else if (text !== undefined && open.length === 0) {
      if (!xmlText.isBlank(text)) return undefined
    } else if (text !== undefined || cdata !== undefined) {
      const said = text === undefined ? cdata : data(text)
      if (said === undefined || open.length === 0) return undefined
      texts.push(said)
      tags += filler
    } else if (comment !== undefined && comment.indexOf("--", 4) !== comment.length - 3) return undefined
  }
  return end === xml.length && open.length === 0 && roots === 1 ? { depth, tags, attributes, texts } : undefined
}

const data = (text: string): string | undefined => (text.includes("]]>") ? undefined : xmlText.unescape(text))

const none: Attributes = new Map()

/** The attributes of a tag from here to its end, which `attributeOrEnd` has reached then; nothing if it is not well-formed. */
const attributesAt = (xml: string, start: number): Attributes | undefined => {
  const found = new Map<string, string>()
  attributeOrEnd.lastIndex = start
  for (let match = attributeOrEnd.exec(xml); match !== null; match = attributeOrEnd.exec(xml)) {
    const [, name, double, single = ""] = match
    if (name === undefined) return found
    // Line ends and tabs in a value are blanks (XML 1.0 §3.3.3), but not those that are written as references.
    const value = xmlText.unescape((double ?? single).replace(/[\t\n]/g, " "))
    if (value === undefined || found.has(name)) return undefined
    found.set(name, value)
  }
  return undefined
}
