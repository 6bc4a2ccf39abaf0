import { assert, describe, it } from "@effect/vitest"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Effect from "effect/Effect"
import * as zlib from "node:zlib"
import type { Behaviour } from "./faultServer.ts"
import * as Fault from "./faultServer.ts"
import type { ClientName, Expected } from "./harness.ts"
import {
  assertIs,
  bytesRead,
  clientNames,
  clients,
  envelope,
  failure,
  headWatch,
  httpClientNames,
  httpClients,
  open,
  send,
  text
} from "./harness.ts"

const reset: Expected = { reason: "Reset", phase: "headers", mayHaveReached: true }
const cut: Expected = { reason: "Reset", phase: "body", mayHaveReached: true }
const protocol: Expected = { reason: "Protocol", phase: "headers", mayHaveReached: true }
const garbled: Expected = { reason: "Protocol", phase: "body", mayHaveReached: true }
const tooLarge: Expected = { reason: "BodyTooLarge", phase: "body", mayHaveReached: true }
interface Row {
  readonly name: string
  readonly behaviour: Behaviour
  readonly expected: Expected | Readonly<Record<ClientName, Expected>>
}

const rows: ReadonlyArray<Row> = [
  { name: "a reset after the request", behaviour: Fault.reset, expected: reset },
  { name: "a close without an answer", behaviour: Fault.end, expected: reset },
  {
    name: "a reset within the head",
    behaviour: Fault.sequence(Fault.raw("HTTP/1.1 200 OK\r\nCont"), Fault.reset),
    expected: reset
  },
  {
    name: "a close within the body",
    behaviour: Fault.sequence(Fault.head("Content-Length: 100\r\n\r\n<a>"), Fault.end),
    expected: cut
  },
  {
    name: "a close before the body",
    behaviour: Fault.sequence(Fault.head("Content-Length: 100\r\n\r\n"), Fault.end),
    expected: cut
  },
  {
    name: "a close before the last chunk",
    behaviour: Fault.sequence(Fault.head("Transfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n"), Fault.end),
    expected: cut
  },
  {
    name: "a chunk size that is none",
    behaviour: Fault.head("Transfer-Encoding: chunked\r\n\r\nzz\r\n<a>\r\n"),
    expected: { fetch: garbled, undici: garbled, UndiciTransport: garbled, "node:http": cut }
  },
  { name: "a status line without a code", behaviour: Fault.raw("HTTP/1.1\r\n\r\n"), expected: protocol },
  { name: "a status of four digits", behaviour: Fault.raw("HTTP/1.1 1000 OK\r\n\r\n"), expected: protocol },
  { name: "another protocol", behaviour: Fault.raw("SSH-2.0-OpenSSH_9.6\r\n"), expected: protocol },
  { name: "a NUL in a header", behaviour: Fault.head("X: a\0b\r\nContent-Length: 0\r\n\r\n"), expected: protocol },
  { name: "a header of 100 kB", behaviour: Fault.head(`X: ${"a".repeat(100_000)}\r\n\r\n`), expected: protocol },
  {
    name: "three thousand headers",
    behaviour: Fault.head(`${Array.from({ length: 3000 }, (_, i) => `X-${i}: a\r\n`).join("")}\r\n`),
    expected: protocol
  },
  {
    name: "two lengths",
    behaviour: Fault.head("Content-Length: 3\r\nContent-Length: 4\r\n\r\n<a>"),
    expected: { fetch: reset, undici: reset, UndiciTransport: reset, "node:http": protocol }
  },
  {
    name: "a length and chunks",
    behaviour: Fault.head("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n0\r\n\r\n"),
    expected: { fetch: reset, undici: reset, UndiciTransport: reset, "node:http": protocol }
  },
  {
    name: "a switch of protocols",
    behaviour: Fault.raw("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    expected: { fetch: reset, undici: reset, UndiciTransport: reset, "node:http": protocol }
  },
  { name: "a body over the limit", behaviour: Fault.reply("a".repeat(5_000_000)), expected: tooLarge },
  {
    name: "a body over the limit with a status that is no success",
    behaviour: Fault.reply("a".repeat(5_000_000), "", "503 Service Unavailable"),
    expected: tooLarge
  }
]

describe.each(clientNames)("faults, with %s", (name) => {
  const client = clients[name]

  for (const { behaviour, expected, name: title } of rows) {
    it.scoped(`${title}`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.make({ behaviours: [behaviour, Fault.reply("<ok/>")] })
        const transport = yield* open(client, { endpoint: server.url })
        assertIs(yield* failure(transport.send(envelope)), "reason" in expected ? expected : expected[name])
        yield* server.closed
        assert.strictEqual(server.requests.length, 1)
        assert.strictEqual(text(yield* transport.send(envelope)), "<ok/>")
      })
    )
  }

  it.scoped("a refused connection", () =>
    Effect.gen(function* () {
      const endpoint = yield* Fault.refused
      assertIs(yield* failure(send(client, { endpoint })), {
        reason: "Connect",
        phase: "connect",
        mayHaveReached: false
      })
    })
  )

  it.scoped("a host without an address", () =>
    Effect.gen(function* () {
      // A name that no resolver asks for: its first label is over 63 characters long.
      const error = yield* failure(send(client, { endpoint: `https://${"a".repeat(64)}.invalid/soap` }))
      assertIs(error, { reason: "Dns", phase: "connect", mayHaveReached: false })
    })
  )

  it.scoped("a reset before the request", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({ behaviours: [Fault.hang], onConnection: Fault.reset })
      const error = yield* failure(send(client, { endpoint: server.url }))
      // It may come before the client has noticed that the connection was made.
      assertIs(
        error,
        error.reason === "Connect" ? { reason: "Connect", phase: "connect", mayHaveReached: false } : reset
      )
      yield* server.closed
    })
  )

  it.scoped("a reset in the middle of the body", () =>
    Effect.gen(function* () {
      const { seen, watched } = yield* headWatch
      const server = yield* Fault.one(
        Fault.sequence(Fault.head("Content-Length: 100\r\n\r\n<a>"), Fault.until(seen), Fault.reset)
      )
      assertIs(yield* failure(send(client, { endpoint: server.url, ...watched })), cut)
      yield* server.closed
    })
  )

  for (const [title, length] of [
    ["of 500 MB", "Content-Length: 500000000"],
    ["without an end", "Connection: close"]
  ]) {
    it.scoped(`a body ${title}: read little beyond the limit`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(
          Fault.sequence(Fault.head(`${length}\r\n\r\n`), Fault.endless("a".repeat(16_384)))
        )
        const read = yield* bytesRead(server.port)
        assertIs(yield* failure(send(client, { endpoint: server.url })), tooLarge)
        yield* server.closed
        assert.isAbove(read(), 65_536)
        assert.isBelow(read(), 65_536 + 1_000_000)
      })
    )
  }

  it.scoped("a body that decompresses to 1 GB", () =>
    Effect.gen(function* () {
      const bomb = zlib.gzipSync(new Uint8Array(50_000_000))
      const server = yield* Fault.one(
        Fault.sequence(Fault.head("Content-Encoding: gzip\r\nConnection: close\r\n\r\n"), Fault.endless(bomb))
      )
      const read = yield* bytesRead(server.port)
      assertIs(yield* failure(send(client, { endpoint: server.url })), tooLarge)
      yield* server.closed
      assert.isBelow(read(), 65_536 + 1_000_000)
    })
  )

  for (const coding of ["gzip", "br"]) {
    it.scoped(`a body that is not compressed with ${coding} as it says`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(Fault.reply("<a/>", `Content-Encoding: ${coding}\r\n`))
        const sent = send(client, { endpoint: server.url })
        if (name === "fetch" || name === "UndiciTransport") assertIs(yield* failure(sent), garbled)
        // The others neither ask for compressed replies nor unpack them, save those with the first bytes of gzip.
        else assert.strictEqual(text(yield* sent), "<a/>")
      })
    )
  }
})

describe.each(httpClientNames)("faults of HttpTransport, with %s", (name) => {
  it.scoped("a close that the client has noticed before anybody reads the body", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.sequence(Fault.head("Content-Length: 100\r\n\r\n<a>"), Fault.end))
      const transformClient = HttpClient.tap(() => server.closed)
      assertIs(yield* failure(send(httpClients[name], { endpoint: server.url, transformClient })), cut)
    })
  )
})
