// What is refused when the store is built, and what configuration holds.
import { assert, describe, it } from "@effect/vitest"
import * as RedisSessionStore from "@effect-clickatell/redis/RedisSessionStore"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { RedisOptions } from "ioredis"
import { inspect } from "node:util"
import * as address from "../../packages/redis/src/internal/address.ts"

const key = "a key of sixteen or more"
const keys = [Redacted.make(key)] as const

const parse = (text: string): RedisOptions => Either.getOrThrow(address.parse(Redacted.make(text)))

/** The words of a refusal, which must not hold what was refused. */
const refusal = (options: RedisSessionStore.Options) =>
  Effect.map(Effect.flip(Effect.scoped(Layer.build(RedisSessionStore.layer(options)))), (error) => ({
    message: String(error),
    shown: inspect(error, { depth: 10 }) + JSON.stringify(error)
  }))

describe("the address of Redis", () => {
  const login = { host: "127.0.0.1", port: 6379 }
  const addresses: ReadonlyArray<readonly [string, RedisOptions]> = [
    ["redis://127.0.0.1", login],
    ["redis://127.0.0.1/", login],
    ["redis://redis.example:6380/2", { host: "redis.example", port: 6380, db: 2 }],
    ["redis://:p%40ss@127.0.0.1", { ...login, password: "p@ss" }],
    ["redis://me:p%3A%2F@127.0.0.1:6379", { ...login, username: "me", password: "p:/" }],
    ["rediss://[::1]:7000", { host: "::1", port: 7000, tls: {} }]
  ]
  it.each(addresses)("%s is read", (text, options) => assert.deepStrictEqual(parse(text), options))

  const refused = [
    "s3cret",
    "http://:s3cret@127.0.0.1",
    "redis://:s3cret@",
    "redis://:s3cret@127.0.0.1/name",
    "redis://:s3cret@127.0.0.1?family=6",
    "redis://:s3cret%zz@127.0.0.1",
    "redis://:s3cret@127.0.0.1:99999"
  ]
  for (const text of refused) {
    it.effect(`${text} is refused, and not repeated`, () =>
      Effect.gen(function* () {
        const { message, shown } = yield* refusal({ keys, url: Redacted.make(text) })
        assert.include(message, "CLICKATELL_STORE")
        assert.notInclude(shown, "s3cret")
      })
    )
  }
})

describe("a store on Redis", () => {
  it.effect("is refused with options that the client refuses", () =>
    Effect.gen(function* () {
      const { message } = yield* refusal({ keys, client: { sentinels: [], name: "fleet", password: "s3cret" } })
      assert.include(message, "client")
    })
  )

  it.effect("is refused with keys that seal nothing, or a patience that is none", () =>
    Effect.gen(function* () {
      const short = yield* refusal({ keys: [Redacted.make("s3cret")] })
      assert.include(short.message, "key")
      assert.notInclude(short.shown, "s3cret")
      assert.include((yield* refusal({ keys, patience: 0 })).message, "patience")
    })
  )

  it.effect("is built while there is no Redis", () =>
    Effect.asVoid(Effect.scoped(Layer.build(RedisSessionStore.layer({ keys, client: { port: 1 } }))))
  )
})

const environment = (variables: Readonly<Record<string, string>>) =>
  ConfigProvider.fromMap(new Map(Object.entries(variables)))

const read = (variables: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(RedisSessionStore.config, environment(variables))

describe("the environment", () => {
  it.effect("holds the address, the keys and the prefix", () =>
    Effect.gen(function* () {
      const options = yield* read({
        CLICKATELL_STORE: "redis://127.0.0.1",
        CLICKATELL_STORE_KEYS: "new one, old one",
        CLICKATELL_STORE_PREFIX: "fleet"
      })
      assert.deepStrictEqual(options, {
        url: Redacted.make("redis://127.0.0.1"),
        keys: [Redacted.make("new one"), Redacted.make("old one")],
        prefix: "fleet"
      })
    })
  )

  it.effect("may leave out the prefix, and neither address nor keys", () =>
    Effect.gen(function* () {
      const all = { CLICKATELL_STORE: "redis://127.0.0.1", CLICKATELL_STORE_KEYS: key }
      assert.isUndefined((yield* read(all)).prefix)
      for (const name of Object.keys(all)) {
        const error = yield* Effect.flip(read(Object.fromEntries(Object.entries(all).filter(([it]) => it !== name))))
        assert.include(String(error), name)
      }
    })
  )

  it.effect("builds the store", () =>
    Layer.build(RedisSessionStore.layerConfig()).pipe(
      Effect.scoped,
      Effect.withConfigProvider(environment({ CLICKATELL_STORE: "redis://127.0.0.1", CLICKATELL_STORE_KEYS: key })),
      Effect.asVoid
    )
  )
})
