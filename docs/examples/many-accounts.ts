// A service for many tenants, each with an account of its own: one session for each tenant who uses it, kept alive while it does.
import { Command, Credentials, SessionMap } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Context, Effect, Layer, Option, Schema, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

const GetBalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Option.some(Number(record.amount)) : Option.none()),
  idempotent: true
})

type TenantId = string

/** What the service knows of a tenant; in earnest it comes from a database or a secret store. */
const credentialsOf = (tenant: TenantId) => Credentials.make({ apiId: "123456", user: tenant, password: "demo" })

// #region service
class Sessions extends Context.Tag("app/Sessions")<Sessions, SessionMap.SessionMap<TenantId>>() {
  static readonly layer = Layer.scoped(
    Sessions,
    SessionMap.make({
      credentials: (tenant: TenantId) => credentialsOf(tenant),
      idleTimeToLive: "8 hours",
      limits: { logins: 8, loginsPerMinute: 120, pings: 32 }
    })
  )
}

const balanceOf = (tenant: TenantId) =>
  Effect.flatMap(Sessions, (sessions) => sessions.get(tenant).execute(GetBalance({})))
// #endregion

// #region ready
/** For a probe and for a dashboard: how many there are, and how many of them are in trouble. */
const health = Effect.flatMap(Sessions, ({ status }) => status)
// #endregion

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const tenants = Array.from({ length: 5 }, (_, index) => `tenant ${index}`)
  const balances = yield* Effect.forEach(tenants, balanceOf, { concurrency: "unbounded" })
  assert.deepEqual([...new Set(balances)], [50])

  yield* TestClock.adjust("7 hours")
  assert.deepEqual(yield* health, { sessions: 5, ready: 5, degraded: 0, rejected: 0 })
  assert.equal(yield* emulator.logins, 5)

  // Nobody has called for 8 hours.
  yield* TestClock.adjust("2 hours")
  assert.deepEqual(yield* health, { sessions: 0, ready: 0, degraded: 0, rejected: 0 })
})

const Service = Sessions.layer.pipe(
  Layer.provide(Emulator.layerTransport()),
  Layer.provideMerge(Emulator.layer({ credentials: "any", balance: 50 }))
)

export const program = Effect.provide(test, Layer.provideMerge(Service, TestContext.TestContext))
