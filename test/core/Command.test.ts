import * as Command from "@effect-clickatell/core/Command"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type * as Errors from "@effect-clickatell/core/Errors"
import type * as Reply from "@effect-clickatell/core/Reply"
import type { SessionId } from "@effect-clickatell/core/SessionId"
import type { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Cause, DateTime, Duration, Effect, Either, Exit, Option, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import type { Answer } from "./codec.ts"
import { answering, envelope, escape, id, reply, sessionId, soap11, summary } from "./codec.ts"

const canary = "canary-7f3a-value"
const hex = "f95d64c67d1d10d17443d636e4101711"

const records = Option.some<ReadonlyArray<Reply.Record>>
/** A command of any parameters that gives back its records. */
const command = <P, I extends { readonly [K in keyof I]: Command.Wire }>(
  parameters: Schema.Schema<P, I>,
  options: Partial<Command.Options<P, I, ReadonlyArray<Reply.Record>>> = {}
) => Command.make("sendmsg", { parameters, decode: records, ...options })

const none = command(Schema.Struct({}))
const many = command(Schema.Struct({}), { returns: "many" })

const written = <A>({ parameters }: Command.Command<A>): ReadonlyArray<readonly [string, string, unknown]> =>
  Either.getOrThrow(parameters).map(({ name, type, value }) => [
    name,
    type,
    Redacted.isRedacted(value) ? Redacted.value(value) : value
  ])
const refused = <A>({ parameters }: Command.Command<A>): ReadonlyArray<string> =>
  Either.match(parameters, { onLeft: (error) => error.parameters, onRight: () => assert.fail("accepted") })

const run = <A, E extends Errors.InvalidParameters>(
  command: Command.Command<A, E>,
  body: string | Uint8Array,
  answer?: Answer
) => Command.execute(command, sessionId()).pipe(Effect.provide(answering(body, answer)), Effect.exit)

const errorOf = <A, E>(exit: Exit.Exit<A, E>): E =>
  Exit.isFailure(exit)
    ? Option.getOrElse(Cause.failureOption(exit.cause), () => assert.fail(Cause.pretty(exit.cause)))
    : assert.fail("succeeded")

const outcome = (exit: Exit.Exit<unknown, Errors.CommandError>): unknown =>
  Exit.isSuccess(exit) ? exit.value : summary(errorOf(exit))

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

const outcomeOf = (body: string) => Effect.map(run(none({}), body), outcome)

describe("the reply to a command of one record", () => {
  it.effect("is given to its decoder", () =>
    Effect.gen(function* () {
      const balance = Command.make("getbalance", {
        parameters: Schema.Struct({}),
        decode: ([record]) => (record._tag === "Credit" ? Option.some(record.amount) : Option.none())
      })
      assert.strictEqual(outcome(yield* run(balance({}), reply("getbalance", "Credit: 123.4"))), "123.4")
      assert.strictEqual(
        outcome(yield* run(balance({}), reply("getbalance", "OK: 1"))),
        "MalformedReply UnrecognisedReturn"
      )
    })
  )

  it.effect("is refused with any other number of records", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* outcomeOf(reply("sendmsg")), "MalformedReply MissingReturn")
      assert.strictEqual(yield* outcomeOf(reply("sendmsg", "OK:", "OK:")), "MalformedReply MultipleReturn")
      assert.strictEqual(yield* outcomeOf(reply("sendmsg", "ERR: 001, x", "OK:")), "MalformedReply MultipleReturn")
      assert.strictEqual(
        yield* outcomeOf(reply("sendmsg", `ID: ${hex}\nID: ${hex}`)),
        "MalformedReply UnrecognisedReturn"
      )
      assert.strictEqual(yield* outcomeOf(reply("ping", "OK:")), "MalformedReply WrongOperation")
    })
  )
})

const tagged = (exit: Exit.Exit<ReadonlyArray<Reply.Record>, Errors.CommandError>) =>
  Exit.isSuccess(exit)
    ? exit.value.map((record) => ("to" in record ? `${record._tag} ${record.to ?? "-"}` : record._tag))
    : outcome(exit)

const sentTo = (to: number) => `ID: ${hex} To: ${to}`

const arrayOf = (...items: ReadonlyArray<string>) =>
  envelope(
    `<ns1:sendmsgResponse><return SOAP-ENC:arrayType="xsd:string[${items.length}]" ` +
      `xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/">` +
      `${items.map((item) => `\n<item>${item}</item>`).join("")}\n</return></ns1:sendmsgResponse>`
  )

const readMany = (body: string, answer?: Answer) => Effect.map(run(many({}), body, answer), tagged)

const timeOf = (body: string) =>
  Effect.gen(function* () {
    const times: Array<number> = []
    for (let run = 0; run < 5; run++) {
      const before = performance.now()
      yield* readMany(body)
      times.push(performance.now() - before)
    }
    return Math.min(...times)
  })

