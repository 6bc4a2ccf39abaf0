import type { Random } from "../core/mutate.ts"

const xml = "http://www.w3.org/XML/1998/namespace"
const xmlns = "http://www.w3.org/2000/xmlns/"

/** What no document with namespaces may hold, by where it stands. */
const troubles = {
  name: ["z:e", "xmlns:e", "a:b:c", ":e", "e:", "a::e", "a:1", "1:a", "xml:e:f"],
  attribute: [
    `xmlns:a=""`,
    `xmlns:a="&#x0;"`,
    `xmlns:xml="urn:1"`,
    `xmlns:xml=""`,
    `xmlns:a="${xml}"`,
    `xmlns:a="${xml.replace("w", "&#119;")}"`,
    `xmlns="${xml}"`,
    `xmlns:xmlns="urn:1"`,
    `xmlns:xmlns="${xmlns}"`,
    `xmlns:a="${xmlns}"`,
    `xmlns="${xmlns}"`,
    `xmlns:="urn:1"`,
    `xmlns:a:b="urn:1"`,
    `z:p="1"`,
    `:p="1"`,
    `p:="1"`,
    `a:p:q="1"`,
    `xml:lang="en" xml:lang="de"`,
    `m="1" n="2" m="3"`,
    `xmlns:m="urn:m" xmlns:n="urn:m" m:p="1" n:p="2"`,
    `m:p="1" n:p="2" xmlns:n="urn:&#x6d;" xmlns:m="urn:m"`,
    `xmlns:m="urn:m n" xmlns:n="urn:m\nn" m:p="1" n:p="2"`
  ],
  content: ["<?a:b?>", "<?:a?>", "<?xml x?>", "&a:b;", "&:a;", "&a;", "]]>", "<!-- -- -->", "</a:b:c>"]
} as const

/** What looks like trouble, and is none. */
const oddities = {
  name: ["xml:e", "xmlish", "xmlns", "_", "E-1.e", "e"],
  attribute: [
    `xmlns:xml="${xml}"`,
    `xmlns:xmlish="urn:1" xmlish:p="1"`,
    `xml:lang="en"`,
    `xml:p="1" p="2"`,
    `xmlns:m="urn:m" xmlns:n="urn:M" m:p="1" n:p="2" p="3"`,
    `xmlns:m="urn:m&#10;" xmlns:n="urn:m " m:p="1" n:p="2"`,
    `xmlns="urn:m" xmlns:m="urn:m" m:p="1" p="2"`,
    `xmlns:m='" xmlns:m="'`,
    `xmlns=""`
  ],
  content: ["<?xml-x y?>", "<?a b:c?>", "<!-- a:b:c -->", "<![CDATA[<a:b:c>&z;]]>", "&amp;a:b;", "]]", "\r\n", ">"]
} as const

type Place = keyof typeof troubles

const pick = <A>(next: Random, from: ReadonlyArray<A>): A => from[next(from.length)] as A

class Writer {
  readonly troubles: Array<string> = []
  readonly oddities: Array<string> = []
  private readonly next: Random

  constructor(next: Random) {
    this.next = next
  }

  document(): string {
    const declaration = pick(this.next, ["", "", `<?xml version="1.0"?>`, `<?xml version='1.0' encoding='utf-8'?>\n`])
    return `${declaration}${pick(this.next, ["", "\n", "<!-- a -->"])}${this.element(4, [""])}${pick(this.next, ["", "\n"])}`
  }

  private element(levels: number, outer: ReadonlyArray<string>): string {
    const declared = ["", "a", "b", "c"].filter(() => this.next(4) === 0)
    const scope = [...new Set([...outer, ...declared])]
    const uris = ["urn:1", "urn:2", "urn:&#49;", "urn:1 x", "urn:1\tx", "URN:1"]
    const declarations = declared.map(
      (prefix) => `xmlns${prefix === "" ? "" : ":"}${prefix}="${pick(this.next, uris)}"`
    )
    const attributes = ["p", "p", "q"]
      .filter(() => this.next(4) === 0)
      .map((name) => `${this.qualified(scope, name)}="&lt;\n1"`)
    const special = this.special("attribute")
    const written = [...declarations, ...attributes, ...(special === undefined ? [] : [special])]
    // The order of attributes says nothing.
    if (this.next(2) === 0) written.reverse()
    const name = this.special("name") ?? this.qualified(scope, pick(this.next, ["e", "f"]))
    const tag = [name, ...written].join(pick(this.next, [" ", "\n "]))
    return levels === 0 ? `<${tag}/>` : `<${tag}>${this.content(levels, scope)}</${name}>`
  }

  private content(levels: number, scope: ReadonlyArray<string>): string {
    let content = ""
    for (let parts = this.next(4); parts > 0; parts--) {
      content += this.next(2) === 0 ? this.element(levels - 1, scope) : pick(this.next, ["x", " é ", "&#65;", "\n"])
    }
    return content + (this.special("content") ?? "")
  }

  private qualified(scope: ReadonlyArray<string>, name: string): string {
    const prefix = pick(this.next, scope)
    return prefix === "" ? name : `${prefix}:${name}`
  }

  private special(place: Place): string | undefined {
    const chance = this.next(32)
    if (chance > 2) return undefined
    const [from, list] = chance === 0 ? [troubles[place], this.troubles] : [oddities[place], this.oddities]
    const text: string = pick<string>(this.next, from)
    list.push(text)
    return text
  }
}

export interface Document {
  readonly xml: string
  /** Those that the document was given, which make it one that must be refused. */
  readonly troubles: ReadonlyArray<string>
  readonly oddities: ReadonlyArray<string>
}

/** A document of elements with namespaces; whether it is well-formed is for others to judge. */
export const write = (next: Random): Document => {
  const writer = new Writer(next)
  return { xml: writer.document(), troubles: writer.troubles, oddities: writer.oddities }
}

export const everyTrouble: ReadonlyArray<string> = Object.values(troubles).flat()
export const everyOddity: ReadonlyArray<string> = Object.values(oddities).flat()
