// Commands that this library does not know, defined as values and run in the session.
import { Command, Credentials, Session } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Effect, Layer, Option, Schema } from "effect"
import * as assert from "node:assert/strict"

// #region getbalance
/** `Credit: 123.4`: the amount stays the string that the service wrote. */
const GetBalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Option.some(record.amount) : Option.none()),
  idempotent: true
})
// #endregion

// #region sendmsg
interface Sent {
  readonly to: string | undefined
  readonly result: { readonly id: string } | { readonly error: string }
}

/** One record for each recipient, of which some may be errors; not idempotent, so never sent twice by itself. */
const SendMsg = Command.make("sendmsg", {
  parameters: Schema.Struct({
    text: Schema.String,
    to: Schema.Array(Schema.String),
    from: Schema.optional(Schema.String)
  }),
  returns: "many",
  decode: (records) =>
    Option.all(
      records.map((record): Option.Option<Sent> => {
        if (record._tag === "Id") return Option.some({ to: record.to, result: { id: record.id } })
        return record._tag === "Err" ? Option.some({ to: record.to, result: { error: record.code } }) : Option.none()
      })
    )
})
// #endregion

// #region execute
const notify = (text: string, to: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    const balance = yield* session.execute(GetBalance({}))
    const sent = yield* session.execute(SendMsg({ text, to }))
    return { balance, sent }
  })
// #endregion

const Service = Session.layer({
  credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
}).pipe(Layer.provide(Emulator.layerTransport()), Layer.provideMerge(Emulator.layer()))

export const program = Effect.gen(function* () {
  const session = yield* Session.Session
  const emulator = yield* Emulator.Emulator

  // A refused session costs a login and one replay, whatever the command.
  yield* session.execute(GetBalance({}))
  yield* emulator.expireSessions
  yield* session.execute(GetBalance({}))

  // The emulator has no sendmsg, so that its answer is put into its mouth.
  const answer = "ID: c0ffee To: 27990000001\nERR: 114, Cannot route message To: 27990000002"
  yield* emulator.fail(Fault.reply("Credit: 42"), { operation: "getbalance" })
  yield* emulator.fail(Fault.reply(answer))
  assert.deepEqual(yield* notify("hello", ["27990000001", "27990000002"]), {
    balance: "42",
    sent: [
      { to: "27990000001", result: { id: "c0ffee" } },
      { to: "27990000002", result: { error: "114" } }
    ]
  })

  // Parameters that XML cannot carry are told by name, and nothing is sent.
  const error = yield* Effect.flip(session.execute(SendMsg({ text: "\u0000", to: [] })))
  assert.equal(error.message, "sendmsg: nothing was sent: correct the parameter text")
}).pipe(Effect.provide(Service))
