// A test of one's own code that sends messages: without a network, and without waiting for what takes five seconds.
import { Commands, Credentials, Session } from "@effect-clickatell/core"
import { Emulator, Outcome } from "@effect-clickatell/testing"
import type { Array } from "effect"
import { Effect, Layer, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

/** What is to be tested: sends a notice, and gives the numbers that cannot have it. */
const notify = (to: Array.NonEmptyReadonlyArray<string>) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    const results = yield* session.execute(Commands.sendMsg({ to, text: "The parcel is here" }))
    return results.flatMap((result) => (result._tag === "Refused" ? [result.to] : []))
  })

const Service = Session.layer({
  credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
}).pipe(Layer.provide(Emulator.layerTransport()), Layer.provideMerge(Emulator.layer()))

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  yield* emulator.setNumber("27990000002", Outcome.optedOut)
  assert.deepEqual(yield* notify(["27990000001", "27990000002"]), ["27990000002"])

  yield* TestClock.adjust("5 seconds")
  const sent = yield* emulator.messages
  assert.deepEqual(
    sent.map(({ content, status, to }) => [to, content, status]),
    [["27990000001", "The parcel is here", "004"]]
  )

  yield* emulator.setBalance(0)
  const error = yield* Effect.flip(notify(["27990000001"]))
  assert.equal(error._tag === "ApiError" && error.code, "301")
})

export const program = Effect.provide(test, Layer.provideMerge(Service, TestContext.TestContext))
