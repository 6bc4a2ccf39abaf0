// What becomes of a register while Redis comes and goes.
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Client } from "./client.ts"
import { connectTo, day, get, put, reason } from "./client.ts"
import type { Server } from "./server.ts"
import { missing, serve, titled, until } from "./server.ts"

const name = "clickatell:name"

const arrange = Effect.gen(function* () {
  const server = yield* serve()
  return { server, client: yield* connectTo(server) }
})

/** Asks until there is an answer again. */
const comesBack = (client: Client) => until(Effect.as(get(client, name), true))

/** How many commands have waited in Redis or before it. */
const isWaiting = (client: Client) => {
  const { connection } = client
  return "commandQueue" in connection && connection.commandQueue.length > 0
}

describe.skipIf(missing)(titled("a register whose Redis is away"), () => {
  it.scopedLive("waits for nothing at the start, and is there once Redis is", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      yield* server.kill
      const client = yield* connectTo(server)
      assert.strictEqual(yield* reason(get(client, name)), "ECONNREFUSED")
      yield* server.start
      yield* comesBack(client)
    })
  )

  it.scopedLive("fails at once after an attempt to connect that failed", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* put(client, name, "one")
      yield* server.kill
      yield* until(Effect.map(reason(get(client, name)), (it) => it === "ECONNREFUSED"))
      // What ends synchronously has waited for nothing.
      for (const told of [reason(get(client, name)), reason(put(client, name, "two"))]) {
        assert.deepStrictEqual(Effect.runSyncExit(told), Exit.succeed("ECONNREFUSED"))
      }
    })
  )

  it.scopedLive("sends nothing late, be it asked for while Redis is away or lost with the connection", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* get(client, name)
      yield* server.freeze
      const lost = yield* Effect.fork(Effect.exit(put(client, "lost", "one")))
      yield* until(Effect.sync(() => isWaiting(client)))
      yield* server.kill
      assert.isTrue(Exit.isFailure(yield* Fiber.join(lost)))
      yield* until(Effect.map(reason(put(client, "asked", "one")), (it) => it === "ECONNREFUSED"))
      yield* server.start
      yield* comesBack(client)
      assert.strictEqual(yield* server.ask("KEYS", "*"), "")
    })
  )

  it.scopedLive("finds a Redis that was restarted empty", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* put(client, name, "one")
      yield* server.kill
      yield* server.start
      yield* comesBack(client)
      assert.isUndefined(yield* get(client, name))
      assert.isTrue((yield* put(client, name, "two")).replaced)
    })
  )

  it.scopedLive("is not disturbed by a connection that is dropped between two commands", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* put(client, name, "one")
      yield* dropConnections(server)
      yield* until(Effect.sync(() => client.connection.status !== "ready"))
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("gives up a connection over which nothing comes, and finds a Redis that wakes", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const client = yield* connectTo(server, Duration.millis(300))
      yield* put(client, name, "one")
      yield* server.freeze
      // Nobody else ends this.
      assert.isTrue(Exit.isFailure(yield* Effect.exit(get(client, name))))
      assert.isTrue(Exit.isFailure(yield* Effect.exit(get(client, name))))
      yield* server.thaw
      yield* comesBack(client)
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("keeps no command that nobody waits for any more", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const client = yield* connectTo(server, Duration.millis(300))
      yield* get(client, name)
      yield* server.freeze
      yield* Effect.forEach(
        Array.from({ length: 100 }, (_, i) => `name${i}`),
        (name) => Effect.exit(Effect.timeout(get(client, name), "10 millis")),
        { concurrency: "unbounded" }
      )
      yield* until(Effect.sync(() => !isWaiting(client)))
      yield* server.thaw
      yield* comesBack(client)
    })
  )
})

describe.skipIf(missing)(titled("a register on a replica"), () => {
  it.scopedLive("reads, fails to write, and writes once the replica is promoted", () =>
    Effect.gen(function* () {
      const first = yield* serve()
      const second = yield* serve()
      yield* second.ask("REPLICAOF", "127.0.0.1", String(first.port))
      const client = yield* connectTo(first)
      const other = yield* connectTo(second)
      yield* put(client, name, "one")
      yield* until(Effect.map(get(other, name), (value) => value === "one"))
      const write = other.register.replace(name, { expected: "one", value: "two", life: day })
      assert.strictEqual(yield* reason(write), "READONLY")
      yield* first.kill
      yield* second.ask("REPLICAOF", "NO", "ONE")
      yield* until(Effect.map(write, ({ replaced }) => replaced))
      assert.strictEqual(yield* get(other, name), "two")
    })
  )
})

const dropConnections = (server: Server) => server.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
