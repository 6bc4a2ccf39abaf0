import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Client } from "./client.ts"
import { connect, connectTo, day, get, put, reason } from "./client.ts"
import { missing, serve, titled } from "./server.ts"

const name = "clickatell:name"

const arrange = Effect.gen(function* () {
  const server = yield* serve()
  return { server, client: yield* connectTo(server) }
})

describe.skipIf(missing)(titled("a register on Redis"), () => {
  it.scopedLive("holds nothing until something is put there", () =>
    Effect.gen(function* () {
      const { client } = yield* arrange
      assert.isUndefined(yield* get(client, name))
      const { replaced, value } = yield* put(client, name, "one")
      assert.deepStrictEqual([replaced, value], [true, "one"])
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("replaces what is expected, and tells what is there where it is something else", () =>
    Effect.gen(function* () {
      const { client } = yield* arrange
      yield* put(client, name, "one")
      const replace = (expected: string | undefined, value: string) =>
        Effect.map(client.register.replace(name, { expected, value, life: day }), ({ replaced, value }) => [
          replaced,
          value
        ])
      assert.deepStrictEqual(yield* replace(undefined, "two"), [false, "one"])
      assert.deepStrictEqual(yield* replace("two", "three"), [false, "one"])
      assert.deepStrictEqual(yield* replace("one", "two"), [true, "two"])
      assert.deepStrictEqual(yield* replace("one", "four"), [false, "two"])
      assert.strictEqual(yield* get(client, name), "two")
    })
  )

  it.scopedLive("expects a text that is not there any more in vain", () =>
    Effect.gen(function* () {
      const { client } = yield* arrange
      const { replaced, value } = yield* client.register.replace(name, { expected: "one", value: "two", life: day })
      assert.deepStrictEqual([replaced, value], [false, undefined])
      assert.isUndefined(yield* get(client, name))
    })
  )

  it.scopedLive("gives each text the life that it was written with", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* put(client, name, "one")
      const life = Number(yield* server.ask("PTTL", name))
      assert.isTrue(life > day / 2 && life <= day, `lives ${life} ms`)
      yield* client.register.replace(name, { expected: "one", value: "two", life: 0.5 })
      // One that is not replaced lives no longer for it.
      yield* client.register.replace(name, { expected: "one", value: "three", life: day })
      assert.isUndefined(yield* Effect.repeat(get(client, name), { until: (value) => value === undefined }))
    })
  )

  it.scopedLive("goes by the clock of Redis", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      const time = Effect.map(server.ask("TIME"), (text) => {
        const [seconds, micros] = text.split("\n").map(Number)
        return (seconds ?? 0) * 1000 + Math.floor((micros ?? 0) / 1000)
      })
      const before = yield* time
      const read = yield* client.register.read(name)
      const replaced = yield* put(client, name, "one")
      const kept = yield* put(client, name, "two")
      const moments = [before, read.now, replaced.now, kept.now, yield* time]
      for (const [i, moment] of moments.entries()) assert.isAtLeast(moment, moments[i - 1] ?? 0)
    })
  )

  it.scopedLive("lets one of many writers win, of two connections", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      const other = yield* connectTo(server)
      const won = yield* Effect.forEach(
        Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? client : other)),
        (writer, i) => put(writer, name, `writer ${i}`),
        { concurrency: "unbounded" }
      )
      const winner = won.findIndex(({ replaced }) => replaced)
      assert.lengthOf(
        won.filter(({ replaced }) => replaced),
        1
      )
      assert.isTrue(won.every(({ value }) => value === `writer ${winner}`))
    })
  )

  it.scopedLive("loses no step of many that begin anew until they win", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      const other = yield* connectTo(server)
      const count = ({ register }: Client) =>
        Effect.repeat(
          Effect.flatMap(get({ ...client, register }, name), (value) =>
            register.replace(name, { expected: value, value: String(Number(value ?? 0) + 1), life: day })
          ),
          { until: ({ replaced }) => replaced }
        )
      yield* Effect.forEach(
        Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? client : other)),
        count,
        { concurrency: "unbounded" }
      )
      assert.strictEqual(yield* get(client, name), "40")
    })
  )

  it.scopedLive("sends a script once, and again to a Redis that has forgotten it", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      const calls = Effect.map(server.ask("INFO", "commandstats"), (text) =>
        ["eval", "evalsha"].map((name) => Number(new RegExp(`cmdstat_${name}:calls=(\\d+)`).exec(text)?.[1] ?? 0))
      )
      yield* Effect.repeatN(get(client, name), 9)
      assert.deepStrictEqual(yield* calls, [1, 10])
      yield* server.ask("SCRIPT", "FLUSH")
      yield* put(client, name, "one")
      assert.strictEqual(yield* get(client, name), "one")
      assert.deepStrictEqual(yield* calls, [3, 12])
    })
  )

  it.scopedLive("gives strangers' bytes such that they can be replaced", () =>
    Effect.gen(function* () {
      const { client } = yield* arrange
      // Not UTF-8, and with everything that a line or a text could end at.
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i))
      assert.isUndefined(yield* get(client, name))
      yield* Effect.promise(() => client.connection.set(name, bytes))
      const value = yield* get(client, name)
      assert.lengthOf(value ?? "", 256)
      const { replaced } = yield* client.register.replace(name, { expected: value, value: "one", life: day })
      assert.isTrue(replaced)
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("takes what is no text for nothing", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* server.ask("RPUSH", name, "a", "list")
      assert.isUndefined(yield* get(client, name))
      assert.isTrue((yield* put(client, name, "one")).replaced)
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("says by one word why it fails", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* put(client, name, "one")
      yield* server.ask("CONFIG", "SET", "maxmemory", "1", "maxmemory-policy", "noeviction")
      const replace = client.register.replace(name, { expected: "one", value: "two", life: day })
      assert.strictEqual(yield* reason(replace), "OOM")
      yield* server.ask("CONFIG", "SET", "maxmemory", "0")
      yield* server.ask("ACL", "SETUSER", "default", "-evalsha")
      assert.strictEqual(yield* reason(client.register.read(name)), "NOPERM")
    })
  )

  it.scopedLive("is one connection for any number of commands", () =>
    Effect.gen(function* () {
      const { client, server } = yield* arrange
      yield* Effect.forEach(Array.from({ length: 200 }), (_, i) => put(client, `${name}${i}`, "one"), {
        concurrency: "unbounded"
      })
      const clients = (yield* server.ask("CLIENT", "LIST")).split("\n").filter((line) => !/cmd=client/.test(line))
      assert.lengthOf(clients, 1)
    })
  )

  it.scopedLive("puts the prefix of the program's own connection before its names", () =>
    Effect.gen(function* () {
      const { server } = yield* arrange
      const client = yield* connect({ client: { host: "127.0.0.1", port: server.port, keyPrefix: "app:" } })
      yield* put(client, name, "one")
      assert.strictEqual(yield* get(client, name), "one")
      assert.strictEqual(yield* server.ask("KEYS", "*"), `app:${name}`)
    })
  )
})
