// The same in Express 5: whatever a handler throws is answered by Express with 500.
import { Commands, Credentials, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import { BigDecimal, Cause, Effect, Either, Exit, Layer, Logger, LogLevel, ManagedRuntime } from "effect"
import express from "express"
import * as assert from "node:assert/strict"
import { once } from "node:events"
import * as http from "node:http"
import { Clickatell, environment, statusOf, stop } from "./node-http.ts"
import type { Runtime } from "./node-http.ts"

// #region answer
/** Answers with what an effect comes to: its value, or the tag of its error. */
const answer = async <A>(
  runtime: Runtime,
  response: express.Response,
  effect: Effect.Effect<A, Errors.ExchangeError | Errors.InvalidParameters, Session.Session>,
  signal?: AbortSignal
): Promise<void> => {
  const logged = Effect.tapError(effect, ({ message }) => Effect.logWarning(message))
  const exit = await runtime.runPromiseExit(Effect.either(logged), { signal })
  if (response.closed) return // the client has left, and nobody is to be answered
  if (Exit.isFailure(exit)) throw Cause.squash(exit.cause)
  Either.match(exit.value, {
    onLeft: (error) => response.status(statusOf(error)).json({ error: error._tag }),
    onRight: (value) => response.json(value)
  })
}
// #endregion

// #region app
const balance = Effect.gen(function* () {
  const session = yield* Session.Session
  return { balance: BigDecimal.format(yield* session.execute(Commands.getBalance)) }
})

const notify = (to: string, text: string) =>
  Effect.flatMap(Session.Session, (session) => session.execute(Commands.sendMsg({ to: [to], text })))

const make = (runtime: Runtime): express.Express => {
  const app = express().use(express.json())
  app.get("/balance", async (_, response) => {
    const client = new AbortController()
    response.once("close", () => client.abort())
    await answer(runtime, response, balance, client.signal)
  })
  app.post("/messages/:to", async ({ body, params }, response) => {
    await answer(runtime, response, notify(params.to, String(body?.text)))
  })
  return app
}
// #endregion

// #region main
export const main = async (): Promise<void> => {
  const runtime = ManagedRuntime.make(Clickatell)
  await runtime.runPromise(Credentials.config)
  const server = http
    .createServer(make(runtime))
    .listen(process.env["PORT"] ?? 8080, () => console.log("listening", server.address()))
  process.once("SIGTERM", () => void stop(server, runtime))
}
// #endregion

export const program = Effect.gen(function* () {
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const emulator = yield* Emulator.Emulator
  const runtime = ManagedRuntime.make(
    Clickatell.pipe(
      Layer.provide(environment(endpoint("document-literal"))),
      Layer.provideMerge(Logger.minimumLogLevel(LogLevel.None))
    )
  )
  const server = http.createServer(make(runtime)).listen(0, "127.0.0.1")
  yield* Effect.promise(() => once(server, "listening"))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
  const ask = (path: string, init: RequestInit = {}) =>
    Effect.promise(async () => {
      const response = await fetch(`${url}${path}`, init)
      return [response.status, await response.json()]
    })
  const send = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ text: "hi" }) }

  assert.deepEqual(yield* ask("/balance"), [200, { balance: "123.4" }])
  assert.equal((yield* ask("/messages/27990000001", send))[0], 200)
  assert.deepEqual(yield* ask("/messages/nobody", send), [400, { error: "InvalidParameters" }])
  assert.equal((yield* emulator.messages).length, 1)

  // No 401: it is not our client whom the service does not know.
  yield* emulator.setPassword("changed")
  yield* emulator.expireSessions
  assert.deepEqual(yield* ask("/balance"), [503, { error: "AuthFailed" }])

  yield* Effect.promise(() => stop(server, runtime))
}).pipe(Effect.provide(Layer.provideMerge(EmulatorServer.layer(), Emulator.layer())))
