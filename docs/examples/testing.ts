// A test of one's own code against the emulated service, in which 24 hours pass in no time.
import { Command, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Effect, Fiber, Layer, Option, Schedule, Schema, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

const GetBalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Option.some(Number(record.amount)) : Option.none()),
  idempotent: true
})

/** What is to be tested: looks at the balance every hour, and ends when there is less than 10 of it. */
const untilLow = Effect.flatMap(Session.Session, (session) =>
  Effect.repeat(session.execute(GetBalance({})), {
    schedule: Schedule.spaced("1 hour"),
    until: (balance) => balance < 10
  })
)

// #region layer
const Service = KeepAlive.layer().pipe(
  Layer.provideMerge(
    Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
  ),
  Layer.provide(Emulator.layerTransport()),
  Layer.provideMerge(Emulator.layer({ balance: 50 }))
)
// #endregion

// #region test
/** The body of a test; `it.effect` of `@effect/vitest` provides the same `TestContext` by itself. */
const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const watching = yield* Effect.fork(untilLow)

  yield* TestClock.adjust("24 hours")
  const quiet = yield* emulator.log
  assert.equal(quiet.filter(({ operation }) => operation === "auth").length, 1)
  assert.equal(
    quiet.every(({ outcome }) => outcome === "OK"),
    true
  )

  yield* emulator.expireSessions
  yield* emulator.fail(Fault.reset, { operation: "ping" })
  yield* emulator.fail(Fault.reply("Credit: 9.99"), { operation: "getbalance" })
  yield* TestClock.adjust("1 hour")
  yield* Fiber.join(watching)
  assert.equal((yield* emulator.log).filter(({ operation }) => operation === "auth").length, 2)
})
// #endregion

export const program = Effect.provide(test, Layer.provideMerge(Service, TestContext.TestContext))
