import * as Envelope from "@effect-clickatell/core/Envelope"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { envelope, pinged, reply, utf8 } from "./codec.ts"
import * as processorTime from "./processorTime.ts"

const fill = (part: string, size: number) => part.repeat(Math.floor(size / part.length))

const within = (size: number, part: string, before = "<a>", after = "</a>") =>
  envelope(before + fill(part, size) + after)

// The processor's time is counted in steps of some milliseconds.
const duration = (work: () => unknown) => {
  const spent = processorTime.stopwatch()
  let runs = 0
  do {
    work()
    runs += 1
  } while (spent() < 20)
  return spent() / runs
}

// What an attacker can repeat, and what the parts of a large reply are.
const documents: Readonly<Record<string, (size: number) => string>> = {
  "one text": (size) => within(size, "a"),
  records: (size) => reply("getbalance", ...Array.from({ length: size / 32 }, (_, n) => `OK: ${n}`)),
  lines: (size) => within(size, "ID: 0123 To: 4567\n", "<return>", "</return>"),
  references: (size) => within(size, "&#65;"),
  "named references": (size) => within(size, "&amp;"),
  "references to nothing": (size) => within(size, "&#0;"),
  "long reference": (size) => within(size, "a", "<a>&", ";</a>"),
  "zeros in a reference": (size) => within(size, "0", "<a>&#", ";</a>"),
  "bare ampersands": (size) => within(size, "&"),
  siblings: (size) => within(size, "<b/>"),
  "open tags": (size) => within(size, "<b>"),
  depth: (size) => envelope(fill("<b>", size / 2) + fill("</b>", (size / 2 / 3) * 4)),
  "less-than signs": (size) => within(size, "<"),
  "markup declarations": (size) => within(size, "<!b>"),
  "open comments": (size) => within(size, "<!--"),
  hyphens: (size) => within(size, "-", "<a><!--", "--></a>"),
  comments: (size) => within(size, "<!---->"),
  "comments in a text": (size) => within(size, "a<!--b-->"),
  "open instructions": (size) => within(size, "<?"),
  instructions: (size) => within(size, "<?b?>"),
  CDATA: (size) => within(size, "<![CDATA[a]]>"),
  "open CDATA": (size) => within(size, "<![CDATA["),
  brackets: (size) => within(size, "]"),
  "brackets in CDATA": (size) => within(size, "]", "<a><![CDATA[", "]]></a>"),
  "spaces in a tag": (size) => within(size, " ", `<a b="1"`, "/>"),
  "spaces in a closing tag": (size) => within(size, " ", "<a></a", ">"),
  "spaces before a bad attribute": (size) => within(size, " ", "<a b", "/>"),
  attributes: (size) => envelope(`<a${numbered(size, (n) => ` a${n}="1"`)}/>`),
  "the same attribute": (size) => within(size, ` a="1"`, "<a", "/>"),
  "elements with attributes": (size) => within(size, `<b c="1" d="&amp;"/>`),
  "a long value": (size) => within(size, "a", `<a b="`, `"/>`),
  "references in a value": (size) => within(size, "&amp;", `<a b="`, `"/>`),
  "quotes in a value": (size) => within(size, "'", `<a b="`, `"/>`),
  "open quotes": (size) => within(size, `<b c="`),
  "comments in a value": (size) => within(size, "<!--", `<a b="`, `"/>`),
  "declared namespaces": (size) => envelope(`<a${numbered(size, (n) => ` xmlns:a${n}="u${n}"`)}/>`),
  "namespaces of children": (size) =>
    envelope(`<a${numbered(size / 2, (n) => ` xmlns:a${n}="u"`)}>${fill(`<b xmlns="u"/>`, size / 2)}</a>`),
  "attributes of a namespace with a long name": (size) =>
    envelope(
      `<a xmlns:p="${fill("u", size / 4)}" xmlns:q="${fill("u", size / 4)}"` +
        `${numbered(size / 2, (n) => ` p:a${n}="" q:b${n}=""`)}/>`
    ),
  // An engine may take all long texts of one length for likely equal, and compare them to their ends.
  "attributes of namespaces with names of one length": (size) => {
    const prefixes = Array.from({ length: size / 2 / 16_384 }, (_, n) => `p${n}`)
    const declared = prefixes.map((prefix, n) => ` xmlns:${prefix}="${String(n).padStart(16_384, "u")}"`).join("")
    const used = prefixes.map((prefix) => ` ${prefix}:a=""`).join("")
    return envelope(`<a${declared}>${fill(`<b${used}/>`, size / 2)}</a>`)
  },
  "a long name": (size) => envelope(`<${fill("b", size / 2)}></${fill("b", size / 2)}>`),
  // Paths of such elements, written out for each, would be quadratic in their length.
  "elements in one with a long name": (size) => {
    const name = fill("b", size / 8)
    return envelope(`<${name}>${fill("<c/>", size / 2)}</${name}>`)
  },
  "a long prefix": (size) => within(size / 2, "p", "<a:b/><", ":b/>"),
  colons: (size) => within(size, "a:", "<", "/>"),
  "white space before": (size) => fill(" ", size) + envelope("<a/>"),
  "white space after": (size) => envelope("<a/>") + fill(" ", size),
  declaration: (size) => `<?xml version="1.0"${fill(" ", size)}?>${envelope("<a/>")}`,
  "encodings in a declaration": (size) => `<?xml ${fill(` encoding='`, size)}`,
  "lines before an error": (size) => `${fill("\n", size)}<a></b>`
}

