import * as Command from "@effect-clickatell/core/Command"
import * as Envelope from "@effect-clickatell/core/Envelope"
import { Array as Arr, Cause, Effect, Either, Exit, Option, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import { answering, id, reply, soap11 } from "./codec.ts"
import { assert, describe, it } from "@effect/vitest"
import { command, none, outcome, refused, run, written } from "./commands.ts"
import { errorOf } from "./support.ts"

const canary = "canary-7f3a-value"

describe("the parameters", () => {
  const fields = { text: Schema.String, to: Schema.Array(Schema.String), from: Schema.optional(Schema.String) }

  it("are written in the order of the schema, not in that of the value", () =>
    assert.deepStrictEqual(
      written(command(Schema.Struct(fields))({ from: "me", to: ["1", "2"], text: "hi" })).map(([name]) => name),
      ["text", "to", "from"]
    ))

  it("keep that order through renamed, defaulted and optional fields, and in a class", () => {
    const schema = Schema.Struct({
      z: Schema.String,
      y: Schema.optionalWith(Schema.Number, { default: () => 1 }),
      x: Schema.optionalWith(Schema.String, { as: "Option" }),
      renamed: Schema.propertySignature(Schema.String).pipe(Schema.fromKey("w")),
      a: Schema.NumberFromString
    })
    assert.deepStrictEqual(written(command(schema)({ a: 5, renamed: "4", x: Option.some("3"), y: 2, z: "1" })), [
      ["z", "xsd:string", "1"],
      ["y", "xsd:int", "2"],
      ["x", "xsd:string", "3"],
      ["w", "xsd:string", "4"],
      ["a", "xsd:string", "5"]
    ])
    class Message extends Schema.Class<Message>("Message")({ z: Schema.String, a: Schema.String }) {}
    assert.deepStrictEqual(
      written(command(Message)(new Message({ a: "2", z: "1" }))).map(([name]) => name),
      ["z", "a"]
    )
  })

  it("leave out an optional field that is absent or undefined", () => {
    const make = command(Schema.Struct(fields))
    assert.deepStrictEqual(written(make({ text: "hi", to: [] })), [
      ["text", "xsd:string", "hi"],
      ["to", "xsd:string", []]
    ])
    assert.deepStrictEqual(
      written(make({ text: "hi", to: [], from: undefined })),
      written(make({ text: "hi", to: [] }))
    )
  })

  it("keep an empty text, which is not the same as none", () =>
    assert.deepStrictEqual(written(command(Schema.Struct(fields))({ text: "", to: [""], from: "" })), [
      ["text", "xsd:string", ""],
      ["to", "xsd:string", [""]],
      ["from", "xsd:string", ""]
    ]))

  it("are typed by their value: 32 bits are an int, any other number a float", () => {
    const make = command(Schema.Struct({ n: Schema.Number }))
    const typed = (n: number) => written(make({ n }))[0]?.slice(1)
    for (const n of [0, 1, -1, 2_147_483_647, -2_147_483_648]) assert.deepStrictEqual(typed(n), ["xsd:int", String(n)])
    for (const n of [0.5, -1.5, 1e-7, 1e21, 2_147_483_648, -2_147_483_649, 27821234567]) {
      assert.deepStrictEqual(typed(n), ["xsd:float", String(n)])
    }
    assert.deepStrictEqual(typed(-0), ["xsd:int", "0"])
  })

  it("stay texts where they are texts, zeros and all", () =>
    assert.deepStrictEqual(written(command(Schema.Struct({ code: Schema.String }))({ code: "007" })), [
      ["code", "xsd:string", "007"]
    ]))

  it.effect("go out behind the session id", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      yield* run(command(Schema.Struct(fields))({ text: "hi", to: ["1", "2"], from: "me" }), "", { sent })
      assert.strictEqual(
        sent.map(({ xml }) => Redacted.value(xml)).join(),
        `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap11}" ` +
          `xmlns:ns1="${Envelope.namespace["document-literal"]}"><SOAP-ENV:Body><ns1:sendmsg><session_id>${id}</session_id>` +
          "<text>hi</text><to>1</to><to>2</to><from>me</from></ns1:sendmsg></SOAP-ENV:Body></SOAP-ENV:Envelope>"
      )
    })
  )

  it.effect("go out without one where the command opens a session", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      yield* Command.execute(none({})).pipe(Effect.provide(answering("", { sent })), Effect.exit)
      assert.notInclude(sent.map(({ xml }) => Redacted.value(xml)).join(), "session_id")
    })
  )

  it.effect("are written in the style of the transport", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const make = command(Schema.Struct({ to: Schema.Array(Schema.String), max_credits: Schema.Number }))
      yield* run(make({ to: ["1"], max_credits: 1.5 }), "", { sent, style: "rpc-encoded" })
      const document = sent.map(({ xml }) => Redacted.value(xml)).join()
      assert.include(document, `<session_id xsi:type="xsd:string">${id}</session_id>`)
      assert.include(document, `SOAP-ENC:arrayType="xsd:string[1]"><item xsi:type="xsd:string">1</item></to>`)
      assert.include(document, `<max_credits xsi:type="xsd:float">1.5</max_credits>`)
    })
  )
})

const messageOf = <A>({ parameters }: Command.Command<A>) =>
  Either.match(parameters, { onLeft: (error) => error.message, onRight: () => assert.fail("accepted") })

