import { assert, describe, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/TestClock"
import * as zlib from "node:zlib"
import type { Behaviour } from "./faultServer.ts"
import * as Fault from "./faultServer.ts"
import { sourceOf } from "../../packages/platform/src/internal/pull.ts"
import {
  answering,
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

describe.each(clientNames)("replies, with %s", (name) => {
  const client = clients[name]

  const replies: Readonly<Record<string, readonly [Behaviour, status: number, body: string]>> = {
    "a reply": [Fault.reply(soap), 200, soap],
    "an empty reply": [Fault.reply(""), 200, ""],
    "a reply without content": [Fault.raw("HTTP/1.1 204 No Content\r\n\r\n"), 204, ""],
    "a reply that nothing has changed": [Fault.raw("HTTP/1.1 304 Not Modified\r\n\r\n"), 304, ""],
    "a reply with the type of a page": [
      Fault.raw(`HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${soap.length}\r\n\r\n${soap}`),
      200,
      soap
    ],
    "the page of a portal": [Fault.reply("<html><body>Welcome<br>"), 200, "<html><body>Welcome<br>"],
    "a reply in chunks": [
      Fault.head(`Transfer-Encoding: chunked\r\n\r\n2\r\n${soap.slice(0, 2)}\r\n1a\r\n${soap.slice(2)}\r\n0\r\n\r\n`),
      200,
      soap
    ],
    "no chunk": [Fault.head("Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 200, ""],
    "a reply that ends with the connection": [
      Fault.sequence(Fault.head(`Connection: close\r\n\r\n${soap}`), Fault.end),
      200,
      soap
    ],
    "a reply after others for the time being": [
      Fault.sequence(
        Fault.raw("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"),
        Fault.reply(soap)
      ),
      200,
      soap
    ],
    "a body of exactly the limit": [Fault.reply("a".repeat(65_536)), 200, "a".repeat(65_536)],
    "SOAP with a status of failure": [Fault.reply(soap, "", "500 Internal Server Error"), 500, soap]
  }
  for (const [title, [behaviour, status, body]] of Object.entries(replies)) {
    it.scoped(`returns ${title}`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(behaviour)
        const response = yield* send(client, { endpoint: server.url })
        assert.deepStrictEqual([response.status, text(response)], [status, body])
        assert.isUndefined(response.retryAfter)
        assert.strictEqual(server.requests.length, 1)
      })
    )
  }

  for (const status of [400, 401, 403, 404, 405, 408, 410, 415, 429, 501, 502, 503, 504]) {
    it.scoped(`returns the status ${status} with its body`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(
          Fault.reply("<html>", 'WWW-Authenticate: Basic realm="a"\r\n', `${status} Refused`)
        )
        const response = yield* send(client, { endpoint: server.url })
        assert.deepStrictEqual([response.status, text(response)], [status, "<html>"])
        assert.strictEqual(server.requests.length, 1)
      })
    )
  }

  for (const status of ["000", "050", "099"]) {
    it.scoped(`refuses the status ${status}, which is none, and no redirect`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(Fault.reply(soap, "", `${status} Nothing`))
        const error = yield* failure(send(client, { endpoint: server.url }))
        assertIs(error, { reason: "Protocol", phase: "headers", mayHaveReached: true })
      })
    )
  }

  it.scoped("returns the status 421, after which fetch asks once more, as its standard says", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply("", "", "421 Misdirected Request"))
      assert.strictEqual((yield* send(client, { endpoint: server.url })).status, 421)
      assert.strictEqual(server.requests.length, name === "fetch" ? 2 : 1)
    })
  )

  it.scoped("returns the status 407, which fetch makes a failure without a code", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(
        Fault.reply("<html>", 'Proxy-Authenticate: Basic realm="a"\r\n', "407 Proxy Authentication Required")
      )
      const sent = send(client, { endpoint: server.url })
      if (name === "fetch") {
        const { mayHaveReached, phase, reason } = yield* failure(sent)
        assert.deepStrictEqual([reason, phase, mayHaveReached], ["Reset", "unknown", true])
      } else {
        assert.strictEqual((yield* sent).status, 407)
      }
      assert.strictEqual(server.requests.length, 1)
    })
  )

  it.scoped("decompresses a reply where its client does not", () =>
    Effect.gen(function* () {
      const packed = zlib.gzipSync(soap)
      const server = yield* Fault.one(Fault.reply(packed, "Content-Encoding: gzip\r\n"))
      const { body } = yield* send(client, { endpoint: server.url })
      assert.deepStrictEqual(Buffer.from(body), Buffer.from(soap))
      assert.strictEqual(/\r\naccept-encoding:[^\r]*gzip/i.test(server.requests[0] ?? ""), name === "fetch")
    })
  )

  it.scoped("reads Retry-After", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.parse("2026-11-06T08:49:30Z"))
      const headers: ReadonlyArray<readonly [header: string, seconds: number | undefined]> = [
        ["5", 5],
        ["0", 0],
        ["86400", 86_400],
        ["Fri, 06 Nov 2026 08:49:37 GMT", 7],
        ["Friday, 06-Nov-26 08:49:37 GMT", 7],
        ["Fri Nov  6 08:49:37 2026", 7],
        ["Fri, 06 Nov 2026 08:49:29 GMT", undefined],
        ["soon", undefined],
        ["-5", undefined],
        ["1.5", undefined],
        ["5, 10", undefined],
        ["99999999999999999999", undefined],
        ["2026-11-06T08:49:37Z", undefined]
      ]
      const [first, ...rest] = headers.map(([header]) =>
        Fault.reply("", `Retry-After: ${header}\r\n`, "429 Too Many Requests")
      )
      const server = yield* Fault.make({ behaviours: [first ?? Fault.hang, ...rest] })
      const transport = yield* open(client, { endpoint: server.url })
      for (const [header, seconds] of headers) {
        const { retryAfter } = yield* transport.send(envelope)
        assert.deepStrictEqual(retryAfter && Duration.toSeconds(retryAfter), seconds, header)
      }
    })
  )
})

