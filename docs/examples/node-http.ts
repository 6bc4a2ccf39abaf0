// A server of node:http that is written in promises: one session for the whole process, from its start to SIGTERM.
import { Commands, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Emulator, EmulatorServer, Fault } from "@effect-clickatell/testing"
import { FetchHttpClient } from "@effect/platform"
import { BigDecimal, Cause, ConfigProvider, Deferred, Effect, Exit, Fiber, Layer, Logger, ManagedRuntime } from "effect"
import type { ConfigError } from "effect"
import * as assert from "node:assert/strict"
import { once } from "node:events"
import * as http from "node:http"
import { json } from "node:stream/consumers"

// #region runtime
export const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
  Layer.provide(HttpTransport.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

export type Runtime = ManagedRuntime.ManagedRuntime<Session.Session, ConfigError.ConfigError>
// #endregion

// #region answers
interface Answer {
  readonly status: number
  readonly body: unknown
}

/** What one who asks us can do about an error of ours: none of them is about who they are, so none is a 401. */
export const statusOf = (error: Errors.ExchangeError | Errors.InvalidParameters): number => {
  switch (error._tag) {
    case "InvalidParameters":
      return 400
    case "ApiError":
      return 422
    case "AuthFailed":
      return 503
    case "TransportError":
      return error.mayHaveReached ? 504 : 503
    case "SoapFault":
    case "MalformedReply":
      return 502
  }
}

/** Makes an answer of each typed error; what happened goes to our log, and only the tag goes out. */
const answered = <R>(
  effect: Effect.Effect<Answer, Errors.ExchangeError | Errors.InvalidParameters, R>
): Effect.Effect<Answer, never, R> =>
  effect.pipe(
    Effect.catchAll((error) =>
      Effect.as(Effect.logWarning(error.message), { status: statusOf(error), body: { error: error._tag } })
    ),
    Effect.onInterrupt(() => Effect.logInfo("the client has left"))
  )
// #endregion

// #region effects
const balance = answered(
  Effect.gen(function* () {
    const session = yield* Session.Session
    const amount = yield* session.execute(Commands.getBalance)
    return { status: 200, body: { balance: BigDecimal.format(amount) } }
  })
)

const notify = (to: string, text: string) =>
  answered(
    Effect.gen(function* () {
      const session = yield* Session.Session
      const [result] = yield* session.execute(Commands.sendMsg({ to: [to], text }))
      return result._tag === "Accepted"
        ? { status: 202, body: { id: result.id } }
        : { status: 422, body: { code: result.code } }
    })
  )
// #endregion

// #region serve
/** Whatever has no answer was interrupted, or is a mistake in this program. */
const reply = (response: http.ServerResponse, exit: Exit.Exit<Answer, unknown>): void => {
  if (Exit.isFailure(exit) && !Cause.isInterruptedOnly(exit.cause)) console.error(Cause.pretty(exit.cause))
  const { body, status } = Exit.getOrElse(exit, () => ({ status: 500, body: { error: "Defect" } }))
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
}

const handle = async (runtime: Runtime, request: http.IncomingMessage, response: http.ServerResponse) => {
  if (request.method === "GET" && request.url === "/balance") {
    // It only reads, so that nobody is left who wants it when the client has gone.
    const client = new AbortController()
    response.once("close", () => client.abort())
    return reply(response, await runtime.runPromiseExit(balance, { signal: client.signal }))
  }
  if (request.method === "POST" && request.url?.startsWith("/messages/")) {
    // It sends, and goes on without the client: an interrupted message may have gone out all the same.
    const to = request.url.slice("/messages/".length)
    const { text = "" } = Object(await json(request).catch(() => ({})))
    return reply(response, await runtime.runPromiseExit(notify(to, String(text))))
  }
  return reply(response, Exit.succeed({ status: 404, body: { error: "NotFound" } }))
}

const serve = (runtime: Runtime): http.Server =>
  http.createServer((request, response) => void handle(runtime, request, response))

/** Takes no more requests, answers those under way for ten seconds at most, and only then closes the session. */
export const stop = async (server: http.Server, runtime: Runtime): Promise<void> => {
  AbortSignal.timeout(10_000).addEventListener("abort", () => server.closeAllConnections())
  server.close()
  server.keepAliveTimeout = 1 // connections end soon after their answer, and are not kept for another request
  await once(server, "close")
  await runtime.dispose()
}
// #endregion

// #region main
export const main = async (): Promise<void> => {
  const runtime = ManagedRuntime.make(Clickatell)
  // Builds the layers and reads the credentials once: what is missing in the environment is said now, and not to the first client.
  await runtime.runPromise(Credentials.config)
  const server = serve(runtime).listen(process.env["PORT"] ?? 8080, () => console.log("listening", server.address()))
  process.once("SIGTERM", () => void stop(server, runtime))
}
// #endregion

// What the environment would hold, with the emulator of this machine in place of Clickatell.
export const environment = (endpoint: string) =>
  Layer.setConfigProvider(
    ConfigProvider.fromMap(
      new Map([
        ["CLICKATELL_API_ID", "123456"],
        ["CLICKATELL_USER", "demo"],
        ["CLICKATELL_PASSWORD", "demo"],
        ["CLICKATELL_ENDPOINT", endpoint]
      ])
    )
  )

/** Holds the next request of this kind back at the service. */
const hold = (operation: string) =>
  Effect.gen(function* () {
    const { fail } = yield* Emulator.Emulator
    const [here, go] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
    const wait = Effect.zipRight(Deferred.succeed(here, undefined), Deferred.await(go))
    yield* fail(() => Effect.as(wait, undefined), { operation })
    return { here: Deferred.await(here), go: Deferred.succeed(go, undefined) }
  })

export const program = Effect.gen(function* () {
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const emulator = yield* Emulator.Emulator
  const left = yield* Deferred.make<void>()
  const log = Logger.make(({ message }) => {
    if (String(message) === "the client has left") Deferred.unsafeDone(left, Effect.void)
  })
  const runtime = ManagedRuntime.make(
    Clickatell.pipe(
      Layer.provide(environment(endpoint("document-literal"))),
      Layer.provideMerge(Logger.replace(Logger.defaultLogger, log))
    )
  )
  const server = serve(runtime).listen(0, "127.0.0.1")
  yield* Effect.promise(() => once(server, "listening"))
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
  const ask = (path: string, init: RequestInit = {}) =>
    Effect.promise(async () => {
      const response = await fetch(`${url}${path}`, init)
      return [response.status, await response.json()]
    })
  const post = (to: string) => ask(`/messages/${to}`, { method: "POST", body: JSON.stringify({ text: "hi" }) })

  // Ten at once share one session.
  const balances = yield* Effect.replicateEffect(ask("/balance"), 10, { concurrency: "unbounded" })
  assert.deepEqual(new Set(balances.map(String)), new Set([String([200, { balance: "123.4" }])]))
  assert.equal(yield* emulator.logins, 1)

  assert.equal((yield* post("27990000001"))[0], 202)
  assert.deepEqual(yield* post("not a number"), [400, { error: "InvalidParameters" }])
  yield* emulator.setBalance(0)
  assert.deepEqual(yield* post("27990000001"), [422, { error: "ApiError" }])
  yield* emulator.setBalance(123.4)
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  assert.deepEqual(yield* post("27990000001"), [504, { error: "TransportError" }])
  assert.equal((yield* emulator.messages).length, 2) // that one was sent, so do not send it again without asking

  // The client leaves, and nothing is left that waits for the service.
  const held = yield* hold("getbalance")
  const client = new AbortController()
  const leaving = fetch(`${url}/balance`, { signal: client.signal }).catch(() => "left")
  yield* held.here
  client.abort()
  yield* Deferred.await(left)
  assert.equal(yield* Effect.promise(() => leaving), "left")
  yield* held.go

  // The process is to stop while a request is under way: that is answered, and then the session closes.
  const late = yield* hold("getbalance")
  const answer = yield* Effect.fork(ask("/balance"))
  yield* late.here
  const session = yield* Effect.promise(() => runtime.runPromise(Session.Session))
  const stopping = stop(server, runtime)
  yield* late.go
  assert.deepEqual(yield* Fiber.join(answer), [200, { balance: "122.4" }])
  yield* Effect.promise(() => stopping)
  assert.equal((yield* session.status).state, "Closed")
}).pipe(Effect.provide(Layer.provideMerge(EmulatorServer.layer(), Emulator.layer())))
