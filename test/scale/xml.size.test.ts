import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { envelope, pinged, reply, utf8 } from "../core/codec.ts"
import { many, outcome, run } from "../core/commands.ts"

const size = 16 * 1024 * 1024
const fill = (part: string, length = size) => part.repeat(Math.floor(length / part.length))
const response = (attributes: string, content = "<return>OK:</return>") =>
  envelope(`<ns1:pingResponse${attributes}>${content}</ns1:pingResponse>`)

const numbered = (part: (n: number) => string): string =>
  Array.from({ length: Math.floor(size / part(1_000_000).length) }, (_, n) => part(1_000_000 + n)).join("")

// No transport hands over as much, but one of somebody else's may.
const documents: ReadonlyArray<readonly [name: string, document: () => string, outcome: string]> = [
  ["attributes of one element", () => response(numbered((n) => ` a${n}=""`)), "Success"],
  ["the same attribute", () => response(fill(` a=""`)), "MalformedReply NotWellFormed"],
  ["a declared namespace", () => response(` xmlns:a="${fill("u")}" a:b=""`), "Success"],
  ["one value", () => response(` a="${fill("x")}"`), "Success"],
  ["spaces in a tag", () => response(fill(" ")), "Success"],
  ["one name", () => response("", `<${fill("a", size / 2)}></${fill("a", size / 2)}>`), "MalformedReply MissingReturn"],
  ["a name without an end", () => response("", `<${fill("a")}`), "MalformedReply NotWellFormed"],
  ["one comment", () => response("", `<!--${fill("x")}--><return>OK:</return>`), "Success"],
  ["a comment without an end", () => response("", `<!--${fill("-x")}`), "MalformedReply NotWellFormed"],
  ["comments", () => response("", `${fill("<!---->")}<return>OK:</return>`), "Success"],
  ["CDATA sections", () => response("", `<return>OK:${fill("<![CDATA[ ]]>")}</return>`), "Success"],
  ["one instruction", () => response("", `<?a ${fill("x")}?><return>OK:</return>`), "Success"],
  ["white space", () => `${fill(" ")}${response("")}`, "Success"],
  ["one text", () => reply("ping", `OK: ${fill("x")}`), "MalformedReply UnrecognisedReturn"],
  ["one text with an error", () => reply("ping", `OK: ${fill("x")}ERR: 001`), "MalformedReply AmbiguousReturn"],
  ["lines", () => reply("ping", fill("OK:\n")), "MalformedReply AmbiguousReturn"],
  ["references", () => reply("ping", `${fill("&#32;")}OK:`), "Success"],
  ["ampersands", () => reply("ping", fill("&")), "MalformedReply NotWellFormed"],
  ["less-than signs", () => fill("<"), "MalformedReply NotWellFormed"],
  ["greater-than signs", () => fill(">"), "MalformedReply NotWellFormed"],
  ["nothing that is a character", () => fill("\u0001"), "MalformedReply IllegalCharacter"],
  ["a declaration", () => `<?xml version="1.0"${fill(" ")}?>${response("")}`, "Success"],
  ["a declaration without an end", () => `<?xml ${fill("encoding=")}`, "MalformedReply NotWellFormed"],
  ["a document type", () => `<!DOCTYPE a [${fill(`<!ENTITY a "b">`)}]><a/>`, "MalformedReply DtdForbidden"],
  ["levels", () => response("", `${fill("<a>", 3e6)}${fill("</a>", 4e6)}`), "MalformedReply TooDeep"],
  ["levels without an end", () => fill(`<a xmlns="b">`, 13e6), "MalformedReply NotWellFormed"]
]

describe("a document of 16 MiB", () => {
  for (const [name, document, expected] of documents) {
    it.effect(`is read, or refused by a typed error: ${name}`, () =>
      Effect.map(pinged(utf8(document())), (actual) => assert.strictEqual(actual, expected))
    )
  }

  it.effect("may hold as many records as fit", () =>
    Effect.gen(function* () {
      const record = `ID: ${"0".repeat(60)}\n`
      const records = outcome(yield* run(many({}), reply("sendmsg", fill(record))))
      assert.strictEqual(Array.isArray(records) && records.length, Math.floor(size / record.length))
    })
  )

  it.effect("may be a fault, or a refusal, of one text", () =>
    Effect.gen(function* () {
      const text = fill("x")
      const fault = `<e:Fault><faultcode>e:Server</faultcode><faultstring>${text}</faultstring></e:Fault>`
      assert.strictEqual(yield* pinged(envelope(fault)), `SoapFault "e:Server" "${text}"`)
      assert.strictEqual(yield* pinged(reply("ping", `ERR: 101, ${text}`)), `ApiError "101" "${text}"`)
    })
  )
})
