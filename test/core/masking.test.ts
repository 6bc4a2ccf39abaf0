import * as Authenticate from "@effect-clickatell/core/Authenticate"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck, Redacted } from "effect"
import * as masking from "../../packages/core/src/internal/soap/masking.ts"
import { search } from "../../packages/core/src/internal/soap/search.ts"
import { answering, hex, reply } from "./codec.ts"
import * as processorTime from "./processorTime.ts"
import { credentials } from "./support.ts"

const mask = (text: string, ...secrets: ReadonlyArray<string>): string =>
  masking.make(secrets.map((secret) => Redacted.make(secret)))(text)

const each = (text: string, write: (char: string) => string): string => Array.from(text, write).join("")
const units = (text: string, write: (unit: number) => string): string =>
  text
    .split("")
    .map((unit) => write(unit.charCodeAt(0)))
    .join("")
const inHex = (code: number, length: number): string => code.toString(16).padStart(length, "0")
const bytes = (text: string): ReadonlyArray<number> => Array.from(new TextEncoder().encode(text))

const inXml = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "apos" }[char] ?? ""};`)
const inJson = (text: string): string => JSON.stringify(text).slice(1, -1)
const inUrl = encodeURIComponent
const forUrl = (base64: string): string => base64.replaceAll("+", "-").replaceAll("/", "_")
const split = (between: string) => (text: string) => `${text.slice(0, 5)}${between}${text.slice(5)}`

/** What servers, proxies and languages make of a text that they repeat. */
const forms: Readonly<Record<string, (text: string) => string>> = {
  "as it is": (text) => text,
  "XML, by name": inXml,
  "XML, by decimal numbers": (text) => each(text, (char) => `&#${char.codePointAt(0) ?? 0};`),
  "XML, by padded hexadecimal numbers": (text) => each(text, (char) => `&#x00${inHex(char.codePointAt(0) ?? 0, 1)};`),
  "XML, by upper-case numbers": (text) =>
    each(text, (char) => `&#x${inHex(char.codePointAt(0) ?? 0, 1).toUpperCase()};`),
  "XML in XML": (text) => inXml(inXml(text)),
  "a URL": inUrl,
  "a URL in lower case": (text) => inUrl(text).replace(/%../g, (escape) => escape.toLowerCase()),
  "a URL, every byte": (text) =>
    bytes(text)
      .map((byte) => `%${inHex(byte, 2)}`)
      .join(""),
  "a query": (text) => new URLSearchParams([["", text]]).toString().slice(1),
  "a URL in a URL": (text) => inUrl(inUrl(text)),
  JSON: inJson,
  "JSON, with escaped slashes": (text) => inJson(text).replaceAll("/", "\\/"),
  "JSON, every letter": (text) => units(text, (unit) => `\\u${inHex(unit, 4)}`),
  "JSON, every letter in upper case": (text) => units(text, (unit) => `\\u${inHex(unit, 4).toUpperCase()}`),
  "JSON in JSON": (text) => inJson(inJson(text)),
  "JSON in XML": (text) => inXml(inJson(text)),
  "a URL in JSON in XML": (text) => inXml(inJson(inUrl(text))),
  "with a comment in the middle": split("<!-- 1 -->"),
  "with CDATA in the middle": split("<![CDATA[]]>"),
  "with an instruction in the middle": split("<?php ?>"),
  "with what nobody sees": split("\u200b\u00ad\u2060\ufeff\u0000")
}

const secrets = [
  "canary-hunter2",
  `canary "a' <b> & c/d`,
  "pässwörd 📨 +1",
  "back\\slash\\n\\u0041",
  "%41&amp;&lt;100%",
  "\r\ncan\r\nary"
]

