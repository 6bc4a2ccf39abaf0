// What no client can send, and what each of them makes of it.
import { assert, describe, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as Fault from "./faultServer.ts"
import {
  assertIs,
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

const notSent = { reason: "Connect", phase: "connect", mayHaveReached: false } as const

const illegal = ["\r\nX-Injected: 1", "\n", "\r", "\u0000", "\u007f", "\u0100", "\ud800", "\u2028", "😀"]

describe.each(clientNames)("nothing is sent, with %s,", (name) => {
  const client = clients[name]

  it.scoped.each(illegal.map((text) => ({ text, title: JSON.stringify(text) })))(
    "of an action that no header can hold: $title",
    ({ text }) =>
      Effect.gen(function* () {
        const server = yield* Fault.one(Fault.reply(soap))
        const transport = yield* open(client, { endpoint: server.url })
        assertIs(yield* failure(transport.send({ ...envelope, action: `ping${text}` })), notSent)
        assert.strictEqual(server.connections(), 0)
      })
  )

  it.scoped("of an envelope that was wiped from memory, and the next one goes through", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const transport = yield* open(client, { endpoint: server.url })
      const wiped = { ...envelope, xml: Redacted.make("<a/>") }
      Redacted.unsafeWipe(wiped.xml)
      assertIs(yield* failure(transport.send(wiped)), notSent)
      assert.strictEqual(server.connections(), 0)
      assert.strictEqual(text(yield* transport.send(envelope)), soap)
    })
  )

  it.scoped("to a port that fetch refuses, whoever listens there, and nobody else", () =>
    Effect.gen(function* () {
      assertIs(yield* failure(send(client, { endpoint: "http://127.0.0.1:1/soap" })), notSent)
    })
  )
})

describe.each(httpClientNames)("nothing is sent by HttpTransport, with %s,", (name) => {
  it.scoped.each([
    ["x-route", "blue\r\ngreen"],
    ["x-route", "\u0000"],
    ["x route", "blue"],
    ["x-route:", "blue"],
    ["", "blue"]
  ] as const)("with a header of a host's own that HTTP forbids: %j", ([header, value]) =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const transformClient = HttpClient.mapRequest(HttpClientRequest.setHeader(header, value))
      assertIs(yield* failure(send(httpClients[name], { endpoint: server.url, transformClient })), notSent)
      assert.strictEqual(server.connections(), 0)
    })
  )

  it.scoped("to an address that a change of the host's has made none", () =>
    Effect.gen(function* () {
      const transformClient = HttpClient.mapRequest(HttpClientRequest.setUrl("http://:port/"))
      assertIs(yield* failure(send(httpClients[name], { transformClient })), notSent)
    })
  )
})
