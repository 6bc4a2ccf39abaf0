// A Redis whose address stays the same while another server takes over, as managed ones do it.
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as net from "node:net"
import { connect, day, get, put } from "./client.ts"
import { missing, serve, titled, until } from "./server.ts"

const name = "clickatell:name"

/** An address that leads to whichever port it is told; connections stay where they are. */
const address = Effect.acquireRelease(
  Effect.async<{ readonly port: number; leadTo: number; readonly server: net.Server }>((resume) => {
    const server = net.createServer((socket) => {
      const to = net.connect(leading.leadTo, "127.0.0.1")
      for (const end of [socket, to]) end.on("error", () => undefined)
      socket.pipe(to).pipe(socket)
    })
    const leading = { port: 0, leadTo: 0, server }
    server.listen(0, "127.0.0.1", () => {
      const bound = server.address()
      leading.port = bound !== null && typeof bound === "object" ? bound.port : 0
      resume(Effect.succeed(leading))
    })
  }),
  ({ server }) => Effect.sync(() => server.close())
)

describe.skipIf(missing)(titled("a register whose server becomes a replica"), () => {
  it.scopedLive("looks for the server that has taken its place", () =>
    Effect.gen(function* () {
      const first = yield* serve()
      const second = yield* serve()
      yield* second.ask("REPLICAOF", "127.0.0.1", String(first.port))
      const leading = yield* address
      leading.leadTo = first.port
      const client = yield* connect({ client: { host: "127.0.0.1", port: leading.port } })
      yield* put(client, name, "one")
      yield* until(Effect.map(second.ask("GET", name), (value) => value === "one"))

      yield* second.ask("REPLICAOF", "NO", "ONE")
      yield* first.ask("REPLICAOF", "127.0.0.1", String(second.port))
      leading.leadTo = second.port
      const write = client.register.replace(name, { expected: "one", value: "two", life: day })
      yield* until(Effect.map(write, ({ replaced }) => replaced))
      assert.strictEqual(yield* get(client, name), "two")
      assert.strictEqual(yield* second.ask("GET", name), "two")
    })
  )
})
