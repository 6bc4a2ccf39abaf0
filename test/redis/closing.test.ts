// Whose a connection is, and what is left of it.
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Scope from "effect/Scope"
import { Redis } from "ioredis"
import { fileURLToPath } from "node:url"
import * as registers from "../../packages/redis/src/internal/register.ts"
import { run } from "../cli/process.ts"
import { connectTo, get, put } from "./client.ts"
import { missing, serve, titled, until } from "./server.ts"

const name = "clickatell:name"

describe.skipIf(missing)(titled("the connection of a store"), () => {
  it.scopedLive("is made by the first command, and closed with the scope", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const scope = yield* Scope.make()
      const client = yield* Scope.extend(connectTo(server), scope)
      assert.strictEqual(client.connection.status, "wait")
      yield* get(client, name)
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(client.connection.status, "end")
      // An error that comes late would be printed if nobody heard it.
      assert.isAbove(client.connection.listenerCount("error"), 0)
      const others = (yield* server.ask("CLIENT", "LIST")).split("\n").filter((line) => !line.includes("cmd=client"))
      assert.deepStrictEqual(others, [])
    })
  )

  it.scopedLive("is closed while Redis hangs", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const scope = yield* Scope.make()
      const client = yield* Scope.extend(connectTo(server), scope)
      yield* get(client, name)
      yield* server.freeze
      yield* Effect.fork(Effect.exit(get(client, name)))
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(client.connection.status, "end")
    })
  )

  it.scopedLive("is left alone where it is the program's own", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const own = yield* Effect.acquireRelease(
        Effect.sync(() => new Redis({ host: "127.0.0.1", port: server.port })),
        (own) => Effect.sync(() => own.disconnect())
      )
      const count = () => own.eventNames().map((event) => own.listenerCount(event))
      yield* until(Effect.sync(() => own.status === "ready"))
      const before = count()
      const scope = yield* Scope.make()
      const register = yield* Scope.extend(registers.make(own), scope)
      yield* put({ connection: own, register }, name, "one")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(yield* Effect.promise(() => own.get(name)), "one")
      assert.deepStrictEqual(count(), before)
    })
  )

  it.scopedLive("is used from wherever the program's own is by then", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      const at = (options: object) =>
        Effect.acquireRelease(
          Effect.sync(() => new Redis({ host: "127.0.0.1", port: server.port, ...options })),
          (own) => Effect.sync(() => own.disconnect())
        )
      const lazy = yield* at({ lazyConnect: true })
      const connecting = yield* at({})
      const ready = yield* at({})
      yield* until(Effect.sync(() => ready.status === "ready"))
      for (const connection of [lazy, connecting, ready]) {
        const register = yield* registers.make(connection)
        assert.isUndefined(yield* get({ connection, register }, name))
      }
      ready.disconnect()
      yield* until(Effect.sync(() => ready.status === "end"))
      const register = yield* registers.make(ready)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(get({ connection: ready, register }, name))))
    })
  )
})

describe.skipIf(missing)(titled("a process with a store"), () => {
  const program = fileURLToPath(new URL("program.ts", import.meta.url))

  /** What a process prints that asks a Redis once, and then has nothing more to do than to end. */
  const ask = (env: Readonly<Record<string, string>>) =>
    Effect.map(run(program, [], env), ({ code, stderr, stdout }) => {
      assert.strictEqual(code, 0)
      assert.strictEqual(stderr, "")
      return stdout.trim()
    })

  it.scopedLive("ends by itself, and prints nothing of the client's", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      yield* server.ask("CONFIG", "SET", "requirepass", "right")
      const login = (password: string) => ({ REDIS: `redis://:${password}@127.0.0.1:${server.port}` })
      const asked = [login("right"), login("wr0ng"), { ...login("right"), IDLE: "1" }]
      const told = yield* Effect.forEach(asked, ask, { concurrency: "unbounded" })
      assert.deepStrictEqual(told, ["success", "WRONGPASS", "idle"])
      yield* server.freeze
      assert.notStrictEqual(yield* ask(login("right")), "success")
      yield* server.kill
      assert.strictEqual(yield* ask(login("right")), "ECONNREFUSED")
    })
  )
})
