import * as Command from "@effect-clickatell/core/Command"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type * as Errors from "@effect-clickatell/core/Errors"
import type * as Reply from "@effect-clickatell/core/Reply"
import { DateTime, Duration, Effect, Exit, Option, Redacted, Schema } from "effect"
import { inspect } from "node:util"
import type { Answer } from "./codec.ts"
import { envelope, escape, id, reply, hex } from "./codec.ts"
import { assert, describe, it } from "@effect/vitest"
import { command, many, none, outcome, run } from "./commands.ts"
import { errorOf } from "./support.ts"

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

  it.effect("holds its records and nothing beside them", () =>
    Effect.gen(function* () {
      const nil = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"`
      const [one, two] = [`<return>${sentTo(1)}</return>`, `<return>${sentTo(2)}</return>`]
      for (const [content, reason] of [
        [`${one}ERR: 001, x${two}`, "UnexpectedContent"],
        [`${one}<error>ERR: 001, x</error>${two}`, "UnexpectedContent"],
        [`<return><item>${sentTo(1)}</item>ERR: 001, x</return>`, "UnexpectedContent"],
        [`${one}<return ${nil}/>`, "NilReturn"],
        [`<return><item>${sentTo(1)}</item><item ${nil}>${sentTo(2)}</item></return>`, "NilReturn"],
        [`<return ${nil}><item>${sentTo(1)}</item></return>`, "NilReturn"],
        [`${one}<return href="#a"/>`, "ReferencedReturn"],
        [`<return><item href="#a"/></return>`, "ReferencedReturn"],
        [`${one}<return>OK: x ERR: 001, x</return>`, "AmbiguousReturn"]
      ] as const) {
        const body = envelope(`<ns1:sendmsgResponse>${content}</ns1:sendmsgResponse>`)
        assert.strictEqual(yield* readMany(body), `MalformedReply ${reason}`, content)
      }
    })
  )

  it.effect("may have several lines, each of which is a record", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* readMany(reply("sendmsg", "OK: 605\nERR: 001, x To: 2")), ["Ok", "Err 2"])
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
