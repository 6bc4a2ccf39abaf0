// A message is sent, asked for and paid for with the documented commands, and an answer that is lost costs no second message.
import { Command, Commands, Credentials, Printable, Session } from "@effect-clickatell/core"
import { Emulator, Fault, Outcome } from "@effect-clickatell/testing"
import { BigDecimal, Effect, Layer, Option, Schema } from "effect"
import * as assert from "node:assert/strict"

// #region send
const notify = Effect.gen(function* () {
  const session = yield* Session.Session
  const results = yield* session.execute(
    Commands.sendMsg({ to: ["27990000001", "27990000002"], text: "The parcel is here", validity: "2 hours" })
  )
  for (const result of results) {
    if (result._tag === "Refused")
      yield* Effect.logWarning(result.to, result.code, Printable.escape(result.description))
  }
  return results.flatMap((result) => (result._tag === "Accepted" ? [result.id] : []))
})
// #endregion

// #region ask
const isDelivered = (id: Commands.ApiMessageId) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    const { status } = yield* session.execute(Commands.queryMsg({ id }))
    return Commands.messageStatuses.get(status)?.stage === "delivered"
  })
// #endregion

// #region lost
/** The answer to a send is lost: the service knows the message by our own id, or says 104, and only then is it sent again. */
const send = (message: Commands.SendMsg & { readonly clientMessageId: string }) =>
  Effect.flatMap(Session.Session, (session) =>
    session.execute(Commands.sendMsg(message)).pipe(
      Effect.asVoid,
      Effect.catchIf(
        (error) => error._tag === "TransportError" && error.mayHaveReached,
        () =>
          session.execute(Commands.queryMsg({ clientMessageId: message.clientMessageId })).pipe(
            Effect.asVoid,
            Effect.catchIf(
              (error) => error._tag === "ApiError" && error.code === "104",
              () => Effect.asVoid(session.execute(Commands.sendMsg(message)))
            )
          )
      )
    )
  )
// #endregion

// #region once
const sendOnce = (order: string) =>
  Effect.flatMap(Session.Session, (session) =>
    Commands.sendMsgOnce(session, { to: ["27990000001"], text: "The parcel is here", clientMessageId: order })
  )
// #endregion

// #region own
/** A batch's beginning, whose own id has another name in each style's WSDL. */
const StartBatch = Command.make("startbatch", {
  parameters: {
    "document-literal": Schema.Struct({
      template: Schema.String,
      clientMessageId: Schema.optional(Commands.ClientMessageId).pipe(Schema.fromKey("climsgid"))
    }),
    "rpc-encoded": Schema.Struct({
      template: Schema.String,
      clientMessageId: Schema.optional(Commands.ClientMessageId).pipe(Schema.fromKey("cliMsgId"))
    })
  },
  decode: ([record]) => (record._tag === "Id" ? Option.some(record.id) : Option.none())
})
// #endregion

const Service = Session.layer({
  credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
}).pipe(
  Layer.provide(Emulator.layerTransport()),
  Layer.provideMerge(
    Emulator.layer({ balance: 12.5, statuses: { "004": 0 }, commands: { startbatch: () => "ID: batch1" } })
  )
)

export const program = Effect.gen(function* () {
  const session = yield* Session.Session
  const emulator = yield* Emulator.Emulator
  const balance = yield* session.execute(Commands.getBalance)
  assert.equal(BigDecimal.format(balance), "12.5")

  yield* emulator.setNumber("27990000002", Outcome.optedOut)
  const [id = ""] = yield* notify
  assert.equal(yield* isDelivered(Commands.ApiMessageId.make(id)), true)

  // The message is taken, and the answer to it is lost on its way.
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  yield* send({ to: ["27990000001"], text: "hi", clientMessageId: "order1" })
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  const [sent] = yield* sendOnce("order2")
  assert.equal(sent._tag, "Accepted")
  // Here it never arrives, and goes out a second time.
  yield* emulator.fail(Fault.reset, { operation: "sendmsg" })
  yield* sendOnce("order3")
  const messages = yield* emulator.messages
  assert.deepEqual(
    messages.map(({ clientMessageId }) => clientMessageId),
    [undefined, "order1", "order2", "order3"]
  )

  assert.equal(yield* session.execute(StartBatch({ template: "Dear #field1#" })), "batch1")
}).pipe(Effect.provide(Service))
