import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import type { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck, Option, Redacted, Schema } from "effect"
import { answering, envelope, fixture, pinged, reply, sessionId, soap11, summary, utf8 } from "./codec.ts"

const documented = (name: string): string => new TextDecoder().decode(fixture(`documented/${name}.xml`))
const documentedId = "f95d64c67d1d10d17443d636e4101711"
const xmlOf = ({ xml }: Envelope.Envelope): string => Redacted.value(xml)
const styles: ReadonlyArray<Envelope.Style> = ["document-literal", "rpc-encoded"]
const parameter = (
  name: string,
  value: Envelope.Parameter["value"],
  type: Envelope.Parameter["type"] = "xsd:string"
) => ({
  name,
  type,
  value
})

/** The envelope that a call sends. */
const sent = <A, E>(call: Effect.Effect<A, E, Transport>) =>
  Effect.gen(function* () {
    const sent: Array<Envelope.Envelope> = []
    yield* Effect.ignore(Effect.provide(call, answering("", { sent })))
    return sent.length === 1 && sent[0] !== undefined ? sent[0] : assert.fail(`${sent.length} were sent`)
  })

const hiding = (...secrets: ReadonlyArray<string>): Envelope.Envelope =>
  Envelope.make(
    "document-literal",
    "auth",
    secrets.map((secret, index) => parameter(`p${index}`, Redacted.make(secret)))
  )

describe("the documented exchange, byte for byte", () => {
  it.effect("asks as PHP's SoapClient would, which ends the document with a line feed", () =>
    Effect.gen(function* () {
      const envelope = yield* sent(Ping.ping(sessionId(documentedId)))
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
  it("names the operation in the namespace of its style, and in the action", () => {
    for (const style of styles) {
      const envelope = Envelope.make(style, "getbalance", [])
      assert.strictEqual(envelope.action, `${Envelope.namespace[style]}/getbalance`)
      const { entry } = Either.getOrThrow(Envelope.parse(style, utf8(xmlOf(envelope))))
      assert.deepStrictEqual(entry, {
        namespace: Envelope.namespace[style],
        name: "getbalance",
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

describe("the masked form", () => {
  const secrets = ["hunter2-canary", "a<b>&c", "12"]
  const made = (style: Envelope.Style) =>
    Envelope.make(style, "auth", [
      parameter("open", "seen"),
      ...secrets.map((secret, index) => parameter(`secret${index}`, Redacted.make(secret)))
    ])

  it("is the document without its secrets", () => {
    for (const style of styles) {
      const { masked } = made(style)
      for (const hidden of ["hunter2-canary", "a<b>&c", "a&lt;b&gt;&amp;c", ">12<"]) assert.notInclude(masked, hidden)
      assert.include(masked, "seen")
      const { children } = Either.getOrThrow(Envelope.parse(style, utf8(masked))).entry
      assert.deepStrictEqual(
        children.map(({ text }) => text),
        ["seen", "<redacted>", "<redacted>", "<redacted>"]
      )
    }
  })

  it.effect("hides a session id and all three credentials", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.make({ apiId: "9876543", user: "user-canary", password: "pass-canary" })
      const auth = yield* sent(Authenticate.authenticate(credentials))
      const ping = yield* sent(Ping.ping(sessionId(documentedId)))
      for (const hidden of ["9876543", "user-canary", "pass-canary", documentedId]) {
        assert.notInclude(auth.masked + ping.masked, hidden)
      }
    })
  )
})

describe("mask", () => {
  it("hides each secret as it is, and as XML writes it", () =>
    assert.strictEqual(
      Envelope.mask(hiding("a<b>c", "canary"), "a<b>c, a&lt;b&gt;c, canary and canary"),
      "<redacted>, <redacted>, <redacted> and <redacted>"
    ))

  it("hides a secret however a server escapes it", () => {
    const secret = hiding(`a<b>&"c'`)
    for (const written of [
      `a<b>&"c'`,
      `a&lt;b&gt;&amp;"c'`,
      "a&lt;b&gt;&amp;&quot;c&apos;",
      "a&#60;b&#62;&#38;&#34;c&#39;",
      "a&#x3C;b&#x3e;&#x26;&#x0022;c&#039;"
    ]) {
      assert.strictEqual(Envelope.mask(secret, `<${written}>`), "<<redacted>>", written)
    }
  })

  it("hides a secret that begins with another, whole and in either order", () => {
    for (const secrets of [
      ["clicka", "clickatell"],
      ["clickatell", "clicka"]
    ]) {
      assert.strictEqual(Envelope.mask(hiding(...secrets), "clickatell, clicka"), "<redacted>, <redacted>")
    }
  })

  it("does not look for a secret in what it has written itself", () =>
    assert.strictEqual(Envelope.mask(hiding("canary", "redacted", "dact"), "canary redacted"), "<redacted> <redacted>"))

  it("hides a secret with white space around it that has been trimmed off", () =>
    assert.strictEqual(Envelope.mask(hiding(" canary\n"), "not canary"), "not <redacted>"))

  it("takes a secret for a text and not for a pattern", () => {
    assert.strictEqual(Envelope.mask(hiding("a.*b$"), "axxb a.*b$"), "axxb <redacted>")
    assert.strictEqual(Envelope.mask(hiding("(unclosed"), "an (unclosed one"), "an <redacted> one")
  })

  it("hides what looks like a session id, its own or not", () => {
    assert.strictEqual(
      Envelope.mask(hiding(), `session ${documentedId}, ${documentedId.toUpperCase()}.`),
      "session <redacted>, <redacted>."
    )
    assert.strictEqual(
      Envelope.mask(hiding(), `${documentedId}0 ${"g".repeat(32)}`),
      `${documentedId}0 ${"g".repeat(32)}`
    )
  })

  it("leaves a text alone that holds no secret, or one too short to tell from any other", () => {
    assert.strictEqual(Envelope.mask(hiding("canary"), "Authentication failed"), "Authentication failed")
    assert.strictEqual(Envelope.mask(hiding("abc"), "an abc of codes"), "an abc of codes")
  })

  it.prop(
    "leaves none of the secrets, whatever they are",
    [
      FastCheck.array(FastCheck.string({ unit: "grapheme", minLength: 4, maxLength: 12 }), { maxLength: 3 }),
      FastCheck.array(FastCheck.string({ maxLength: 5 }), { minLength: 4, maxLength: 4 })
    ],
    ([secrets, between]) => {
      const text = secrets.reduce((text, secret, index) => `${text}${secret}${between[index] ?? ""}`, "")
      const left = Envelope.mask(hiding(...secrets), text).replaceAll("<redacted>", "\u0000")
      for (const secret of secrets) assert.notInclude(left, secret)
    }
  )
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
    const description = value.trim()
    // A description may end with a recipient, which is none of its text.
    FastCheck.pre(!/To:\s*\d+$/.test(description))
    assert.strictEqual(Effect.runSync(pinged(written)), `ApiError "777" ${JSON.stringify(description)}`)
  })
})