describe.each(httpClientNames)("bodies of HttpTransport, with %s", (name) => {
  it.scoped("are not read as a Stream, which is slow", () =>
    Effect.gen(function* () {
      const sources: Array<unknown> = []
      const server = yield* Fault.one(Fault.reply(soap))
      const transformClient = HttpClient.tap((response) => Effect.sync(() => sources.push(sourceOf(response))))
      yield* send(httpClients[name], { endpoint: server.url, transformClient })
      assert.lengthOf(sources, 1)
      assert.exists(sources[0])
    })
  )
})

const lying = () => answering(new Response("12345", { headers: { "content-length": "4" } }))

type Change = (response: HttpClientResponse.HttpClientResponse, stream: Stream.Stream<Uint8Array>) => object

const replaced = (change: Change, stream: Stream.Stream<Uint8Array>) =>
  send(
    answering(() => new Response("<a/>")),
    {
      maxBodyBytes: 4,
      transformClient: HttpClient.transformResponse(
        Effect.map((response) => change(response, stream) as HttpClientResponse.HttpClientResponse)
      )
    }
  )

describe("bodies", () => {
  it.scoped("an empty one is broken where a length was declared", () =>
    Effect.gen(function* () {
      const headers = { "content-length": "5" }
      const { mayHaveReached, phase, reason } = yield* failure(send(answering(new Response("", { headers })), {}))
      assert.deepStrictEqual([reason, phase, mayHaveReached], ["Reset", "body", true])
      const unchanged = yield* send(answering(new Response(null, { headers, status: 304 })), {})
      assert.strictEqual(unchanged.body.length, 0)
      const packed = { ...headers, "content-encoding": "gzip" }
      assert.strictEqual((yield* send(answering(new Response("", { headers: packed })), {})).body.length, 0)
    })
  )

  it.scoped("one that is longer than declared is still held to the limit", () =>
    Effect.gen(function* () {
      const { phase, reason, status } = yield* failure(send(lying(), { maxBodyBytes: 4 }))
      assert.deepStrictEqual([reason, phase, status], ["BodyTooLarge", "body", 200])
      assert.strictEqual(text(yield* send(lying(), { maxBodyBytes: 5 })), "12345")
    })
  )

  // Both ways keep what the old response was made of, and a copy must take its getters along.
  const changes: Readonly<Record<string, Change>> = {
    inherits: (response, stream) => Object.create(response, { stream: { value: stream } }),
    copies: (response, stream) => ({ ...response, status: response.status, headers: response.headers, stream })
  }
  for (const [title, change] of Object.entries(changes)) {
    it.scoped(`one that a host has put in the place of another is the one that is read: ${title}`, () =>
      Effect.gen(function* () {
        const bytes = new TextEncoder().encode("<b/>")
        assert.strictEqual(text(yield* replaced(change, Stream.make(bytes))), "<b/>")
        const { phase, reason, status } = yield* failure(replaced(change, Stream.make(bytes, bytes)))
        assert.deepStrictEqual([reason, phase, status], ["BodyTooLarge", "body", 200])
      })
    )
  }
})
