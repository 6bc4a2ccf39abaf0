// A program that can move to another provider: it knows a port of its own, and one layer knows Clickatell.
import { Commands, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Context, Data, Effect, Layer, Ref } from "effect"
import * as assert from "node:assert/strict"

// #region port
interface Message {
  /** Ours, and the same for each attempt to send this message. */
  readonly id: string
  readonly to: string
  readonly text: string
}

/** The provider does not want it; sending it again is no use. */
class Refused extends Data.TaggedError("Refused")<{ readonly why: string }> {}
/** It was not sent, and can be later. */
class Unavailable extends Data.TaggedError("Unavailable")<{ readonly why: string }> {}
/** It may have been sent, and nobody can say. */
class Unknown extends Data.TaggedError("Unknown")<{ readonly why: string }> {}

class Sms extends Context.Tag("app/Sms")<
  Sms,
  { readonly send: (message: Message) => Effect.Effect<void, Refused | Unavailable | Unknown> }
>() {}
// #endregion

// #region clickatell
const meaning = (error: Errors.CommandError): Refused | Unavailable | Unknown => {
  const why = error.message
  switch (error._tag) {
    case "TransportError":
      return error.mayHaveReached ? new Unknown({ why }) : new Unavailable({ why })
    case "MalformedReply":
    case "SoapFault":
      return new Unknown({ why })
    case "AuthFailed":
      return new Unavailable({ why })
    case "ApiError":
      // 130: the limit of messages is reached until a time; 301: no credit; 901: an internal error.
      return ["130", "301", "901"].includes(error.code) ? new Unavailable({ why }) : new Refused({ why })
    case "InvalidParameters":
      return new Refused({ why })
  }
}

const SmsByClickatell = Layer.effect(
  Sms,
  Effect.map(Session.Session, (session) => ({
    send: ({ id, text, to }) =>
      Commands.sendMsgOnce(session, { to: [to], text, clientMessageId: id }).pipe(
        Effect.mapError(meaning),
        Effect.flatMap(([result]) =>
          result._tag === "Refused" ? new Refused({ why: `ERR ${result.code}` }) : Effect.void
        )
      )
  }))
)
// #endregion

// #region program
const announce = (parcel: string, to: string) =>
  Effect.flatMap(Sms, (sms) => sms.send({ id: parcel, to, text: "The parcel is here" })).pipe(
    Effect.as("sent"),
    Effect.catchTags({
      Refused: () => Effect.succeed("ask for another number"),
      Unavailable: () => Effect.succeed("try again later"),
      Unknown: () => Effect.succeed("let a person look")
    })
  )
// #endregion

// #region memory
/** The same port without a provider, for the program's own tests. */
const smsInMemory = (outbox: Ref.Ref<ReadonlyArray<Message>>) =>
  Layer.succeed(Sms, { send: (message) => Ref.update(outbox, (sent) => [...sent, message]) })
// #endregion

const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(
    Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
  )
)

const byClickatell = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  assert.equal(yield* announce("p1", "27990000001"), "sent")
  assert.equal(yield* announce("p2", "no number"), "ask for another number")
  yield* emulator.fail(Fault.refuse, { operation: "sendmsg" })
  assert.equal(yield* announce("p3", "27990000001"), "try again later")
  yield* emulator.fail(Fault.reply("ERR: 301, No credit left"), { operation: "sendmsg" })
  assert.equal(yield* announce("p4", "27990000001"), "try again later")
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  yield* emulator.fail(Fault.status(500), { operation: "querymsg" })
  assert.equal(yield* announce("p5", "27990000001"), "let a person look")
}).pipe(
  Effect.provide(
    SmsByClickatell.pipe(
      Layer.provide(Clickatell),
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Emulator.layer())
    )
  )
)

const inMemory = Effect.gen(function* () {
  const outbox = yield* Ref.make<ReadonlyArray<Message>>([])
  assert.equal(yield* Effect.provide(announce("p1", "27990000001"), smsInMemory(outbox)), "sent")
  assert.equal((yield* Ref.get(outbox)).length, 1)
})

export const program = Effect.zipRight(byClickatell, inMemory)
