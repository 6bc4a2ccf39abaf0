// The two commands by themselves: one request each, no session kept, nothing retried.
import { Authenticate, Credentials, Ping } from "@effect-clickatell/core"
import type { SessionId } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Effect, Layer } from "effect"
import * as assert from "node:assert/strict"

// #region is-alive
/** Whether the service still accepts the session; whatever else goes wrong stays an error. */
const isAlive = (id: SessionId.SessionId) =>
  Ping.ping(id).pipe(
    Effect.as(true),
    Effect.catchIf(
      (error) => error._tag === "AuthFailed" && error.reason === "SessionNotAccepted",
      () => Effect.succeed(false)
    )
  )
// #endregion

// #region what-to-do
/** One decision for each tag: `message` says what happened and what to do, and holds no secret. */
const whatToDo = (id: SessionId.SessionId) =>
  Ping.ping(id).pipe(
    Effect.as("nothing: the session is alive"),
    Effect.catchTags({
      AuthFailed: ({ message }) => Effect.succeed(`log in, or correct the credentials: ${message}`),
      ApiError: ({ code, message }) => Effect.succeed(`look the code ${code} up: ${message}`),
      SoapFault: ({ message }) => Effect.succeed(`report it: ${message}`),
      MalformedReply: ({ message }) => Effect.succeed(`check the endpoint and the proxy: ${message}`),
      TransportError: ({ message }) => Effect.succeed(`try again later: ${message}`)
    })
  )
// #endregion

export const program = Effect.gen(function* () {
  const id = yield* Authenticate.authenticate(
    yield* Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
  )
  assert.equal(yield* isAlive(id), true)

  const { expireSessions } = yield* Emulator.Emulator
  yield* expireSessions
  assert.equal(yield* isAlive(id), false)
  assert.match(yield* whatToDo(id), /^log in.*ping: SessionNotAccepted \(ERR 001\)/)
}).pipe(Effect.provide(Layer.provideMerge(Emulator.layerTransport(), Emulator.layer())))
