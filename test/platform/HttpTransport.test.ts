import { assert, describe, it } from "@effect/vitest"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Session from "@effect-clickatell/core/Session"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import * as Tracer from "effect/Tracer"
import * as Fault from "./faultServer.ts"
import {
  answering,
  assertNoSecret,
  clientNames,
  clients,
  envelope,
  failure,
  httpClientNames,
  httpClients,
  open,
  send,
  soap,
  text
} from "./harness.ts"

describe.each(clientNames)("transport, with %s", (name) => {
  const client = clients[name]

  it.scoped("posts the envelope's bytes with the headers of SOAP 1.1", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      yield* send(client, { endpoint: server.url }).pipe(Effect.withSpan("outer"))
      const [head = "", body = ""] = server.requests[0]?.split("\r\n\r\n") ?? []
      assert.strictEqual(Buffer.from(body, "latin1").toString("utf8"), Redacted.value(envelope.xml))
      const [line, ...headers] = head.toLowerCase().split("\r\n")
      assert.strictEqual(line, "post /soap http/1.1")
      assert.includeMembers(headers, [
        `host: 127.0.0.1:${server.port}`,
        "content-type: text/xml; charset=utf-8",
        'soapaction: "http://api.clickatell.com/soap/document_literal/webservice/auth"',
        "accept: text/xml",
        "cache-control: no-store",
        `content-length: ${body.length}`
      ])
      assert.notMatch(head, /traceparent|b3|transfer-encoding/i)
    })
  )

  it.scoped("keeps its connection, except on the plain node:http layer, which opens one for each exchange", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const transport = yield* open(client, { endpoint: server.url })
      yield* Effect.repeatN(transport.send(envelope), 49)
      // A second one, where the next exchange begins before the pool has the first one back.
      if (name === "node:http") assert.strictEqual(server.connections(), 50)
      else assert.isAtMost(server.connections(), 2)
    })
  )

  it.scoped("gives each of many callers the answer to its own request", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one((exchange) => Fault.reply(exchange.request)(exchange))
      const transport = yield* open(client, { endpoint: server.url })
      const bodies = yield* Effect.forEach(
        Array.from({ length: 20 }, (_, i) => `call-${i}`),
        (operation) => Effect.map(transport.send({ ...envelope, action: operation }), text),
        { concurrency: "unbounded" }
      )
      bodies.forEach((body, i) => assert.include(body.toLowerCase(), `soapaction: "call-${i}"`))
    })
  )

  it.scoped("closes the connection of a caller who is interrupted", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.hang)
      const fiber = yield* Effect.fork(send(client, { endpoint: server.url }))
      yield* server.requested
      yield* Fiber.interrupt(fiber)
      yield* server.closed
    })
  )

  it.scoped("closes the connection of a caller whose session closes, which the caller is told at once", () =>
    Effect.gen(function* () {
      const asked = yield* Deferred.make<void>()
      const { xml } = Envelope.make("document-literal", "authResponse", [
        { name: "return", type: "xsd:string", value: `OK: ${"0".repeat(32)}` }
      ])
      const hang: Fault.Behaviour = (exchange) =>
        Effect.zipRight(Deferred.succeed(asked, undefined), Fault.hang(exchange))
      const server = yield* Fault.make({ behaviours: [Fault.reply(Redacted.value(xml)), hang] })
      const transport = yield* open(client, { endpoint: server.url })
      const scope = yield* Scope.make()
      const credentials = Credentials.make({ apiId: "1", user: "demo", password: "demo" })
      const session = yield* Session.make({ credentials }).pipe(
        Effect.provideService(Transport, transport),
        Scope.extend(scope)
      )
      yield* session.open
      const caller = yield* Effect.fork(Effect.uninterruptible(Effect.flip(session.execute(Ping.Ping))))
      yield* Deferred.await(asked)
      yield* Scope.close(scope, Exit.void)
      assert.include(yield* Fiber.join(caller), { _tag: "AuthFailed", reason: "SessionClosed" })
      yield* server.closed
    })
  )

  it.scoped("can lose a kept connection at the moment of its next use, and then works again", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({ behaviours: [Fault.reply(soap), Fault.reset, Fault.reply(soap)] })
      const transport = yield* open(client, { endpoint: server.url })
      yield* transport.send(envelope)
      const { mayHaveReached, phase, reason } = yield* failure(transport.send(envelope))
      assert.deepStrictEqual([reason, phase, mayHaveReached], ["Reset", "headers", true])
      assert.strictEqual(text(yield* transport.send(envelope)), soap)
    })
  )
})

