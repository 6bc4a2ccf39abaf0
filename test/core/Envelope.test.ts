import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck, Option, Redacted, Schema } from "effect"
import { answering, envelope, fixture, hex, pinged, reply, sessionId, soap11, summary, trimmed, utf8 } from "./codec.ts"
import { parameter, sent, styles, xmlOf } from "./envelopes.ts"

const documented = (name: string): string => new TextDecoder().decode(fixture(`documented/${name}.xml`))

describe("the documented exchange, byte for byte", () => {
  it.effect("asks as PHP's SoapClient would, which ends the document with a line feed", () =>
    Effect.gen(function* () {
      const envelope = yield* sent(Ping.ping(sessionId(hex)))
      assert.strictEqual(`${xmlOf(envelope)}\n`, documented("ping-request"))
      assert.strictEqual(envelope.operation, "ping")
      assert.strictEqual(envelope.action, "http://api.clickatell.com/soap/document_literal/webservice/ping")
    })
  )

  it.effect("opens a session with the three parameters in the order of the schema", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.make({ apiId: "123456", user: "MyUsername", password: "MyPassword" })
      const envelope = yield* sent(Authenticate.authenticate(credentials))
      assert.strictEqual(`${xmlOf(envelope)}\n`, documented("auth-request"))
      assert.strictEqual(envelope.action, "http://api.clickatell.com/soap/document_literal/webservice/auth")
    })
  )

  it.effect("takes the success and the failure of a ping for what they are", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* pinged(fixture("documented/ping-reply.xml")), "Success")
      assert.strictEqual(yield* pinged(fixture("documented/ping-refused.xml")), "AuthFailed SessionNotAccepted 001")
    })
  )

  it.effect("finds the session id in the reply to auth", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.make({ apiId: "123456", user: "MyUsername", password: "MyPassword" })
      const id = yield* Authenticate.authenticate(credentials).pipe(
        Effect.provide(answering(fixture("documented/auth-reply.xml")))
      )
      assert.strictEqual(Redacted.value(id), "af25a6386301960c862278b980b02b29")
    })
  )
})

const entryOf = (style: Envelope.Style, ...parameters: ReadonlyArray<Envelope.Parameter>): string =>
  /<SOAP-ENV:Body><ns1:sendmsg>(.*)<\/ns1:sendmsg><\/SOAP-ENV:Body><\/SOAP-ENV:Envelope>$/s.exec(
    xmlOf(Envelope.make(style, "sendmsg", parameters))
  )?.[1] ?? assert.fail("not an envelope")

describe("make", () => {
  it("has the action of its style's WSDL, which in RPC is not in its namespace", () => {
    const actions = styles.map((style) => Envelope.make(style, "ping", []).action)
    assert.deepStrictEqual(actions, [
      "http://api.clickatell.com/soap/document_literal/webservice/ping",
      "http://api.clickatell.com/soap/webservice_vs.php/ping"
    ])
  })

  it("names the operation in the namespace of its style", () => {
    for (const style of styles) {
      const envelope = Envelope.make(style, "getbalance", [])
      const { entry } = Either.getOrThrow(Envelope.parse(style, utf8(xmlOf(envelope))))
      assert.deepStrictEqual(entry, {
        namespace: Envelope.namespace[style],
        name: "getbalance",
        attributes: [],
        text: "",
        children: []
      })
    }
  })

  it("declares SOAP 1.1, and for RPC the encoding and the types", () => {
    const document = xmlOf(Envelope.make("rpc-encoded", "ping", []))
    for (const declared of [
      `xmlns:SOAP-ENV="${soap11}"`,
      `SOAP-ENV:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"`,
      `xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"`,
      `xmlns:xsd="http://www.w3.org/2001/XMLSchema"`,
      `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"`
    ]) {
      assert.include(document, declared)
    }
  })

  it("keeps the order of the parameters", () => {
    const names = ["z", "a", "m", "b"]
    const inOrder = entryOf("document-literal", ...names.map((name) => parameter(name, "1")))
    assert.strictEqual(inOrder, "<z>1</z><a>1</a><m>1</m><b>1</b>")
  })

  it("repeats an element for each value in document/literal", () => {
    assert.strictEqual(entryOf("document-literal", parameter("to", ["1", "2"])), "<to>1</to><to>2</to>")
    assert.strictEqual(entryOf("document-literal", parameter("to", [])), "")
  })

  it("writes a SOAP array in RPC/encoded", () => {
    assert.strictEqual(
      entryOf("rpc-encoded", parameter("to", ["1", "2"])),
      `<to xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[2]">` +
        `<item xsi:type="xsd:string">1</item><item xsi:type="xsd:string">2</item></to>`
    )
    assert.strictEqual(
      entryOf("rpc-encoded", parameter("to", [])),
      `<to xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string[0]"></to>`
    )
  })

  it("types each part in RPC/encoded, and none in document/literal", () => {
    const parameters = [parameter("a", "x"), parameter("b", "1", "xsd:int"), parameter("c", "1.5", "xsd:float")]
    assert.strictEqual(
      entryOf("rpc-encoded", ...parameters),
      `<a xsi:type="xsd:string">x</a><b xsi:type="xsd:int">1</b><c xsi:type="xsd:float">1.5</c>`
    )
    assert.strictEqual(entryOf("document-literal", ...parameters), "<a>x</a><b>1</b><c>1.5</c>")
  })

  it("escapes what XML would read otherwise", () =>
    assert.strictEqual(
      entryOf("document-literal", parameter("a", `<&>"'\r]]>\n\t`)),
      "<a>&lt;&amp;&gt;&quot;&apos;&#13;]]&gt;\n\t</a>"
    ))

  it("lets no value break out of its element", () => {
    for (const style of styles) {
      for (const value of ["</a><b>", "]]>", "-->", "<!--", "&#60;", "' xsi:nil='true", "<![CDATA["]) {
        const document = xmlOf(Envelope.make(style, "x", [parameter("a", value), parameter("b", [value, value])]))
        const { children } = Either.getOrThrow(Envelope.parse(style, utf8(document))).entry
        const all = children.flatMap((child) => (child.children.length > 0 ? child.children : [child]))
        assert.deepStrictEqual(
          all.map(({ text }) => text),
          [value, value, value]
        )
      }
    }
  })
})

