import { assert, describe, it } from "@effect/vitest"
import type { TransportError } from "@effect-clickatell/core/Errors"
import { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Undici from "undici"
import type { Behaviour } from "./faultServer.ts"
import * as Fault from "./faultServer.ts"
import {
  clientNames,
  clients,
  envelope,
  failure,
  open,
  overDispatcher,
  secretsReceived,
  send,
  text
} from "./harness.ts"

const redirect = (status: number, location: string, rest: Behaviour = () => Effect.void): Behaviour =>
  Fault.sequence(Fault.raw(`HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 900000\r\n\r\n`), rest)

const assertRefused = (error: TransportError, status: number): void => {
  const { mayHaveReached, phase, reason } = error
  assert.deepStrictEqual([reason, phase, mayHaveReached, error.status], ["Redirect", "headers", true, status])
  assert.notInclude(error.message, "elsewhere")
}

describe.each(clientNames)("redirects, with %s", (name) => {
  const client = clients[name]

  for (const status of [300, 301, 302, 303, 307, 308]) {
    it.scoped(`${status} to another host gets no second request`, () =>
      Effect.gen(function* () {
        const other = yield* Fault.one(Fault.reply("<ok/>"))
        const server = yield* Fault.make({
          behaviours: [redirect(status, `${other.url}/elsewhere`), Fault.reply("<ok/>")]
        })
        const transport = yield* open(client, { endpoint: server.url })
        assertRefused(yield* failure(transport.send(envelope)), status)
        yield* server.closed
        assert.deepStrictEqual([secretsReceived(server), other.connections()], [1, 0])
        assert.strictEqual(text(yield* transport.send(envelope)), "<ok/>")
      })
    )

    it.scoped(`${status} to the same host gets no second request`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.make({ behaviours: [redirect(status, "/elsewhere"), Fault.reply("<ok/>")] })
        assertRefused(yield* failure(send(client, { endpoint: server.url })), status)
        yield* server.closed
        assert.strictEqual(secretsReceived(server), 1)
      })
    )
  }

  it.scoped("its body is not read", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(redirect(302, "/elsewhere", Fault.endless("a".repeat(1000))))
      assertRefused(yield* failure(send(client, { endpoint: server.url })), 302)
      yield* server.closed
    })
  )

  it.scoped("a status of this family without an address is refused as well", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply("", "", "302 Found"))
      assertRefused(yield* failure(send(client, { endpoint: server.url })), 302)
    })
  )
})

describe("a host's own fetch", () => {
  const once = Effect.fnUntraced(function* (client: Layer.Layer<HttpClient.HttpClient>) {
    const other = yield* Fault.one(Fault.reply("<ok/>"))
    const server = yield* Fault.one(redirect(307, `${other.url}/elsewhere`))
    assertRefused(yield* failure(send(client, { endpoint: server.url })), 307)
    assert.deepStrictEqual([secretsReceived(server), other.connections()], [1, 0])
    return server.requests[0] ?? ""
  })

  const init: RequestInit = { redirect: "follow", headers: { "x-own": "kept" } }
  const own = Layer.provide(FetchHttpClient.layer, Layer.succeed(FetchHttpClient.RequestInit, init))

  it.scoped("keeps its options, save that it must not follow", () =>
    Effect.gen(function* () {
      assert.match(yield* once(own), /\r\nx-own: kept\r\n/i)
    })
  )

  it.scoped("keeps its options where these are in sight", () =>
    Effect.gen(function* () {
      const request = yield* once(FetchHttpClient.layer).pipe(Effect.provideService(FetchHttpClient.RequestInit, init))
      assert.match(request, /\r\nx-own: kept\r\n/i)
    })
  )

  it.scoped("keeps its options where layerFetch brings the client", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply("<ok/>"))
      const layer = HttpTransport.layerFetch({ endpoint: server.url }).pipe(
        Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, init))
      )
      yield* Effect.flatMap(Transport, (transport) => transport.send(envelope)).pipe(Effect.provide(layer))
      assert.match(server.requests[0] ?? "", /\r\nx-own: kept\r\n/i)
    })
  )

  it.scoped("keeps its agent", () =>
    Effect.gen(function* () {
      const origins: Array<string> = []
      const agent = new Undici.Agent().compose((dispatch) => (options, handler) => {
        origins.push(String(options.origin))
        return dispatch(options, handler)
      })
      yield* once(overDispatcher.fetch(agent))
      assert.strictEqual(origins.length, 1)
    })
  )

  it.scoped("is held to it behind changes of the client", () =>
    Effect.gen(function* () {
      const changed = Layer.project(own, HttpClient.HttpClient, HttpClient.HttpClient, (client) =>
        client.pipe(
          HttpClient.mapRequest(HttpClientRequest.setHeader("x-changed", "yes")),
          HttpClient.retryTransient({ schedule: Schedule.recurs(0) })
        )
      )
      const request = yield* once(changed)
      assert.match(request, /\r\nx-own: kept\r\n/i)
      assert.match(request, /\r\nx-changed: yes\r\n/i)
    })
  )

  it.scoped("is held to it even behind a change that hides its options, which are then lost", () =>
    Effect.gen(function* () {
      const transformed = Layer.project(
        own,
        HttpClient.HttpClient,
        HttpClient.HttpClient,
        HttpClient.transform(identity)
      )
      assert.notMatch(yield* once(transformed), /x-own/)
    })
  )
})