describe("a secret", () => {
  it.each(Object.entries(forms))("is hidden: %s", (_, write) => {
    for (const secret of secrets) {
      const [start, end] = [`<a b="`, `">`]
      assert.strictEqual(mask(`${start}${write(secret)}${end}`, secret), `${start}<redacted>${end}`, write(secret))
      assert.strictEqual(mask(write(secret), "other", secret), "<redacted>")
    }
  })

  it("is hidden in base64, whatever is before and after it and in either alphabet", () => {
    for (const secret of secrets.map((text) => text.trim())) {
      for (const before of [0, 1, 2, 3, 4, 5]) {
        const encoded = Buffer.from(`${"?".repeat(before)}${secret}:suffix`).toString("base64")
        const left = encoded.slice(0, Math.floor((before * 4) / 3))
        const right = encoded.slice(Math.ceil(((before + bytes(secret).length) * 4) / 3))
        for (const write of [(text: string) => text, inJson, (text: string) => text.replaceAll("/", "\\/"), inUrl]) {
          assert.strictEqual(mask(write(encoded), secret), `${write(left)}<redacted>${write(right)}`, encoded)
        }
        assert.strictEqual(mask(forUrl(encoded), secret), `${forUrl(left)}<redacted>${forUrl(right)}`, encoded)
      }
      assert.match(mask(Buffer.from(secret).toString("base64"), secret), /^<redacted>=*$/)
    }
  })

  it("is hidden with a comment in the middle of it in a document that is a text in another", () =>
    assert.strictEqual(
      mask(inXml(`<a>${split("<!-- 1 -->")("canary")}</a>`), "canary"),
      inXml("<a>[]</a>").replace("[]", "<redacted>")
    ))

  it("is hidden in a comment, and where one is never closed", () => {
    for (const open of ["<!--", "<?a ", "<![CDATA["]) {
      assert.strictEqual(mask(`${open} canary`, "canary"), `${open} <redacted>`)
      assert.strictEqual(mask(`canary ${open}`, "canary"), `<redacted> ${open}`)
    }
  })

  it("is hidden as often as it is there, also where it overlaps itself or another", () => {
    assert.strictEqual(mask("xaaaaaaax aaaa", "aaaa"), "x<redacted>x <redacted>")
    assert.strictEqual(mask("-abcabcab-", "abcab"), "-<redacted>-")
    assert.strictEqual(mask("-abcdefgh-", "abcde", "defgh"), "-<redacted>-")
  })

  it("of three characters or fewer is not looked for", () =>
    assert.strictEqual(mask("abc YWJj a%62c", "abc"), "abc YWJj a%62c"))

  const char = FastCheck.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 1 })
  const escapes = [
    (text: string) => each(text, (char) => `&#${char.charCodeAt(0)};`),
    (text: string) => each(text, (char) => `&#X${inHex(char.charCodeAt(0), 4)};`),
    (text: string) => each(text, (char) => `\\u${inHex(char.charCodeAt(0), 4)}`),
    (text: string) => each(text, (char) => `\\x${inHex(char.charCodeAt(0), 2)}`),
    (text: string) => each(text, (char) => `%${inHex(char.charCodeAt(0), 2)}`)
  ]
  it.prop(
    "is hidden if every letter is escaped in a way of its own",
    [FastCheck.array(FastCheck.tuple(char, FastCheck.constantFrom(...escapes)), { minLength: 4, maxLength: 40 })],
    ([letters]) => {
      const secret = letters.map(([letter]) => letter).join("")
      FastCheck.pre(secret.replace(/[\s+]+/g, "").length > 3)
      assert.strictEqual(mask(`|${letters.map(([letter, write]) => write(letter)).join("")}|`, secret), "|<redacted>|")
    }
  )
})

describe("what looks like a session id", () => {
  it.each(Object.entries(forms))("is hidden: %s", (_, write) => {
    for (const id of [hex, hex.toUpperCase()]) {
      assert.strictEqual(mask(`<a>OK: ${write(id)}</a>`), "<a>OK: <redacted></a>")
    }
  })

  // Each of these looks as if it ended sooner or later than it does, when it is read in another way than XML is.
  const nothing = [
    "",
    "<!-- 1 -->",
    "<!--<![CDATA[-->",
    "<!-- &#45;-> ]]> ?> -->",
    "<!-- -\u200b-> -->",
    "<![CDATA[]]>",
    "<?a --> &#63;>?>",
    "<?a <!-- ?\u200b> ?>"
  ]
  const before = [
    ...nothing,
    "<![CDATA[<!--]]>",
    "<![CDATA[<?a ]]>",
    "<![CDATA[]]\u200b><!--]]>",
    "<![CDATA[&#93;]><?a ]]>"
  ]
  const digits = [
    (digit: string) => digit,
    (digit: string) => `&#${digit.charCodeAt(0)};`,
    (digit: string) => `&#x0${inHex(digit.charCodeAt(0), 2)};`,
    (digit: string) => `<![CDATA[${digit}]]>`
  ]
  const writing = FastCheck.tuple(FastCheck.constantFrom(...digits), FastCheck.constantFrom(...nothing))

  it.prop(
    "is hidden in every reply that a login takes it from, from its first digit to its last",
    [
      FastCheck.constantFrom(...before),
      FastCheck.array(writing, { minLength: hex.length - 2, maxLength: hex.length - 2 })
    ],
    ([header, writings]) => {
      const written = writings.map(([write, nothing], at) => `${nothing}${write(hex.charAt(at + 1))}`).join("")
      const id = `${hex.charAt(0)}${written}${hex.at(-1) ?? ""}`
      const body = reply("auth", `OK: ${id}`).replace("<e:Body>", `<e:Header><h>${header}</h></e:Header><e:Body>`)
      const login = Effect.provide(Authenticate.authenticate(credentials()), answering(body))
      assert.strictEqual<string>(Redacted.value(Effect.runSync(login)), hex)
      assert.strictEqual(mask(body), body.replace(id, "<redacted>"))
    }
  )
})

