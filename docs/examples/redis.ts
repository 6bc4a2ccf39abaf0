// One session for all processes of a fleet, by a Redis that they share.
import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { RedisSessionStore } from "@effect-clickatell/redis"
import { Emulator } from "@effect-clickatell/testing"
import { ConfigProvider, Effect, Layer, Redacted } from "effect"
import { Redis } from "ioredis"
import * as assert from "node:assert/strict"

// #region environment
/** Redis is at `CLICKATELL_STORE`, such as rediss://user:password@redis.example, and the keys are `CLICKATELL_STORE_KEYS`. */
const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
  Layer.provide(RedisSessionStore.layerConfig())
)
// #endregion

const keys = [Redacted.make("what openssl rand -base64 32 prints")] as const

// #region options
/** Whichever server these two Sentinels name. */
const BySentinel = RedisSessionStore.layer({
  keys,
  client: {
    sentinels: [{ host: "sentinel-1.example" }, { host: "sentinel-2.example" }],
    name: "fleet"
  }
})

/** A Cluster, which is asked for all of its nodes. */
const InCluster = RedisSessionStore.layer({
  keys,
  url: Redacted.make("rediss://user:password@cluster.example:6379"),
  cluster: {}
})
// #endregion

// #region own
/** A connection that the program has anyway, and closes by itself. */
const connection = new Redis({ host: "redis.example", lazyConnect: true })

const OnOwnConnection = RedisSessionStore.layerFrom(connection, { keys })
// #endregion

// There is no Redis at this address, and so the session is opened by this process for itself.
const environment = ConfigProvider.fromMap(
  new Map([
    ["CLICKATELL_API_ID", "123456"],
    ["CLICKATELL_USER", "demo"],
    ["CLICKATELL_PASSWORD", "demo"],
    ["CLICKATELL_STORE", "redis://127.0.0.1:1"],
    ["CLICKATELL_STORE_KEYS", "what openssl rand -base64 32 prints"]
  ])
)

export const program = Effect.gen(function* () {
  for (const Store of [BySentinel, InCluster, OnOwnConnection]) yield* Layer.build(Store)
  const session = yield* Session.Session
  yield* session.ping
  assert.equal((yield* session.status).generation, 1)
}).pipe(
  Effect.scoped,
  Effect.provide(
    Clickatell.pipe(
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Emulator.layer()),
      Layer.provide(Layer.setConfigProvider(environment))
    )
  )
)
