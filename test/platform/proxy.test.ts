import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as http from "node:http"
import * as net from "node:net"
import * as Undici from "undici"
import * as Fault from "./faultServer.ts"
import { failure, overDispatcher, send, text } from "./harness.ts"

interface Proxy {
  readonly url: string
  /** What it was asked for a tunnel to. */
  readonly targets: ReadonlyArray<string>
}

/** A proxy that opens tunnels, or answers the wish for one with this status. */
const proxy = (status = 200): Effect.Effect<Proxy, never, Scope.Scope> =>
  Effect.gen(function* () {
    const targets: Array<string> = []
    const server = http.createServer().on("connect", (request, socket) => {
      targets.push(request.url ?? "")
      socket.on("error", () => {})
      if (status !== 200) return socket.end(`HTTP/1.1 ${status} Refused\r\nContent-Length: 0\r\n\r\n`)
      const [host, port] = (request.url ?? "").split(":")
      const upstream = net
        .connect(Number(port), host, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"))
        .on("error", () => {})
      return socket.pipe(upstream).pipe(socket)
    })
    const port = yield* Effect.acquireRelease(
      Effect.async<number>((resume) => {
        server.listen(0, "127.0.0.1", () => {
          const address = server.address()
          resume(Effect.succeed(typeof address === "object" && address !== null ? address.port : 0))
        })
      }),
      () => Effect.sync(() => server.closeAllConnections())
    )
    return { url: `http://127.0.0.1:${port}`, targets }
  })

for (const [name, over] of Object.entries(overDispatcher)) {
  describe(`a proxy, with ${name}`, () => {
    it.scoped("carries the exchange to an endpoint of https", () =>
      Effect.gen(function* () {
        const { targets, url } = yield* proxy()
        const server = yield* Fault.one(Fault.reply("<ok/>"), "valid")
        const agent = new Undici.ProxyAgent({ uri: url, requestTls: { ca: Fault.readCertificate("valid") } })
        assert.strictEqual(text(yield* send(over(agent), { endpoint: server.url })), "<ok/>")
        assert.deepStrictEqual(targets, [`127.0.0.1:${server.port}`])
      })
    )

    it.scoped("may refuse, which undici tells without a code of its own", () =>
      Effect.gen(function* () {
        const { url } = yield* proxy(407)
        const server = yield* Fault.one(Fault.reply("<ok/>"), "valid")
        const { phase, reason } = yield* failure(send(over(new Undici.ProxyAgent(url)), { endpoint: server.url }))
        assert.deepStrictEqual(
          [reason, phase],
          name === "UndiciTransport" ? ["Connect", "connect"] : ["Reset", "unknown"]
        )
        assert.strictEqual(server.connections(), 0)
      })
    )
  })
}
