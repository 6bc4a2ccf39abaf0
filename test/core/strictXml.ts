/**
 * A second opinion on a document: XML 1.0 without a DTD, and its namespaces, read as the recommendations are written.
 *
 * It shares no code with the package, and is neither fast nor lenient.
 */
export interface Tree {
  readonly namespace: string
  readonly name: string
  /** By `{namespace}name`; declarations of namespaces are none. */
  readonly attributes: ReadonlyMap<string, string>
  readonly text: string
  readonly depth: number
  readonly children: ReadonlyArray<Tree>
}

const start =
  "A-Z_a-z\\u{C0}-\\u{D6}\\u{D8}-\\u{F6}\\u{F8}-\\u{2FF}\\u{370}-\\u{37D}\\u{37F}-\\u{1FFF}\\u{200C}\\u{200D}\\u{2070}-\\u{218F}" +
  "\\u{2C00}-\\u{2FEF}\\u{3001}-\\u{D7FF}\\u{F900}-\\u{FDCF}\\u{FDF0}-\\u{FFFD}\\u{10000}-\\u{EFFFF}"
const ncName = `[${start}][${start}\\-.0-9\\u{B7}\\u{300}-\\u{36F}\\u{203F}\\u{2040}]*`
const pattern = (source: string) => new RegExp(source, "uy")
const qName = pattern(`(?:(${ncName}):)?(${ncName})`)
const target = pattern(ncName)
const blank = pattern("[ \\t\\n]+")
const declaration = pattern(
  `<\\?xml[ \\t\\n]+version[ \\t\\n]*=[ \\t\\n]*(?:"1\\.[0-9]+"|'1\\.[0-9]+')` +
    `(?:[ \\t\\n]+encoding[ \\t\\n]*=[ \\t\\n]*(?:"[A-Za-z][A-Za-z0-9._-]*"|'[A-Za-z][A-Za-z0-9._-]*'))?` +
    `(?:[ \\t\\n]+standalone[ \\t\\n]*=[ \\t\\n]*(?:"(?:yes|no)"|'(?:yes|no)'))?[ \\t\\n]*\\?>`
)
const charData = pattern("[^<&]+")
const reference = pattern("&(?:#x([0-9a-fA-F]+)|#([0-9]+)|(lt|gt|amp|quot|apos));")
const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" }

const isChar = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff)

type Scope = ReadonlyMap<string, string>

const xml = "http://www.w3.org/XML/1998/namespace"
const xmlns = "http://www.w3.org/2000/xmlns/"

/** The document's root, or nothing where it is not well-formed. */
export const read = (document: string): Tree | undefined => {
  try {
    return new Reader(document.replace(/\r\n?/g, "\n")).document()
  } catch {
    return undefined
  }
}

class Reader {
  private at = 0
  private readonly source: string

  constructor(source: string) {
    this.source = source
    for (const char of source) this.must(isChar(char.codePointAt(0) ?? 0))
  }

  document(): Tree {
    this.take(declaration)
    this.misc()
    const root = this.element(
      new Map([
        ["", ""],
        ["xml", xml]
      ])
    )
    this.misc()
    this.must(this.at === this.source.length)
    return root
  }

  private misc(): void {
    while (this.take(blank) !== undefined || this.comment() || this.instruction());
  }

  private element(outer: Scope): Tree {
    this.expect("<")
    const [tag, prefix = "", name = ""] = this.need(qName)
    const written = this.attributes()
    const scope = this.scope(written, outer)
    const attributes = this.resolved(written, scope)
    const namespace = scope.get(prefix)
    if (namespace === undefined) throw new Error("unbound prefix")
    if (this.skip("/>")) return { namespace, name, attributes, text: "", depth: 1, children: [] }
    this.expect(">")
    const { children, text } = this.content(scope)
    this.expect(`</${tag}`)
    this.take(blank)
    this.expect(">")
    const depth = 1 + Math.max(0, ...children.map((child) => child.depth))
    return { namespace, name, attributes, text, depth, children }
  }

  private scope(written: ReadonlyMap<string, string>, outer: Scope): Scope {
    const inner = new Map(outer)
    for (const [name, uri] of written) {
      if (name === "xmlns") {
        this.must(uri !== xml && uri !== xmlns)
        inner.set("", uri)
      } else if (name.startsWith("xmlns:")) {
        const prefix = name.slice("xmlns:".length)
        this.must(prefix !== "xmlns" && uri !== xmlns && uri !== "" && (prefix === "xml") === (uri === xml))
        inner.set(prefix, uri)
      }
    }
    return inner
  }

  private resolved(written: ReadonlyMap<string, string>, scope: Scope): ReadonlyMap<string, string> {
    const resolved = new Map<string, string>()
    for (const [name, value] of written) {
      if (name === "xmlns" || name.startsWith("xmlns:")) continue
      const [first = "", second] = name.split(":")
      const namespace = second === undefined ? "" : scope.get(first)
      const expanded = `{${String(namespace)}}${second ?? first}`
      this.must(namespace !== undefined && !resolved.has(expanded))
      resolved.set(expanded, value)
    }
    return resolved
  }

