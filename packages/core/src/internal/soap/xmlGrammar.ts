import * as xmlText from "./xmlText.ts"

// Markup by XML 1.0 §2, save which letters beyond ASCII a name may have: the validator sees to that, but it lets through what the
// parser can only guess at, such as `<!a>`. No alternative can match in two ways, so that no document takes more than linear time.
const [s, name] = ["[ \\t\\r\\n]", "[^\\s\\0-@[-^`{-\\x7F][^\\s\\0-,/:-@[-^`{-\\x7F]*"]
const qualified = `${name}(?::${name})?`
const quoted = (double: string, single = double) => `${s}*=${s}*(?:"${double}"|'${single}')`
const attributes = `(?:${s}+${qualified}${quoted('[^<"]*', "[^<']*")})*${s}*`
const encoding = `(?:${s}+encoding${quoted("[A-Za-z][\\w.-]*")})?`
const standalone = `(?:${s}+standalone${quoted("(?:yes|no)")})?`
const grammar = new RegExp(
  [
    `^<\\?xml${s}+version${quoted("1\\.\\d+")}${encoding}${standalone}${s}*\\?>`,
    `<\\?(?![xX][mM][lL][ \\t\\r\\n?])${name}(?:${s}[^]*?)?\\?>`,
    "<!--[^-]*(?:-[^-]+)*-->",
    "<!\\[CDATA\\[[^]*?\\]\\]>",
    `<${qualified}${attributes}/?>|</${qualified}${s}*>`,
    "[^<\\]]+|\\](?!\\]>)"
  ].join("|"),
  "gy"
)

export interface Document {
  readonly depth: number
  /** All but comments and instructions, since the parser looks for quotes in an instruction and may not find its end. */
  readonly content: string
}

/** How deep a document goes and what of it is to be parsed, or nothing if it is not well-formed. */
export const scan = (xml: string): Document | undefined => {
  let [read, open, depth, content] = [0, 0, 0, ""]
  for (const [token] of xml.matchAll(grammar)) {
    read += token.length
    if (isAside.test(token)) continue
    if (!isPlaced(token, open)) return undefined
    content += token
    if (token.startsWith("</")) open--
    else if (isTag.test(token)) {
      depth = Math.max(depth, open + 1)
      if (!token.endsWith("/>")) open++
    }
  }
  return read === xml.length ? { depth, content } : undefined
}

const isAside = /^<(?:!--|\?)/
const isTag = /^<[^!]/

// Content has its place in the root, and references theirs in text and attributes.
const isPlaced = (token: string, open: number): boolean => {
  if (token.startsWith("<!")) return open > 0
  return (open > 0 || isTag.test(token) || /^[ \t\r\n]+$/.test(token)) && xmlText.unescape(token) !== undefined
}
