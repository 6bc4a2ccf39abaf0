import * as Command from "@effect-clickatell/core/Command"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Effect, Option, Redacted, Schema } from "effect"
import { envelope, id, reply } from "./codec.ts"
import { command, outcome, refused, run, written } from "./commands.ts"

const names = { "document-literal": "routecoverage", "rpc-encoded": "routeCoverage" }

const cover = Command.make(names, {
  parameters: {
    "document-literal": Schema.Struct({ to: Schema.String, text: Schema.String.pipe(Schema.maxLength(3)) }),
    "rpc-encoded": Schema.Struct({
      text: Schema.propertySignature(Schema.String).pipe(Schema.fromKey("Text")),
      to: Schema.String
    })
  },
  decode: ([record], { to }) => Option.some(`${record._tag} for ${to}`)
})

const sentIn = (style: Envelope.Style, it: Command.Command<unknown>, body: string) =>
  Effect.gen(function* () {
    const sent: Array<Envelope.Envelope> = []
    const result = outcome(yield* run(it, body, { style, sent }))
    return { result, xml: sent.map(({ xml }) => Redacted.value(xml)).join() }
  })

describe("a command whose names differ between the styles", () => {
  it.effect("has each style's operation, parameters and order", () =>
    Effect.gen(function* () {
      const literal = yield* sentIn("document-literal", cover({ to: "27", text: "hi" }), reply("routecoverage", "OK:"))
      assert.include(literal.xml, `<ns1:routecoverage><session_id>${id}</session_id><to>27</to><text>hi</text></ns1:`)
      const rpc = yield* sentIn("rpc-encoded", cover({ to: "27", text: "hi" }), reply("routeCoverage", "OK:"))
      assert.include(rpc.xml, "<ns1:routeCoverage><session_id ")
      assert.include(rpc.xml, `<Text xsi:type="xsd:string">hi</Text><to xsi:type="xsd:string">27</to></ns1:`)
      assert.strictEqual(literal.result, "Ok for 27")
      assert.strictEqual(rpc.result, "Ok for 27")
    })
  )

  it.effect("takes no reply to the other style's operation", () =>
    Effect.gen(function* () {
      const { result } = yield* sentIn("rpc-encoded", cover({ to: "27", text: "" }), reply("routecoverage", "OK:"))
      assert.strictEqual(result, "MalformedReply WrongOperation")
    })
  )

  it.effect("is refused in the style whose schema it does not fit, and in no other", () =>
    Effect.gen(function* () {
      const long = cover({ to: "27", text: "long" })
      const literal = yield* sentIn("document-literal", long, reply("routecoverage", "OK:"))
      assert.deepStrictEqual(literal, { result: "InvalidParameters text", xml: "" })
      const rpc = yield* sentIn("rpc-encoded", long, reply("routeCoverage", "OK:"))
      assert.strictEqual(rpc.result, "Ok for 27")
    })
  )

  it("may differ in its name alone", () => {
    const only = Command.make(names, { parameters: Schema.Struct({ a: Schema.String }), decode: () => Option.some(1) })
    const rpc = Command.inStyle(only({ a: "1" }), "rpc-encoded")
    assert.strictEqual(rpc.operation, "routeCoverage")
    assert.deepStrictEqual(written(rpc), [["a", "xsd:string", "1"]])
    assert.strictEqual(Command.inStyle(only({ a: "1" }), "document-literal").operation, "routecoverage")
  })

  it("is refused where only one of its names can be an element's", () => {
    const half = Command.make(
      { "document-literal": "fine", "rpc-encoded": "not fine" },
      { parameters: Schema.Struct({}), decode: () => Option.some(1) }
    )({})
    assert.deepStrictEqual(written(Command.inStyle(half, "document-literal")), [])
    assert.deepStrictEqual(refused(Command.inStyle(half, "rpc-encoded")), [])
  })
})