describe("a text", () => {
  it.prop("without a secret stays as it is", [FastCheck.string({ unit: "binary", maxLength: 60 })], ([text]) =>
    assert.strictEqual(mask(text, "canary-hunter2"), text)
  )

  it("keeps all that is no secret, character by character", () => {
    const odd = "+  a\\u0062\\u0000%zz%ff&unknown;&#0;<!-- <?"
    assert.strictEqual(mask(`${odd}canary${odd}`, "canary"), `${odd}<redacted>${odd}`)
  })
})

describe("search", () => {
  const letters = FastCheck.constantFrom("a", "b")
  const word = FastCheck.string({ unit: letters, minLength: 1, maxLength: 6 })

  it.prop(
    "finds all that is found by looking everywhere, for short words and long",
    [word, FastCheck.constantFrom(1, 60), FastCheck.string({ unit: letters, maxLength: 40 })],
    ([part, times, rest]) => {
      const word = part.repeat(times)
      const text = `${rest}${part.repeat(times + 3)}${rest}${word}${rest}`
      const found = Array.from({ length: text.length }, (_, at) => at).filter((at) => text.startsWith(word, at))
      assert.deepStrictEqual(Array.from(search(word)(text)), found)
    }
  )
})

/** The least time of the processor that it takes. */
const duration = (secret: string, text: string): number => {
  const times = Array.from({ length: 5 }, () => {
    const spent = processorTime.stopwatch()
    mask(text, secret)
    return spent()
  })
  return Math.min(...times)
}

describe("the time that masking takes", () => {
  const texts: Readonly<Record<string, (size: number) => readonly [secret: string, text: string]>> = {
    "a letter again and again": (size) => ["a".repeat(size / 2), "a".repeat(size)],
    "all but the last letter": (size) => [`${"a".repeat(size / 2)}b`, "a".repeat(size)],
    "all but the first letter": (size) => [`b${"a".repeat(size / 2)}`, "a".repeat(size)],
    "references that may be a secret": (size) => ["&".repeat(size / 10), "&amp;".repeat(size / 5)],
    "open comments": (size) => ["<!--".repeat(size / 8), "<!--".repeat(size / 4)],
    "open instructions": (size) => ["<?".repeat(size / 4), "<?".repeat(size / 2)],
    ampersands: (size) => ["&".repeat(size / 2), "&".repeat(size)],
    "a reference that does not end": (size) => ["canary", `&#x${"0".repeat(size)}`],
    "a name that does not end": (size) => ["canary", `&${"a".repeat(size)}`],
    backslashes: (size) => ["\\".repeat(size / 2), "\\".repeat(size)],
    "halves of letters in a URL": (size) => ["canary", "%c3".repeat(size / 3)],
    "rests of letters in a URL": (size) => ["canary", `%c3${"%80".repeat(size / 3)}`],
    blanks: (size) => [" +".repeat(size / 4), " +".repeat(size / 2)],
    "almost an id": (size) => ["canary", `${"0".repeat(31)}-`.repeat(size / 32)],
    "nothing but an id": (size) => ["canary", "0".repeat(size)]
  }

  // Eight times the size is 8 times the work where it is linear and 64 times where it is quadratic.
  it.each(Object.entries(texts))("grows with the size of text and secret: %s", (_, make) => {
    const [small, large] = [duration(...make(16_384)), duration(...make(131_072))]
    assert.isBelow(large, 32 * small, `${small} ms for 16 KiB`)
  })
})