describe("the reply to a command of many records", () => {
  it.effect("may repeat the element", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", sentTo(1), sentTo(2))), ["Id 1", "Id 2"])
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", sentTo(1))), ["Id 1"])
    })
  )

  it.effect("may be an array of RPC/encoded", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readMany(arrayOf(sentTo(1), sentTo(2)), { style: "rpc-encoded" }), ["Id 1", "Id 2"])
      assert.deepStrictEqual(yield* readMany(arrayOf(sentTo(1))), ["Id 1"])
      assert.deepStrictEqual(yield* readMany(arrayOf("<b/>")), "MalformedReply UnrecognisedReturn")
    })
  )

  it.effect("may join its records with line feeds", () =>
    Effect.gen(function* () {
      for (const joined of [
        `${sentTo(1)}\n${sentTo(2)}`,
        `\n ${sentTo(1)}\r\n\r\n\t${sentTo(2)} \n`,
        `${sentTo(1)}&#13;&#10;${sentTo(2)}`
      ]) {
        assert.deepStrictEqual(yield* readMany(reply("sendmsg", joined)), ["Id 1", "Id 2"])
      }
    })
  )

  it.effect("is a failure where its only record is an error, and data where there are more", () =>
    Effect.gen(function* () {
      const error = "ERR: 105, Invalid destination address"
      assert.strictEqual(yield* readMany(reply("sendmsg", error)), `ApiError "105" "Invalid destination address"`)
      assert.strictEqual(
        yield* readMany(reply("sendmsg", "ERR: 001, Authentication failed")),
        "AuthFailed SessionNotAccepted 001"
      )
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", sentTo(1), `${error} To: 2`)), ["Id 1", "Err 2"])
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", `${error} To: 1\n${error} To: 2`)), ["Err 1", "Err 2"])
      // A session is refused in one record; two of them are of no session.
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", "ERR: 001, x", "ERR: 001, x")), ["Err -", "Err -"])
    })
  )

  it.effect("is refused as a whole where one record cannot be read", () =>
    Effect.gen(function* () {
      for (const bad of ["", "OKAY", "<b/>"]) {
        assert.strictEqual(
          yield* readMany(reply("sendmsg", sentTo(1), bad)),
          "MalformedReply UnrecognisedReturn",
          JSON.stringify(bad)
        )
      }
      assert.strictEqual(
        yield* readMany(reply("sendmsg", `${sentTo(1)}\nnonsense`)),
        "MalformedReply UnrecognisedReturn"
      )
      assert.strictEqual(yield* readMany(reply("sendmsg", "")), "MalformedReply UnrecognisedReturn")
      assert.strictEqual(yield* readMany(reply("sendmsg")), "MalformedReply MissingReturn")
    })
  )

  it.effect("takes no longer for blanks than for anything else", () =>
    Effect.gen(function* () {
      const letters = yield* timeOf(reply("sendmsg", `OK: ${"a".repeat(60_000)}`))
      for (const blank of [" ", "\t", "\n", " \n"]) {
        const blanks = yield* timeOf(reply("sendmsg", `OK: a${blank.repeat(60_000 / blank.length)}b`))
        assert.isBelow(blanks, 50 * letters, JSON.stringify(blank))
      }
    })
  )
})

const withStatus = (status: number, body: string) => Effect.map(run(none({}), body, { status }), outcome)

describe("the HTTP status", () => {
  const fault = Envelope.fault("Server", "broken")

  it.effect("yields to a SOAP body, whatever both say", () =>
    Effect.gen(function* () {
      for (const code of [200, 202, 301, 400, 401, 403, 404, 407, 429, 500, 503]) {
        assert.deepStrictEqual(yield* withStatus(code, reply("sendmsg", "OK:")), [{ _tag: "Ok", value: "" }])
        assert.strictEqual(
          yield* withStatus(code, reply("sendmsg", "ERR: 001, x")),
          "AuthFailed SessionNotAccepted 001"
        )
        assert.strictEqual(yield* withStatus(code, fault), `SoapFault "SOAP-ENV:Server" "broken"`)
        assert.strictEqual(yield* withStatus(code, reply("ping", "OK:")), "MalformedReply WrongOperation")
      }
    })
  )

  it.effect("decides where the body is not SOAP", () =>
    Effect.gen(function* () {
      const bodies: ReadonlyArray<readonly [string, string]> = [
        ["", "Empty"],
        ["<html><body>Sign in</body></html>", "NotSoap"],
        [`{"error":"x"}`, "NotWellFormed"],
        ["<!DOCTYPE a><a/>", "DtdForbidden"],
        [reply("sendmsg", "OK:").slice(0, -1), "NotWellFormed"]
      ]
      for (const [body, reason] of bodies) {
        for (const code of [200, 201, 204, 299])
          assert.strictEqual(yield* withStatus(code, body), `MalformedReply ${reason}`)
        for (const code of [100, 199, 300, 302, 400, 401, 403, 404, 405, 407, 415, 429, 500, 502, 503, 504]) {
          assert.strictEqual(yield* withStatus(code, body), `TransportError Status ${code}`)
        }
      }
    })
  )

  it.effect("comes with the error, with the time to wait and with what may have happened", () =>
    Effect.gen(function* () {
      const retryAfter = Duration.seconds(5)
      const error = errorOf(yield* run(none({}), "busy", { status: 503, retryAfter }))
      assert.strictEqual(error._tag, "TransportError")
      assert.deepInclude(error, {
        operation: "sendmsg",
        reason: "Status",
        phase: "headers",
        status: 503,
        mayHaveReached: true
      })
      assert.deepStrictEqual("retryAfter" in error && error.retryAfter, retryAfter)
      assert.include(error.message, "HTTP status 503")
      assert.deepInclude(errorOf(yield* run(none({}), "busy", { status: 404 })), { mayHaveReached: false })
      assert.deepInclude(errorOf(yield* run(none({}), "", { status: 200 })), { status: 200, operation: "sendmsg" })
      assert.deepInclude(errorOf(yield* run(none({}), fault, { status: 500 })), { status: 500, operation: "sendmsg" })
    })
  )
})

