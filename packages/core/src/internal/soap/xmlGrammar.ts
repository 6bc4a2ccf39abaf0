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
const value = quoted('[^<"]*', "[^<']*")
const encoding = `(?:${s}+encoding${quoted("[A-Za-z][\\w.-]*")})?`
const standalone = `(?:${s}+standalone${quoted("(?:yes|no)")})?`
const grammar = new RegExp(
  [
    `<(${qualified})((?:${s}+${qualified}${value})*)${s}*(/?)>`,
    `</(${qualified})${s}*>`,
    "([^<]+)",
    "<!\\[CDATA\\[([^]*?)\\]\\]>",
    "(<!--[^]*?-->)",
    `^<\\?xml${s}+version${quoted("1\\.\\d+")}${encoding}${standalone}${s}*\\?>`,
    `<\\?(?![xX][mM][lL][ \\t\\r\\n?])${name}(?:${s}[^]*?)?\\?>`
  ].join("|"),
  "gy"
)
const attribute = new RegExp(`(${qualified})${value}`, "g")

export interface Document {
  readonly depth: number
  /**
   * The tags alone, with `filler` where a text or a CDATA section stood. The parser reads a text letter by letter, and looks for
   * quotes in an instruction and may not find its end.
   */
  readonly tags: string
  /** What the document says in these places, in its order; references are decoded once. */
  readonly texts: ReadonlyArray<string>
}

const filler = "."

/** What there is to be parsed of a document, or nothing if it is not well-formed. */
export const scan = (xml: string): Document | undefined => {
  const open: Array<string> = []
  const texts: Array<string> = []
  let [end, depth, roots, tags] = [0, 0, 0, ""]
  // Not `matchAll`, which would make a copy of the pattern for each document.
  grammar.lastIndex = 0
  for (let match = grammar.exec(xml); match !== null; match = grammar.exec(xml)) {
    const [token, opened, attributes = "", empty, closed, text, cdata, comment] = match
    end += token.length
    if (opened !== undefined) {
      if (open.length === 0) roots++
      if (!areDistinct(attributes) || xmlText.unescape(attributes) === undefined) return undefined
      depth = Math.max(depth, open.length + 1)
      if (empty === "") open.push(opened)
      tags += token
    } else if (closed !== undefined) {
      if (open.pop() !== closed) return undefined
      tags += token
    } else if (text !== undefined && open.length === 0) {
      if (!isBlank.test(text)) return undefined
    } else if (text !== undefined || cdata !== undefined) {
      const said = text === undefined ? cdata : data(text)
      if (said === undefined || open.length === 0) return undefined
      texts.push(said)
      tags += filler
    } else if (comment !== undefined && comment.indexOf("--", 4) !== comment.length - 3) return undefined
  }
  return end === xml.length && open.length === 0 && roots === 1 ? { depth, tags, texts } : undefined
}

const data = (text: string): string | undefined => (text.includes("]]>") ? undefined : xmlText.unescape(text))

const isBlank = /^[ \t\r\n]+$/

const areDistinct = (attributes: string): boolean => {
  const names = new Set<string | undefined>()
  attribute.lastIndex = 0
  for (let match = attribute.exec(attributes); match !== null; match = attribute.exec(attributes)) {
    if (names.has(match[1])) return false
    names.add(match[1])
  }
  return true
}