const numbered = (size: number, part: (n: number) => string): string => {
  const length = Math.floor(size / part(10_000).length)
  return Array.from({ length }, (_, n) => part(10_000 + n)).join("")
}

const [kib64, mib] = [65_536, 1_048_576]

/**
 * From 64 KiB to 1 MiB is 16 times the work where it is linear and 256 times where it is quadratic; what is quick anyway may vary.
 * A collection can fall into one measurement, and not into three.
 */
const assertLinear = (time: (size: number) => number, plain: number) => {
  const measured: Array<string> = []
  for (let left = 3; left > 0; left--) {
    const [small, large] = [time(kib64), time(mib)]
    if (large < 64 * small || large < 4 * plain) return
    measured.push(`${small.toFixed(2)} ms for 64 KiB, ${large.toFixed(2)} ms for 1 MiB`)
  }
  assert.fail(`${measured.join("; ")}; and ${plain.toFixed(2)} ms for one text of 1 MiB`)
}

const parsing = (document: Uint8Array) => duration(() => Envelope.parse("document-literal", document))

describe("the time that a document of up to 1 MiB takes", () => {
  const plain = parsing(utf8(within(mib, "a")))

  for (const [name, document] of Object.entries(documents)) {
    it(`grows with its size: ${name}`, () => assertLinear((size) => parsing(utf8(document(size))), plain))
  }
})

const reading = (text: string) => {
  const body = utf8(reply("ping", text))
  return duration(() => Effect.runSync(pinged(body)))
}

describe("the time that the text of a reply of up to 1 MiB takes", () => {
  const texts: Readonly<Record<string, (size: number) => string>> = {
    "blanks and a line": (size) => `OK:${fill(" ", size)}\nx`,
    "blanks and an error": (size) => `OK:${fill(" ", size)}ERR: 001`,
    "blanks within": (size) => `OK: a${fill(" ", size)}b`,
    "blanks around": (size) => `${fill(" \n", size / 2)}OK:${fill(" \n", size / 2)}`,
    "lines of OK": (size) => fill("OK:\n", size),
    errors: (size) => `OK: ${fill("ERR", size)}`,
    "a code": (size) => `ERR: ${fill("1", size)}`,
    "a code and more": (size) => `ERR: ${fill("1", size)}x`,
    "blanks before a code": (size) => `ERR:${fill(" ", size)}x`,
    recipients: (size) => `ERR: 001, ${fill("To: 1 ", size)}`,
    "blanks after an id": (size) => `ID: a${fill(" ", size)}b`,
    "blanks before a status": (size) => `ID: a charge: 1${fill(" ", size)}b`,
    "an id": (size) => `ID: ${fill("a", size)} b`,
    "no record": (size) => fill("a", size)
  }
  const plain = reading(`OK: ${fill("a", mib)}`)

  for (const [name, text] of Object.entries(texts)) {
    it(`grows with its size: ${name}`, () => assertLinear((size) => reading(text(size)), plain))
  }
})