describe("an error that the server words", () => {
  const secret = { token: Redacted.make('canary <&> "secret"') }
  const make = command(Schema.Struct({ token: Schema.RedactedFromSelf(Schema.String) }))
  const plain = Redacted.value(secret.token)

  it.effect("is masked, in a description and in a fault, for parameters and session id alike", () =>
    Effect.gen(function* () {
      for (const body of [
        reply("sendmsg", escape(`ERR: 101, no ${plain} for ${id}`)),
        Envelope.fault("Client", `no ${plain} for ${id}`),
        Envelope.fault("Server", `no ${plain.replace(/</g, "&lt;").replace(/>/g, "&gt;")} for ${id.toUpperCase()}`),
        envelope(`<e:Fault><faultcode>${id}</faultcode><faultstring>${escape(plain)}</faultstring></e:Fault>`)
      ]) {
        const exit = yield* run(make(secret), body, { status: 500 })
        const error = errorOf(exit)
        const shown = [error.message, error.stack, inspect(exit, { depth: Infinity }), JSON.stringify(exit)].join("\n")
        for (const hidden of ["canary", id, id.toUpperCase()]) assert.notInclude(shown, hidden)
        assert.include(shown, "<redacted>")
      }
    })
  )

  it.effect("has the time of a quota, for any command", () =>
    Effect.gen(function* () {
      const error = errorOf(
        yield* run(none({}), reply("sendmsg", "ERR: 130, Maximum MT limit exceeded until 1449000000"))
      )
      assert.strictEqual(error._tag, "ApiError")
      assert.deepStrictEqual("retryAt" in error && error.retryAt, DateTime.unsafeMake(1_449_000_000_000))
    })
  )
})

it("a key that cannot name an element is refused, and so cannot write one", () => {
  const keyed = command(Schema.Record({ key: Schema.String, value: Schema.String }))
  const { parameters } = keyed({ fine: "1", "a><b": "2", "": "3" })
  assert.deepStrictEqual(
    Either.mapLeft(parameters, (error) => error.parameters),
    Either.left(["a><b", ""])
  )
})

describe("execute", () => {
  it.effect("means a bad login by 001 where no session id was sent, and a dead session where one was", () =>
    Effect.gen(function* () {
      const body = reply("sendmsg", "ERR: 001, Authentication failed")
      const without = yield* Effect.exit(Command.execute(none({})).pipe(Effect.provide(answering(body))))
      assert.strictEqual(outcome(without), "AuthFailed BadCredentials 001")
      assert.strictEqual(outcome(yield* run(none({}), body)), "AuthFailed SessionNotAccepted 001")
    })
  )

  it.effect("sends once, and only when it is run", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const effect = Command.execute(none({}), sessionId()).pipe(
        Effect.provide(answering(reply("sendmsg", "ERR: 901, Internal error"), { sent })),
        Effect.exit
      )
      assert.lengthOf(sent, 0)
      yield* effect
      assert.lengthOf(sent, 1)
      yield* effect
      assert.lengthOf(sent, 2)
    })
  )

  it("is not idempotent unless it is said to be", () => {
    assert.isFalse(none({}).idempotent)
    assert.isTrue(command(Schema.Struct({}), { idempotent: true })({}).idempotent)
  })

  it("has a type for each thing it needs and each way it can end", () => {
    const execute = Command.execute(none({}))
    const typed: Effect.Effect<ReadonlyArray<Reply.Record>, Errors.CommandError, Transport> = execute
    const withId: (id: SessionId) => typeof execute = (id) => Command.execute(none({}), id)
    assert.isTrue(Effect.isEffect(typed))
    assert.isFunction(withId)
  })
})
