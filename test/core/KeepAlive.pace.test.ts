import { assert, describe } from "@effect/vitest"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import { Array, Effect, Fiber, Schedule, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { fails, GetBalance, isQuick, seeded, start, succeeds } from "./support.ts"
import { alive, at } from "./keptAlive.ts"
import { gaps } from "./stage.ts"

describe("a busy session", () => {
  it.virtual("is never pinged: used every 3 minutes for 2 hours", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session, tags } = yield* alive(server)
      for (let use = 0; use < 40; use++) {
        yield* succeeds(session.execute(GetBalance).pipe(Effect.either))
        yield* TestClock.adjust("179 seconds")
      }
      assert.strictEqual(server.log.length, 41)
      assert.deepStrictEqual(at(server, "ping"), [])
      assert.deepStrictEqual(Array.dedupe(tags()), ["Authenticating", "Authenticated", "Skipped"])
      // One look in 7 minutes or so, and not one for each use.
      assert.isBelow(tags().length, 30)
    }).pipe(seeded("busy"))
  )

  it.virtual("is one that succeeds: a call that fails is not activity", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.always("getbalance", Scripted.err("777"))
      for (let use = 0; use < 9; use++) {
        yield* fails(session.execute(GetBalance))
        yield* TestClock.adjust("59 seconds")
      }
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(at(server, "ping").length, 1)
      assert.isAtMost(at(server, "ping")[0] ?? 0, 600)
    }).pipe(seeded("failing"))
  )

  it.virtual("that goes idle is pinged within the interval of its last use", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", Scripted.reply("OK:"))
      const { session } = yield* alive(server)
      yield* TestClock.adjust("7 minutes")
      yield* succeeds(session.execute(GetBalance))
      yield* TestClock.adjust("20 minutes")
      const [used = 0] = at(server, "getbalance")
      const [pinged = 0] = at(server, "ping")
      assert.isAtLeast(pinged - used, 480)
      assert.isAtMost(pinged - used, 600)
    }).pipe(seeded("idle"))
  )
})

describe("an idle session", () => {
  it.virtual.skipIf(isQuick)("is pinged for 24 hours in gaps of 8 to 10 minutes, spread over all of that", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server)
      yield* TestClock.adjust("24 hours")
      const pauses = gaps([0, ...at(server, "ping")])
      assert.isAtLeast(pauses.length, 144)
      assert.isAtMost(pauses.length, 180)
      assert.isAtLeast(Math.min(...pauses), 480)
      assert.isAtMost(Math.max(...pauses), 600)
      assert.isBelow(Math.min(...pauses), 485)
      assert.isAbove(Math.max(...pauses), 595)
      assert.strictEqual(at(server, "auth").length, 1)
    }).pipe(seeded("24 hours"))
  )

  it.virtual("keeps every gap within the interval when calls are slow", () =>
    Effect.gen(function* () {
      const server = Scripted.make({ latency: "14 seconds" })
      const session = yield* start(server, {}, {})
      yield* succeeds(session.open, "20 seconds")
      yield* TestClock.adjust("6 hours")
      // A session's idle time counts from the start of its last exchange.
      const pauses = gaps([0, ...at(server, "ping")])
      assert.isAtMost(Math.max(...pauses), 600)
      assert.isAtLeast(Math.min(...pauses), 480)
    }).pipe(seeded("slow"))
  )

  it.virtual("is left alone before the first login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* start(server, {}, {})
      yield* TestClock.adjust("24 hours")
      assert.deepStrictEqual(server.log, [])
    })
  )

  it.virtual("is kept by an interval of its own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { interval: "2 minutes" })
      yield* TestClock.adjust("1 hour")
      const pauses = gaps([0, ...at(server, "ping")])
      assert.isTrue(pauses.every((pause) => pause >= 96 && pause <= 120))
    }).pipe(seeded("interval"))
  )

  it.virtual("is kept by a fixed schedule", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { schedule: Schedule.fixed("5 minutes") })
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        at(server, "ping").map((time) => Math.round(time / 60)),
        [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]
      )
    })
  )

  it.virtual("is kept by a schedule of any kind, between the floor and its life", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      // 10 ms is below the floor of 30 s; 2 hours are more than a session lives, and 13 min 45 s are the most that fit.
      const schedule = Schedule.union(Schedule.recurs(3), Schedule.spaced("2 hours"))
      yield* alive(server, {}, { schedule })
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(at(server, "ping"), [30, 60, 90, 915, 1740, 2565, 3390])
    })
  )

  it.virtual("is kept by whenIdle with an interval of its own in a schedule of the caller's", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { schedule: Schedule.intersect(KeepAlive.whenIdle("4 minutes"), Schedule.forever) })
      yield* TestClock.adjust("1 hour")
      const pauses = gaps([0, ...at(server, "ping")])
      assert.isTrue(pauses.every((pause) => pause >= 192 && pause <= 240))
    }).pipe(seeded("schedule"))
  )
})

const due = (server: Scripted.Server) => alive(server, {}, { schedule: Schedule.spaced("5 minutes") })

describe("at the same moment", () => {
  it.virtual("a user's ping just before the keep-alive's is the only one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* due(server)
      yield* TestClock.setTime(299_950)
      const user = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(user)
      assert.deepStrictEqual(server.log, ["0 auth #1", "299.95 ping #1"])
    })
  )

  it.virtual("a user's ping just after the keep-alive's is the only one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* due(server)
      // The keep-alive looks 5 minutes after the login was over.
      yield* TestClock.setTime(300_120)
      const user = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(user)
      assert.deepStrictEqual(server.log, ["0 auth #1", "300.1 ping #1"])
    })
  )

  it.virtual("a refusal of both costs one login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* due(server)
      yield* succeeds(session.ping)
      server.expire()
      yield* TestClock.setTime(300_120)
      const user = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("3 seconds")
      yield* Fiber.join(user)
      assert.strictEqual(at(server, "auth").length, 2)
    })
  )
})