const isFault = (document: string) =>
  Envelope.isFault(Either.getOrThrow(Envelope.parse("document-literal", utf8(document))))

const namesOf = (document: string) =>
  Either.getOrThrow(Envelope.parse("document-literal", utf8(document))).entry.attributes.map(
    ({ name, namespace, value }) => [namespace, name, value]
  )

describe("an element", () => {
  it("has its attributes, their namespaces resolved and their values as XML reads them, and no declarations", () =>
    assert.deepStrictEqual(
      namesOf(
        envelope(`<x xmlns="urn:x" xmlns:a="urn:&#97;" a:b="1" b='"2"' xml:lang="en" c="&lt;&#10;\r\n\t&amp;lt;"/>`)
      ),
      [
        ["urn:a", "b", "1"],
        ["", "b", `"2"`],
        ["http://www.w3.org/XML/1998/namespace", "lang", "en"],
        ["", "c", "<\n  &lt;"]
      ]
    ))

  it("has attributes by any name, and none that it was not given", () => {
    assert.deepStrictEqual(namesOf(envelope(`<x __proto__="1" constructor="2"/>`)), [
      ["", "__proto__", "1"],
      ["", "constructor", "2"]
    ])
    assert.deepStrictEqual(namesOf(envelope("<x/>")), [])
  })
})

describe("a fault", () => {
  it("is read back as one", () => {
    const body = Either.getOrThrow(Envelope.parse("document-literal", utf8(Envelope.fault("Client", `no <"&'> \r`))))
    assert.isTrue(Envelope.isFault(body))
    assert.deepStrictEqual(
      body.entry.children.map(({ name, text }) => [name, text]),
      [
        ["faultcode", "SOAP-ENV:Client"],
        ["faultstring", `no <"&'> \r`]
      ]
    )
  })

  it("is no response, and a response is none", () => {
    assert.isFalse(isFault(reply("ping", "OK:")))
    assert.isFalse(isFault(envelope("<Fault/>")))
    assert.isTrue(isFault(envelope("<e:Fault/>")))
  })
})

describe("any legal text", () => {
  const legal = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]*$/u
  // Every code unit, lone surrogates and controls included, and now and then what XML is made of.
  const unit = FastCheck.oneof(
    { weight: 6, arbitrary: FastCheck.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)) },
    {
      weight: 2,
      arbitrary: FastCheck.integer({ min: 0x10000, max: 0x10ffff }).map((code) => String.fromCodePoint(code))
    },
    { weight: 4, arbitrary: FastCheck.constantFrom(..."<>&\"'\r\n\t ]-;#!?/=\0\u0085\u2028\ufeff\ufffe\ud800\udc00") },
    {
      weight: 1,
      arbitrary: FastCheck.constantFrom("]]>", "<!--", "-->", "&amp;", "&#65;", "<![CDATA[", "<?", "\r\n", "</a>")
    }
  )
  const text = FastCheck.array(unit, { maxLength: 40 }).map((units) => units.join(""))
  const style = FastCheck.constantFrom(...styles)

  it.prop(
    "comes out of parse as it went into make",
    [
      style,
      text.filter((text) => legal.test(text)),
      FastCheck.array(
        text.filter((text) => legal.test(text)),
        { maxLength: 3 }
      )
    ],
    ([style, value, values]) => {
      const parameters = [parameter("a", value), parameter("b", Redacted.make(value)), parameter("c", values)]
      const { entry } = Either.getOrThrow(Envelope.parse(style, utf8(xmlOf(Envelope.make(style, "x", parameters)))))
      const found = entry.children.flatMap((child) =>
        child.name === "c" && style === "rpc-encoded" ? child.children : [child]
      )
      assert.deepStrictEqual(
        found.map((element) => element.text),
        [value, value, ...values]
      )
    },
    { fastCheck: { numRuns: 1_000 } }
  )

  it.prop(
    "is told from what XML cannot carry, which is refused before anything is sent",
    [text],
    ([value]) => {
      const allowed = legal.test(value)
      const command = Command.make("x", { parameters: Schema.Struct({ a: Schema.String }), decode: Option.some })
      const parameters = Either.mapLeft(command({ a: value }).parameters, summary)
      assert.deepStrictEqual(
        parameters,
        allowed ? Either.right([parameter("a", value)]) : Either.left("InvalidParameters a")
      )
      assert.strictEqual(Either.isRight(SessionId.make(value)), allowed && value !== "")
      assert.strictEqual(
        Either.isRight(Credentials.make({ apiId: "1", user: "u", password: value })),
        allowed && value !== ""
      )
    },
    { fastCheck: { numRuns: 1_000 } }
  )

  it.prop("comes back in the description of an error", [text.filter((text) => legal.test(text))], ([value]) => {
    const written = xmlOf(
      Envelope.make("document-literal", "pingResponse", [parameter("return", `ERR: 777, ${value}`)])
    )
    const description = trimmed(value)
    // A description may end with a recipient, which is none of its text.
    FastCheck.pre(!/To:\s*\d+$/.test(description))
    assert.strictEqual(Effect.runSync(pinged(written)), `ApiError "777" ${JSON.stringify(description)}`)
  })
})
