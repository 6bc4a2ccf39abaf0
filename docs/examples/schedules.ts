// Policies are values: a keep-alive that pings by a fixed beat, and a retry of one's own.
import { Credentials, KeepAlive, Retry, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Effect, Layer, Schedule, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region policies
/** A look every 4 minutes; the idle time that `whenIdle` would go by is left aside. */
const beat: KeepAlive.IdleSchedule = Schedule.spaced("4 minutes")

/** Once more after 2 and after 4 seconds, and only after what `ceiling` holds for worth another try. */
const patient: Retry.Policy = Schedule.exponential("2 seconds").pipe(
  Schedule.intersect(Schedule.recurs(2)),
  Schedule.whileInput((error: Errors.CommandError) => Retry.ceiling(error) > 0)
)

const Clickatell = KeepAlive.layer({ schedule: beat, retry: patient, onExpired: "lazy" }).pipe(
  Layer.provideMerge(
    Session.layer({
      credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }),
      retry: patient
    })
  )
)
// #endregion

export const program = Effect.gen(function* () {
  const session = yield* Session.Session
  const emulator = yield* Emulator.Emulator
  yield* session.open
  yield* TestClock.adjust("8 minutes")
  yield* emulator.fail(Fault.status(503), { operation: "ping", times: 2 })
  yield* TestClock.adjust("5 minutes")
  assert.deepEqual(
    (yield* emulator.log).map(({ at, operation, outcome }) => `${at / 1000} s: ${operation} ${outcome}`),
    ["0 s: auth OK", "240 s: ping OK", "480 s: ping OK", "720 s: ping status", "722 s: ping status", "726 s: ping OK"]
  )
}).pipe(
  Effect.provide(
    Clickatell.pipe(
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Emulator.layer()),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)