  private attributes(): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    while (this.take(blank) !== undefined) {
      const name = this.take(qName)?.[0]
      if (name === undefined) break
      this.must(!found.has(name))
      this.take(blank)
      this.expect("=")
      this.take(blank)
      found.set(name, this.value())
    }
    return found
  }

  private value(): string {
    const quote = this.skip('"') ? '"' : "'"
    if (quote === "'") this.expect("'")
    let value = ""
    while (!this.skip(quote)) {
      const char = this.source[this.at]
      this.must(char !== undefined && char !== "<")
      if (char === "&") value += this.reference()
      else {
        value += char === "\n" || char === "\t" ? " " : char
        this.at++
      }
    }
    return value
  }

  private content(scope: Scope): { readonly text: string; readonly children: ReadonlyArray<Tree> } {
    const children: Array<Tree> = []
    let text = ""
    while (!this.source.startsWith("</", this.at)) {
      if (this.comment() || this.instruction()) continue
      const data = this.take(charData)?.[0]
      if (data !== undefined) this.must(!data.includes("]]>"))
      if (data !== undefined) text += data
      else if (this.source[this.at] === "&") text += this.reference()
      else if (this.skip("<![CDATA[")) text += this.until("]]>")
      else children.push(this.element(scope))
    }
    return { text, children }
  }

  private reference(): string {
    const [, hex, decimal, name] = this.need(reference)
    if (name !== undefined) return named[name] ?? ""
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
    this.must(isChar(code))
    return String.fromCodePoint(code)
  }

  private comment(): boolean {
    if (!this.skip("<!--")) return false
    this.until("--")
    this.expect(">")
    return true
  }

  private instruction(): boolean {
    if (!this.skip("<?")) return false
    this.must(this.need(target)[0].toLowerCase() !== "xml")
    const before = this.at
    const rest = this.until("?>")
    this.must(rest === "" || /^[ \t\n]/.test(this.source.slice(before)))
    return true
  }

  private until(end: string): string {
    const found = this.source.indexOf(end, this.at)
    this.must(found !== -1)
    const text = this.source.slice(this.at, found)
    this.at = found + end.length
    return text
  }

  private skip(text: string): boolean {
    const found = this.source.startsWith(text, this.at)
    if (found) this.at += text.length
    return found
  }

  private expect(text: string): void {
    this.must(this.skip(text))
  }

  private take(token: RegExp): RegExpExecArray | undefined {
    token.lastIndex = this.at
    const match = token.exec(this.source)
    if (match === null) return undefined
    this.at = token.lastIndex
    return match
  }

  private need(token: RegExp): RegExpExecArray {
    const match = this.take(token)
    if (match === undefined) throw new Error("not well-formed")
    return match
  }

  private must(holds: boolean): void {
    if (!holds) throw new Error("not well-formed")
  }
}

const soap = ["http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope"]

const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text)
const saysNo = (tree: Tree, attribute: string): boolean =>
  /^[ \t\r\n]*(?:0|false)[ \t\r\n]*$/.test(tree.attributes.get(attribute) ?? "0")

const isAbsent = (tree: Tree): boolean =>
  !saysNo(tree, "{http://www.w3.org/2001/XMLSchema-instance}nil") ||
  tree.attributes.has("{}href") ||
  tree.attributes.has("{http://www.w3.org/2003/05/soap-encoding}ref")

/** The text of the one `return` of the one `pingResponse` in the one body, if that is what the document is, and nothing else. */
export const pingReturn = (root: Tree): string | undefined => {
  if (root.name !== "Envelope" || !soap.includes(root.namespace) || !isBlank(root.text)) return undefined
  const parts = root.children.map(({ name, namespace }) => (namespace === root.namespace ? name : "?"))
  if (!["Body", "Header,Body", "Body,Header"].includes(parts.join())) return undefined
  const part = (name: string) => root.children.find((child) => child.name === name)
  const [header, body] = [part("Header"), part("Body")]
  if (header?.children.some((entry) => !saysNo(entry, `{${root.namespace}}mustUnderstand`))) return undefined
  if (!isBlank(header?.text ?? "") || !isBlank(body?.text ?? "") || body?.children.length !== 1) return undefined
  const [response] = body.children
  if (response?.name !== "pingResponse" || !isBlank(response.text) || isAbsent(response)) return undefined
  const [only, ...others] = response.children
  if (only?.name !== "return" || others.length > 0 || only.children.length > 0 || isAbsent(only)) return undefined
  return only.text
}

/** Whether a ping's `return` says that the session lives. */
export const saysOk = (text: string): boolean => /^[ \t\r\n]*OK:[ \t]*(?:[0-9a-fA-F]{32})?[ \t\r\n]*$/.test(text)
