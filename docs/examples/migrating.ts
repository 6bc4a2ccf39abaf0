// What docs/migrating.md has in place of a client made from the WSDL.
import { Commands, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Emulator, EmulatorServer, Fault } from "@effect-clickatell/testing"
import { Effect, Layer } from "effect"
import * as assert from "node:assert/strict"

// #region new
const clickatell = (endpoint: string) =>
  KeepAlive.layer().pipe(
    Layer.provideMerge(
      Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
    ),
    Layer.provide(HttpTransport.layerFetch({ endpoint }))
  )

const send = (to: string, text: string) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    const [result] = yield* session.execute(Commands.sendMsg({ to: [to], text }))
    return result
  })
// #endregion

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  assert.equal((yield* send("27990000001", "The parcel is here"))._tag, "Accepted")

  yield* emulator.expireSessions
  assert.equal((yield* send("27990000001", "It is still here"))._tag, "Accepted")
  assert.equal(yield* emulator.logins, 2)

  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  const lost = yield* Effect.flip(send("27990000001", "Was this sent?"))
  assert.equal(lost._tag === "TransportError" && lost.mayHaveReached, true)
})

export const program = EmulatorServer.EmulatorServer.pipe(
  Effect.flatMap(({ endpoint }) => Effect.provide(test, clickatell(endpoint("document-literal")))),
  Effect.provide(Layer.provideMerge(EmulatorServer.layer(), Emulator.layer()))
)
