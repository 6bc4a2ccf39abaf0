import { assert, describe } from "@effect/vitest"
import type { Clock } from "effect"
import { Duration, Effect, Fiber, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { fails, GetBalance, isQuick, said, seeded, start, succeeds } from "./support.ts"

/** Clocks that differ from the test's: a wall clock that is set, and a timer that is late. */
const clocks = () => {
  let wall = 0
  let late = Duration.zero
  const around = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(Effect.clock, (clock) => {
      const skewed: Clock.Clock = Object.create(clock, {
        unsafeCurrentTimeMillis: { value: () => clock.unsafeCurrentTimeMillis() + wall },
        currentTimeMillis: { get: () => Effect.map(clock.currentTimeMillis, (now) => now + wall) },
        sleep: { value: (time: Duration.Duration) => clock.sleep(Duration.sum(time, late)) }
      })
      return Effect.withClock(effect, skewed)
    })
  return {
    around,
    set: (time: Duration.DurationInput, direction: 1 | -1 = 1) => void (wall += direction * Duration.toMillis(time)),
    late: (time: Duration.DurationInput) => void (late = Duration.decode(time))
  }
}

const operations = (server: Scripted.Server) => server.log.map((line) => line.replace(/^\S+ /, ""))

describe("a session", () => {
  it.virtual("is used until 60 seconds before its end, and not from then on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      yield* TestClock.setTime(100 + 840_000 - 1)
      assert.strictEqual((yield* session.status).state, "Ready")
      yield* TestClock.setTime(100 + 840_000)
      assert.strictEqual((yield* session.status).state, "Idle")
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "840.1 auth #2", "840.2 ping #2"])
    })
  )

  it.virtual("lives from the start of its last good exchange, however long that took", () =>
    Effect.gen(function* () {
      const server = Scripted.make({ deadline: "15 minutes" })
      const session = yield* start(server)
      yield* succeeds(session.ping)
      yield* TestClock.setTime(60_000)
      server.next("getbalance", Scripted.slow("5 minutes", Scripted.reply("OK:")))
      yield* succeeds(session.execute(GetBalance), "6 minutes")
      yield* TestClock.setTime(60_000 + 840_000 - 1)
      assert.strictEqual((yield* session.status).state, "Ready")
      yield* TestClock.setTime(60_000 + 840_000)
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )

  it.virtual("lives from the start of its login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("auth", Scripted.slow("10 seconds", server.honest))
      yield* succeeds(session.open, "11 seconds")
      assert.strictEqual(Duration.toMillis((yield* session.status).idle ?? Duration.zero), 11_000)
      yield* TestClock.setTime(840_000)
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )

  it.virtual("is not prolonged by an exchange that fails", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      yield* TestClock.setTime(600_000)
      server.next("getbalance", Scripted.err("777"))
      assert.strictEqual(said(yield* fails(session.execute(GetBalance))), "ApiError 777")
      yield* TestClock.setTime(840_000)
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )

  it.virtual("can be given another life and margin", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { life: "20 seconds", margin: "3 seconds" })
      yield* succeeds(session.open)
      yield* TestClock.setTime(16_999)
      assert.strictEqual((yield* session.status).state, "Ready")
      yield* TestClock.setTime(17_000)
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )
})

describe("maxAge", () => {
  it.virtual("gives a session up at its next use, however busy it is", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { maxAge: "1 hour" })
      for (let minute = 0; minute < 65; minute += 5) {
        yield* succeeds(session.ping)
        yield* TestClock.setTime((minute + 5) * 60_000)
      }
      assert.strictEqual(server.log.filter((line) => line.includes("auth")).length, 2)
      assert.include(server.log, "3600 auth #2")
    })
  )

  it.virtual("does not end a call that is under way", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { maxAge: "1 minute" })
      yield* succeeds(session.ping)
      yield* TestClock.setTime(59_000)
      server.next("getbalance", Scripted.slow("10 seconds", Scripted.reply("OK:")))
      const caller = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.setTime(80_000)
      assert.strictEqual(yield* Fiber.join(caller), "balance")
      assert.deepStrictEqual(operations(server), ["auth #1", "ping #1", "getbalance #1"])
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )

  it.virtual.skipIf(isQuick)("is kept by the keep-alive too, which renews", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { maxAge: "30 minutes" }, {})
      yield* succeeds(session.ping)
      yield* TestClock.adjust("5 hours")
      const logins = server.log.filter((line) => line.includes("auth")).length
      // Each is replaced 3 minutes before its time.
      assert.strictEqual(logins, 1 + Math.floor(300 / 27))
    }).pipe(seeded("maxAge"))
  )
})