describe.each(httpClientNames)("HttpTransport, with %s", (name) => {
  const client = httpClients[name]

  it.scoped("sends trace headers only where they are asked for", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      yield* send(client, { endpoint: server.url, traceHeaders: true }).pipe(Effect.withSpan("outer"))
      assert.match(server.requests[0] ?? "", /\r\ntraceparent: /i)
    })
  )

  it.scoped("returns a failure of the status that the host's client makes an error", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap, "", "500 Internal Server Error"))
      const strict = Layer.map(client, (context) => context).pipe(
        Layer.project(HttpClient.HttpClient, HttpClient.HttpClient, HttpClient.filterStatusOk)
      )
      const response = yield* send(strict, { endpoint: server.url })
      assert.deepStrictEqual([response.status, text(response)], [500, soap])
    })
  )

  it.scoped("lets the client be changed for its own requests", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      yield* send(client, {
        endpoint: server.url,
        transformClient: HttpClient.mapRequest(HttpClientRequest.setHeader("x-route", "blue"))
      })
      assert.match(server.requests[0] ?? "", /\r\nx-route: blue\r\n/i)
    })
  )

  it.scoped("shows the secrets to nobody who prints the client's request or its error", () =>
    Effect.gen(function* () {
      const seen: Array<unknown> = []
      const endpoint = yield* Fault.refused
      yield* failure(
        send(client, {
          endpoint,
          transformClient: (client) =>
            client.pipe(
              HttpClient.tapRequest((request) => Effect.sync(() => seen.push(request, { request }))),
              HttpClient.tapError((error) => Effect.sync(() => seen.push(error, Cause.fail(error), error.cause)))
            )
        })
      )
      assert.strictEqual(seen.length, 5)
      seen.forEach(assertNoSecret)
    })
  )
})

describe("node:http", () => {
  it.scoped("keeps its connection with an agent that is told to", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const client = Layer.provide(NodeHttpClient.layerWithoutAgent, NodeHttpClient.makeAgentLayer({ keepAlive: true }))
      const transport = yield* open(client, { endpoint: server.url })
      yield* Effect.repeatN(transport.send(envelope), 49)
      assert.isAtMost(server.connections(), 2)
    })
  )
})

describe("statuses", () => {
  it.scoped("a redirect that a browser keeps to itself is refused as well", () =>
    Effect.gen(function* () {
      const hidden = Object.defineProperty(Response.error(), "type", { value: "opaqueredirect" })
      const client = Layer.succeed(
        HttpClient.HttpClient,
        HttpClient.make((request) => Effect.succeed(HttpClientResponse.fromWeb(request, hidden)))
      )
      const { phase, reason, status } = yield* failure(send(client, {}))
      assert.deepStrictEqual([hidden.status, reason, phase, status], [0, "Redirect", "headers", undefined])
    })
  )
})

it.scoped("writes nothing of a client that dies to any log, since it may quote the request", () =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const logger = Logger.make((line) => void lines.push(line))
    const client = Layer.succeed(
      HttpClient.HttpClient,
      HttpClient.make(() => Effect.die(new Error(Redacted.value(envelope.xml))))
    )
    const exit = yield* Effect.exit(send(client, {})).pipe(
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Logger.withMinimumLogLevel(LogLevel.All)
    )
    assert.isTrue(Exit.isFailure(exit) && Cause.isDie(exit.cause))
    assert.deepStrictEqual(lines, [])
  })
)

describe("spans", () => {
  for (const traceHeaders of [false, true]) {
    it.scoped(`the client's own is ${traceHeaders ? "there where it is asked for" : "left out"}`, () =>
      Effect.gen(function* () {
        const names: Array<string> = []
        const tracer = yield* Effect.tracer
        const watched = Tracer.make({
          context: tracer.context,
          span: (name, ...rest) => {
            names.push(name)
            return tracer.span(name, ...rest)
          }
        })
        yield* send(answering(new Response(soap)), { traceHeaders }).pipe(Effect.withTracer(watched))
        assert.deepStrictEqual(names, traceHeaders ? ["http.client POST"] : [])
      })
    )
  }
})
