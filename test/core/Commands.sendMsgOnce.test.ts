import * as Commands from "@effect-clickatell/core/Commands"
import { assert, describe } from "@effect/vitest"
import type { Array as Arr } from "effect"
import { Effect } from "effect"
import { messageId } from "./messages.ts"
import * as Scripted from "./scriptedTransport.ts"
import { fails, said, start, succeeds } from "./support.ts"
import { it } from "./virtualTest.ts"

const to = ["27990000001"] as const
const accepted = Scripted.reply(`ID: ${messageId(1)}`)
const found = Scripted.reply(`ID: ${messageId(1)} Status: 002`)
const unheard = Scripted.err("104", "Unknown client message ID")

/** A message sent once to a service that answers so, one answer to each request. */
const sending = (
  answers: { readonly sendmsg: ReadonlyArray<Scripted.Answer>; readonly querymsg?: ReadonlyArray<Scripted.Answer> },
  recipients: Arr.NonEmptyReadonlyArray<string> = to
) =>
  Effect.gen(function* () {
    const server = Scripted.make()
    server.next("sendmsg", ...answers.sendmsg)
    server.next("querymsg", ...(answers.querymsg ?? []))
    const session = yield* start(server)
    const asked = () => server.log.flatMap((line) => /(?:sendmsg|querymsg)/.exec(line) ?? [])
    return { sent: Commands.sendMsgOnce(session, { to: recipients, text: "hi", clientMessageId: "order17" }), asked }
  })

const result: unknown = [{ _tag: "Accepted", id: messageId(1), to: to[0] }]

describe("sendMsgOnce", () => {
  it.virtual("sends once where the answer comes, and asks nothing", () =>
    Effect.gen(function* () {
      const { asked, sent } = yield* sending({ sendmsg: [accepted] })
      assert.deepStrictEqual(yield* succeeds(sent, "1 minute"), result)
      assert.deepStrictEqual(asked(), ["sendmsg"])
    })
  )

  const unknown: ReadonlyArray<readonly [name: string, answer: Scripted.Answer]> = [
    ["a connection that breaks", Scripted.reset],
    ["an answer that never comes", Scripted.broken("Timeout")],
    ["an answer that breaks off", Scripted.broken("Reset", "body")],
    ["a proxy's status", Scripted.status(502)],
    ["an answer that cannot be read", Scripted.body("<html>")],
    ["an answer to something else", Scripted.reply("Credit: 1")],
    ["a fault of the server", Scripted.fault("Server")]
  ]
  for (const [name, lost] of unknown) {
    it.virtual(`asks by the client's id after ${name}, and is content with what the service has`, () =>
      Effect.gen(function* () {
        const { asked, sent } = yield* sending({ sendmsg: [lost], querymsg: [found] })
        assert.deepStrictEqual(yield* succeeds(sent, "1 minute"), result)
        assert.deepStrictEqual(asked(), ["sendmsg", "querymsg"])
      })
    )

    it.virtual(`sends again after ${name} where the service has nothing`, () =>
      Effect.gen(function* () {
        const { asked, sent } = yield* sending({ sendmsg: [lost, accepted], querymsg: [unheard] })
        assert.deepStrictEqual(yield* succeeds(sent, "1 minute"), result)
        assert.deepStrictEqual(asked(), ["sendmsg", "querymsg", "sendmsg"])
      })
    )
  }

  const certain: ReadonlyArray<readonly [name: string, answer: Scripted.Answer, error: string]> = [
    ["a refused connection", Scripted.down, "TransportError Connect"],
    ["a proxy that did not pass it on", Scripted.status(429), "TransportError Status"],
    ["an error of the call", Scripted.err("301"), "ApiError 301"],
    ["an internal error", Scripted.err("901"), "ApiError 901"],
    ["a fault of the client", Scripted.fault("Client"), "SoapFault SOAP-ENV:Client"]
  ]
  for (const [name, answer, error] of certain) {
    it.virtual(`fails with ${name}, since the service did not take the message`, () =>
      Effect.gen(function* () {
        const { asked, sent } = yield* sending({ sendmsg: [answer] })
        assert.strictEqual(said(yield* fails(sent, "1 minute")), error)
        assert.deepStrictEqual(asked(), ["sendmsg"])
      })
    )
  }

  it.virtual("asks again after the second time, and sends no third", () =>
    Effect.gen(function* () {
      const lost = [Scripted.reset, Scripted.broken("Timeout")]
      const late = yield* sending({ sendmsg: lost, querymsg: [unheard, found] })
      assert.deepStrictEqual(yield* succeeds(late.sent, "1 minute"), result)
      const never = yield* sending({ sendmsg: lost, querymsg: [unheard, unheard] })
      assert.strictEqual(said(yield* fails(never.sent, "1 minute")), "TransportError Timeout")
      assert.deepStrictEqual(never.asked(), ["sendmsg", "querymsg", "sendmsg", "querymsg"])
    })
  )

  it.virtual("fails as the sending did where its question goes unanswered", () =>
    Effect.gen(function* () {
      const refused = yield* sending({ sendmsg: [Scripted.reset], querymsg: [Scripted.err("103")] })
      assert.strictEqual(said(yield* fails(refused.sent, "1 minute")), "TransportError Reset")
      assert.deepStrictEqual(refused.asked(), ["sendmsg", "querymsg"])
      const down = Array.from({ length: 9 }, () => Scripted.down)
      const unreachable = yield* sending({ sendmsg: [Scripted.reset], querymsg: down })
      assert.strictEqual(said(yield* fails(unreachable.sent, "1 minute")), "TransportError Reset")
      assert.deepStrictEqual([...new Set(unreachable.asked())], ["sendmsg", "querymsg"])
    })
  )

  it.virtual("fails so too for several recipients that the service has heard of, and sends nothing twice", () =>
    Effect.gen(function* () {
      const { asked, sent } = yield* sending({ sendmsg: [Scripted.reset], querymsg: [found] }, [...to, "27990000002"])
      assert.strictEqual(said(yield* fails(sent, "1 minute")), "TransportError Reset")
      assert.deepStrictEqual(asked(), ["sendmsg", "querymsg"])
    })
  )

  it.virtual("sends nothing that does not fit", () =>
    Effect.gen(function* () {
      const { asked, sent } = yield* sending({ sendmsg: [] }, ["+27"])
      assert.strictEqual(said(yield* fails(sent, "1 minute")), "InvalidParameters")
      assert.deepStrictEqual(asked(), [])
    })
  )
})
