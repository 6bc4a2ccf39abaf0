import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import { request, say, strangerId } from "./support.ts"

const soap11 = "http://schemas.xmlsoap.org/soap/envelope/"
const doc = "http://api.clickatell.com/soap/document_literal/webservice"
const rpc = "http://api.clickatell.com/soap/webservice"

const envelope = (body: string, attributes = "") =>
  `<S:Envelope xmlns:S="${soap11}"${attributes}><S:Body>${body}</S:Body></S:Envelope>`

const authenticated = /^200 authResponse OK: [0-9a-f]{32}$/

const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

describe("requests that other clients write", () => {
  const credentials = "<api_id>123456</api_id><user>demo</user><password>demo</password>"
  const accepted: ReadonlyArray<readonly [name: string, document: string | Uint8Array]> = [
    [
      "the documented sample",
      `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap11}" xmlns:ns1="${doc}">
  <SOAP-ENV:Body>
    <ns1:auth>
      <api_id>123456</api_id>
      <user>demo</user>
      <password>demo</password>
    </ns1:auth>
  </SOAP-ENV:Body>
</SOAP-ENV:Envelope>
`
    ],
    [
      "another order",
      envelope(`<n:auth xmlns:n="${doc}"><password>demo</password><user>demo</user><api_id>123456</api_id></n:auth>`)
    ],
    ["qualified children", envelope(`<auth xmlns="${doc}">${credentials}</auth>`)],
    [
      "prefixed children",
      envelope(
        `<n:auth xmlns:n="${doc}"><n:api_id>123456</n:api_id><n:user>demo</n:user><n:password>demo</n:password></n:auth>`
      )
    ],
    [
      "types of its own",
      envelope(
        `<n:auth xmlns:n="${rpc}" xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns:x="http://www.w3.org/2001/XMLSchema"><api_id i:type="x:string">123456</api_id><user i:type="x:anyType">demo</user><password>demo</password></n:auth>`
      )
    ],
    [
      "character data and references",
      envelope(
        `<n:auth xmlns:n="${doc}"><api_id>&#49;23456</api_id><user><![CDATA[demo]]></user><password>d&#x65;mo</password></n:auth>`
      )
    ],
    ["a byte order mark", `\uFEFF<?xml version="1.0"?>${envelope(`<n:auth xmlns:n="${doc}">${credentials}</n:auth>`)}`],
    [
      "a comment and a processing instruction",
      `<?xml version="1.0"?><!-- c --><?p i?>${envelope(`<!-- c --><n:auth xmlns:n="${doc}">${credentials}</n:auth>`)}`
    ],
    ["unknown parameters", envelope(`<n:auth xmlns:n="${doc}"><more/>${credentials}<session_id/></n:auth>`)],
    [
      "the oldest namespace, in ISO-8859-1",
      latin1(
        `<?xml version="1.0" encoding="ISO-8859-1"?>${envelope(`<t:auth xmlns:t="soap.clickatell.com">${credentials}<x>\u00e9</x></t:auth>`)}`
      )
    ],
    [
      "headers",
      `<S:Envelope xmlns:S="${soap11}"><S:Header><a:id xmlns:a="urn:a" S:mustUnderstand="0">x</a:id></S:Header><S:Body><n:auth xmlns:n="${doc}">${credentials}</n:auth></S:Body></S:Envelope>`
    ]
  ]
  for (const [name, document] of accepted) {
    it.effect(`takes ${name}`, () =>
      Effect.gen(function* () {
        assert.match(yield* say(document), authenticated)
      }).pipe(Effect.provide(Emulator.layer()))
    )
  }

  it.effect("answers in the style that it was asked in", () =>
    Effect.gen(function* () {
      const { handle } = yield* Emulator.Emulator
      const answer = (xml: string) =>
        Effect.map(handle(new TextEncoder().encode(xml)), (it) =>
          it._tag === "Whole" ? new TextDecoder().decode(it.response.body) : it._tag
        )
      const text = "ERR: 001, Authentication failed"
      assert.include(
        yield* answer(request("document-literal", "ping", { session_id: strangerId })),
        `xmlns:ns1="${doc}"><SOAP-ENV:Body><ns1:pingResponse><return>${text}</return></ns1:pingResponse>`
      )
      assert.include(
        yield* answer(request("rpc-encoded", "ping", { session_id: strangerId })),
        `<ns1:pingResponse><return xsi:type="xsd:string">${text}</return></ns1:pingResponse>`
      )
    }).pipe(Effect.provide(Emulator.layer()))
  )
})

describe("requests that nobody should write", () => {
  const client = "500 SOAP-ENV:Client"
  const refused: ReadonlyArray<readonly [name: string, document: string, expected: string]> = [
    ["nothing", "", client],
    ["plain text", "ping", client],
    ["JSON", `{"ping":1}`, client],
    ["truncated XML", request("document-literal", "ping", { session_id: strangerId }).slice(0, -5), client],
    ["a DTD", `<!DOCTYPE x [<!ENTITY a "b">]>${envelope("<ping/>")}`, client],
    ["XML that is not SOAP", "<ping><session_id>x</session_id></ping>", client],
    ["an empty body", envelope(""), client],
    ["two commands", envelope(`<n:ping xmlns:n="${doc}"/><n:ping xmlns:n="${doc}"/>`), client],
    [
      "a header that it must understand",
      envelope(`<n:ping xmlns:n="${doc}"/>`).replace(
        "<S:Body>",
        `<S:Header><a S:mustUnderstand="1"/></S:Header><S:Body>`
      ),
      "500 SOAP-ENV:MustUnderstand"
    ],
    ["something beside the body", envelope("<ping/>").replace("</S:Body>", "</S:Body><x/>"), client],
    ["no namespace", envelope("<ping/>"), client],
    ["a foreign namespace", envelope(`<ping xmlns="urn:other"/>`), client],
    ["an unknown operation", request("document-literal", "token_pay", { session_id: strangerId }), client],
    ["an operation of the other style", request("rpc-encoded", "routecoverage", {}), client],
    ["an operation of Object's", request("rpc-encoded", "constructor", {}), client],
    [
      "SOAP 1.2",
      envelope(`<n:ping xmlns:n="${doc}"/>`).replace(soap11, "http://www.w3.org/2003/05/soap-envelope"),
      "500 SOAP-ENV:VersionMismatch"
    ]
  ]
  for (const [name, document, expected] of refused) {
    it.effect(`answers ${name} with a fault`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* say(document), expected)
      }).pipe(Effect.provide(Emulator.layer()))
    )
  }
})