describe("parameters that cannot be sent", () => {
  const make = command(
    Schema.Struct({
      text: Schema.String,
      list: Schema.optional(Schema.Array(Schema.String)),
      number: Schema.optional(Schema.Number),
      secret: Schema.optional(Schema.RedactedFromSelf(Schema.String)),
      short: Schema.optional(Schema.String.pipe(Schema.maxLength(3)))
    })
  )
  const illegal = ["\u0000", "\u0008", "\u000b", "\u001b", "\ud800", "\udc00\ud800", "\ufffe", "\uffff"]

  it("are those of characters that XML 1.0 has none for", () => {
    for (const char of illegal) {
      const bad = `${canary}${char}`
      assert.deepStrictEqual(refused(make({ text: bad })), ["text"], JSON.stringify(char))
      assert.deepStrictEqual(refused(make({ text: "", list: ["", bad] })), ["list"])
      assert.deepStrictEqual(refused(make({ text: "", secret: Redacted.make(bad) })), ["secret"])
    }
    for (const legal of ["\t\n\r", "\u007f", "\u0085", "\ud7ff", "\ue000", "\ufffd", "\u{10000}", "\u{10ffff}", "📨"]) {
      assert.deepStrictEqual(written(make({ text: legal })), [["text", "xsd:string", legal]])
    }
  })

  it("are numbers that are none", () => {
    for (const number of [Number.NaN, Infinity, -Infinity]) {
      assert.deepStrictEqual(refused(make({ text: "", number })), ["number"])
    }
  })

  it("are those that do not fit the schema, each named once, and inside a list by its place", () => {
    assert.deepStrictEqual(refused(make({ text: "", short: canary })), ["short"])
    const wrong = { text: 1, list: ["", 2], number: canary, secret: canary } as unknown as Parameters<typeof make>[0]
    assert.includeMembers([...refused(make(wrong))], ["text", "list.1", "number", "secret"])
    assert.strictEqual(new Set(refused(make(wrong))).size, refused(make(wrong)).length)
  })

  it("are named in the message, or called the parameters where it is their combination", () => {
    const both = command(
      Schema.Struct({ apimsgid: Schema.String, climsgid: Schema.String }).pipe(
        Schema.filter(({ apimsgid, climsgid }) => (apimsgid === "") !== (climsgid === ""))
      )
    )
    assert.strictEqual(
      messageOf(make({ text: "\u0000", short: "long" })),
      "sendmsg: nothing was sent: correct the parameter short"
    )
    assert.strictEqual(
      messageOf(both({ apimsgid: canary, climsgid: canary })),
      "sendmsg: nothing was sent: correct the parameters"
    )
  })

  it.effect("fail the command before anything is sent", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const exit = yield* run(make({ text: "\u0000" }), reply("sendmsg", "OK:"), { sent })
      assert.strictEqual(outcome(exit), "InvalidParameters text")
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("are never shown: not by message, inspection, JSON or cause", () =>
    Effect.gen(function* () {
      const wrong = { text: { nested: canary }, list: [canary, 1], short: canary } as unknown
      for (const bad of [
        make({ text: `${canary}\u0000` }),
        make({ text: "", list: [canary, "\ud800"] }),
        make({ text: "", secret: Redacted.make(`${canary}\u0000`) }),
        make({ text: "", short: canary }),
        make(wrong as Parameters<typeof make>[0])
      ]) {
        const exit = yield* run(bad, "")
        const error = errorOf(exit)
        const cause = Exit.isFailure(exit) ? exit.cause : Cause.empty
        for (const shown of [
          error.message,
          String(error),
          error.stack ?? "",
          inspect(error, { depth: Infinity, showHidden: true }),
          inspect(exit, { depth: Infinity }),
          JSON.stringify(error),
          JSON.stringify(exit),
          Cause.pretty(cause, { renderErrorCause: true })
        ]) {
          assert.notInclude(shown, canary)
        }
      }
    })
  )
})

describe("a redacted parameter", () => {
  const make = command(Schema.Struct({ token: Schema.RedactedFromSelf(Schema.String), note: Schema.String }))
  const sentWith = (token: string) =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const exit = yield* run(
        make({ token: Redacted.make(token), note: "seen" }),
        reply("sendmsg", `ERR: 101, ${token}`),
        { sent }
      )
      return { sent: Arr.headNonEmpty(sent as Arr.NonEmptyArray<Envelope.Envelope>), exit }
    })

  it.effect("is sent, and masked wherever the request is shown", () =>
    Effect.gen(function* () {
      const { sent } = yield* sentWith(canary)
      assert.include(Redacted.value(sent.xml), `<token>${canary}</token><note>seen</note>`)
      assert.include(sent.masked, "<token>&lt;redacted&gt;</token><note>seen</note>")
      assert.notInclude(inspect(sent, { depth: Infinity }) + JSON.stringify(sent), canary)
    })
  )

  it.effect("is masked in what the server says of it", () =>
    Effect.gen(function* () {
      const { exit } = yield* sentWith(canary)
      assert.strictEqual(outcome(exit), `ApiError "101" "<redacted>"`)
    })
  )

  it("does not show in the command", () => {
    const shown = make({ token: Redacted.make(canary), note: "seen" })
    assert.notInclude(inspect(shown, { depth: Infinity }) + JSON.stringify(shown), canary)
  })
})

it("a key that cannot name an element is refused, and so cannot write one", () => {
  const keyed = command(Schema.Record({ key: Schema.String, value: Schema.String }))
  const { parameters } = keyed({ fine: "1", "a><b": "2", "": "3" })
  assert.deepStrictEqual(
    Either.mapLeft(parameters, (error) => error.parameters),
    Either.left(["a><b", ""])
  )
})