it("a command with one name is the same value in both styles", () => {
  const one = command(Schema.Struct({}))({})
  assert.strictEqual(Command.inStyle(one, "rpc-encoded"), one)
  assert.strictEqual(Command.inStyle(one, "document-literal"), one)
})

it("a decimal goes out as a float, whole or not", () => {
  const make = command(Schema.Struct({ max_credits: Schema.BigDecimalFromSelf }))
  for (const text of ["2", "0.8", "-1.5", "20"]) {
    assert.deepStrictEqual(written(make({ max_credits: BigDecimal.unsafeFromString(text) })), [
      ["max_credits", "xsd:float", text]
    ])
  }
})

const soapEncoding = "http://schemas.xmlsoap.org/soap/encoding/"

const array = (items: string, attributes = `SOAP-ENC:arrayType="xsd:string[1]"`) =>
  envelope(
    `<ns1:sendmsgResponse><return xmlns:SOAP-ENC="${soapEncoding}" ${attributes}>${items}</return></ns1:sendmsgResponse>`
  )

describe("one record in an array, as the contract of RPC/encoded has it", () => {
  const one = command(Schema.Struct({}))({})
  const read = (body: string) => Effect.map(run(one, body, { style: "rpc-encoded" }), outcome)

  it.effect("is that record", () =>
    Effect.gen(function* () {
      const [record] = [yield* read(array("<item>Credit: 1</item>"))].flat()
      assert.deepInclude(record, { _tag: "Credit", amount: "1" })
      assert.strictEqual(yield* read(array("<item>ERR: 103, x</item>")), `ApiError "103" "x"`)
    })
  )

  it.effect("is refused where there are more, or something else, or where nothing says that it is an array", () =>
    Effect.gen(function* () {
      const item = "<item>Credit: 1</item>"
      for (const [body, reason] of [
        [array(item + item), "MultipleReturn"],
        [array(`${item}x`), "UnexpectedContent"],
        [array(`<item href="#a"/>`), "ReferencedReturn"],
        [array(""), "UnrecognisedReturn"],
        [array(item, ""), "UnrecognisedReturn"],
        [array(item, `arrayType="xsd:string[1]"`), "UnrecognisedReturn"],
        [array("<other>Credit: 1</other>"), "UnrecognisedReturn"]
      ] as const) {
        assert.strictEqual(yield* read(body), `MalformedReply ${reason}`, body)
      }
    })
  )
})

describe("an error that is an answer", () => {
  const make = command(Schema.Struct({ ok: Schema.String }), {
    isAnswer: ({ code }, { ok }) => code === ok || ok === "any"
  })
  const read = (ok: string, text: string) => Effect.map(run(make({ ok }), reply("sendmsg", text)), outcome)

  it.effect("is for the decoder, by what the command was asked", () =>
    Effect.gen(function* () {
      const [record] = [yield* read("114", "ERR: 114, Cannot route message")].flat()
      assert.deepInclude(record, { _tag: "Err", code: "114", description: "Cannot route message" })
      assert.strictEqual(yield* read("114", "ERR: 121, x"), `ApiError "121" "x"`)
    })
  )

  it.effect("is never one that speaks of the session or the account", () =>
    Effect.gen(function* () {
      for (const code of ["001", "002", "003", "004", "005", "007", "108"]) {
        assert.match(String(yield* read("any", `ERR: ${code}, x`)), /^AuthFailed/)
      }
    })
  )
})

it.effect("an error among several records is masked, as one alone is", () =>
  Effect.gen(function* () {
    const many = command(Schema.Struct({ token: Schema.RedactedFromSelf(Schema.String) }), { returns: "many" })
    const body = reply("sendmsg", "ERR: 101, canary-1 To: 1", `ERR: 101, for ${id} To: 2`)
    const records = outcome(yield* run(many({ token: Redacted.make("canary-1") }), body))
    assert.deepInclude([records].flat(), {
      _tag: "Err",
      code: "101",
      description: "<redacted>",
      to: "1"
    })
    assert.notInclude(JSON.stringify(records), id)
  })
)