describe("a laptop that sleeps 40 minutes", () => {
  it.virtual("has no session when it wakes, and pings none", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ life: "1 day" })
        const session = yield* start(server)
        yield* succeeds(session.ping)
        set("40 minutes")
        assert.strictEqual((yield* session.status).state, "Idle")
        assert.isAtLeast(Duration.toMinutes((yield* session.status).idle ?? 0), 40)
        yield* succeeds(session.ping)
        assert.deepStrictEqual(operations(server), ["auth #1", "ping #1", "auth #2", "ping #2"])
      })
    )
  })

  it.virtual("renews with one login when its timer fires at last", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ life: "1 day" })
        const session = yield* start(server, {}, {})
        yield* succeeds(session.ping)
        set("40 minutes")
        yield* TestClock.adjust("10 minutes")
        assert.deepStrictEqual(operations(server), ["auth #1", "ping #1", "auth #2"])
        assert.strictEqual((yield* session.status).state, "Ready")
      })
    ).pipe(seeded("sleep"))
  })
})

describe("a wall clock that is set", () => {
  it.virtual("back by an hour ends nothing early, and leaves no long gap", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ life: "1 day" })
        const session = yield* start(server, {}, {})
        yield* succeeds(session.ping)
        yield* TestClock.adjust("3 minutes")
        set("1 hour", -1)
        assert.strictEqual((yield* session.status).state, "Ready")
        assert.strictEqual(Math.floor(Duration.toMinutes((yield* session.status).idle ?? 0)), 3)
        yield* TestClock.adjust("2 hours")
        assert.deepStrictEqual(server.log.slice(0, 2), ["0 auth #1", "0.1 ping #1"])
        const pings = operations(server).filter((line) => line === "ping #1").length
        assert.isAtLeast(pings, 12)
        assert.isAtMost(pings, 16)
        assert.strictEqual((yield* session.status).generation, 1)
      })
    ).pipe(seeded("back"))
  })

  it.virtual("back by an hour does not make a dead session look alive", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ life: "1 day" })
        const session = yield* start(server)
        yield* succeeds(session.ping)
        set("1 hour", -1)
        yield* TestClock.adjust("14 minutes")
        assert.strictEqual((yield* session.status).state, "Idle")
      })
    )
  })

  it.virtual("forward by an hour costs one login", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ life: "1 day" })
        const session = yield* start(server, {}, {})
        yield* succeeds(session.ping)
        set("1 hour")
        yield* succeeds(session.ping)
        yield* TestClock.adjust("2 hours")
        assert.strictEqual((yield* session.status).generation, 2)
      })
    ).pipe(seeded("forward"))
  })

  it.virtual("back during the budget's window does not hold callers for longer", () => {
    const { around, set } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make()
        server.always("auth", Scripted.reply("OK: no id"))
        const session = yield* start(server)
        yield* fails(session.ping)
        set("1 hour", -1)
        yield* TestClock.adjust("8 seconds")
        assert.strictEqual(said(yield* Effect.flip(session.ping)), "AuthFailed LoginBudgetExceeded")
        yield* TestClock.adjust("1 seconds")
        assert.strictEqual(said(yield* fails(session.ping)), "MalformedReply BadSessionId")
      })
    )
  })
})

describe("a timer that is 5 minutes late", () => {
  it.virtual.skipIf(isQuick)("finds the session dead and renews it, or alive and pings it", () => {
    const { around, late } = clocks()
    return around(
      Effect.gen(function* () {
        const server = Scripted.make({ latency: 0 })
        const session = yield* start(server, {}, {})
        late("5 minutes")
        const caller = yield* Effect.fork(session.ping)
        yield* TestClock.adjust("11 minutes")
        yield* Fiber.join(caller)
        yield* TestClock.adjust("12 hours")
        // Never a ping later than 14 minutes after the last use, on a session that the service may have forgotten.
        let used = 0
        for (const line of server.log) {
          const [at = "", operation] = line.split(" ")
          if (operation === "ping") assert.isBelow(Number(at) - used, 840)
          used = Number(at)
        }
        assert.strictEqual((yield* session.status).health, "Healthy")
        assert.isAtLeast((yield* session.status).generation, 2)
        assert.notInclude((yield* session.status).lastError ?? "", "AuthFailed")
      })
    ).pipe(seeded("late"))
  })
})
