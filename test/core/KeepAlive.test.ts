import { assert, describe } from "@effect/vitest"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Array, Chunk, Duration, Effect, Fiber, Layer, Schedule, Stream, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Options } from "./support.ts"
import { credentials, fails, GetBalance, mutating, seeded, start, succeeds } from "./support.ts"

const at = (server: Scripted.Server, operation: string) =>
  server.log.filter((line) => line.includes(operation)).map((line) => Number(line.split(" ")[0]))

const gaps = (times: ReadonlyArray<number>) => times.slice(1).map((time, index) => time - (times[index] ?? 0))

/** A session with a keep-alive, logged in at 0, with the events from then on. */
const alive = (server: Scripted.Server, options: Options = {}, keepAlive: KeepAlive.Options = {}) =>
  Effect.gen(function* () {
    const session = yield* start(server, options, keepAlive)
    const events: globalThis.Array<SessionEvent> = []
    yield* Effect.forkScoped(Stream.runForEach(session.events, (event) => Effect.sync(() => events.push(event))))
    yield* succeeds(session.open)
    return { session, events, tags: () => events.map(({ _tag }) => _tag) }
  })

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
  it.virtual.skipIf(mutating)("is pinged for 24 hours in gaps of 8 to 10 minutes, spread over all of that", () =>
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

describe("a ping that fails", () => {
  it.virtual("three times with a reset is tried again after 5, 15 and 45 seconds: no login, two edges of health", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session, tags } = yield* alive(server)
      server.next("ping", Scripted.reset, Scripted.reset, Scripted.reset)
      yield* TestClock.adjust("12 minutes")
      assert.deepStrictEqual(tags(), [
        "Authenticating",
        "Authenticated",
        "Degraded",
        "Retrying",
        "Retrying",
        "Retrying",
        "Recovered",
        "Pinged"
      ])
      const pings = at(server, "ping")
      assert.strictEqual(pings.length, 4)
      assert.strictEqual(at(server, "auth").length, 1)
      for (const [index, delay] of [5, 15, 45].entries()) {
        const pause = (gaps(pings)[index] ?? 0) - 0.1
        assert.isAtLeast(pause, 0.8 * delay)
        assert.isAtMost(pause, delay + 0.002)
      }
      const announced = events.flatMap((event) => (event._tag === "Retrying" ? [Duration.toSeconds(event.delay)] : []))
      assert.deepStrictEqual(
        announced.map((delay) => Math.round(delay * 1000)),
        gaps(pings).map((pause) => Math.round((pause - 0.1) * 1000))
      )
      assert.isTrue(events.every((event) => !("error" in event) || event.error === "TransportError"))
      const { health, state } = yield* session.status
      assert.deepStrictEqual({ health, state }, { health: "Healthy", state: "Ready" })
    }).pipe(seeded("three resets"))
  )

  it.virtual("goes on being tried, every 60 seconds less up to a fifth, for as long as the session may live", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.always("ping", Scripted.down)
      yield* TestClock.adjust("20 minutes")
      const pings = at(server, "ping")
      assert.isBelow(pings.at(-1) ?? 0, 840)
      assert.isAbove(pings.at(-1) ?? 0, 775)
      assert.isTrue(
        gaps(pings)
          .slice(3)
          .every((pause) => pause >= 48 && pause <= 60.2)
      )
      assert.strictEqual((yield* session.status).state, "Idle")
      assert.strictEqual((yield* session.status).health, "Degraded")
    }).pipe(seeded("on and on"))
  )

  it.virtual.skipIf(mutating)("is not tried again when another call has succeeded meanwhile", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", Scripted.reply("OK:"))
      const { session, tags } = yield* alive(server)
      server.next("ping", Scripted.reset, Scripted.reset)
      yield* TestClock.adjust("479 seconds")
      yield* Effect.repeat(TestClock.adjust("1 second"), { until: () => at(server, "ping").length === 2 })
      yield* succeeds(session.execute(GetBalance))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(at(server, "ping").length, 2)
      assert.include(tags(), "Skipped")
    }).pipe(seeded("meanwhile"))
  )

  it.virtual("with an answer that is no refusal is tried again too, by a policy of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { retry: Schedule.intersect(Schedule.recurs(2), Schedule.spaced("7 seconds")) })
      server.always("ping", Scripted.err("777"))
      yield* TestClock.adjust("13 minutes")
      const pings = at(server, "ping")
      assert.deepStrictEqual(
        gaps(pings).map((pause) => Math.round(pause * 1000)),
        [7100, 7100]
      )
    }).pipe(seeded("own policy"))
  )
})

describe("20 minutes without a network", () => {
  it.virtual("end a session by our own count, without a ping of a dead session, and cost one login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.setTime(20 * 60_000)
      assert.isTrue(at(server, "ping").every((time) => time < 840))
      assert.isTrue(
        at(server, "auth")
          .slice(1)
          .every((time) => time >= 840)
      )
      server.always("ping")
      server.always("auth")
      const before = at(server, "auth").length
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(at(server, "auth").length - before, 1)
      const { generation, health, state } = yield* session.status
      assert.deepStrictEqual({ generation, health, state }, { generation: 2, health: "Healthy", state: "Ready" })
    }).pipe(seeded("20 minutes"))
  )

  it.virtual("leave the login to the next use in lazy mode, however long nobody uses it", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.always("ping", Scripted.down)
      yield* TestClock.setTime(20 * 60_000)
      server.always("ping")
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(at(server, "auth").length, 1)
      assert.isTrue(at(server, "ping").every((time) => time < 840))
      yield* succeeds(session.ping)
      assert.strictEqual(at(server, "auth").length, 2)
      const pings = at(server, "ping").length
      yield* TestClock.adjust("1 hour")
      assert.isAtLeast(at(server, "ping").length - pings, 6)
    }).pipe(seeded("lazy"))
  )
})

describe("hours without a network", () => {
  it.virtual.skipIf(mutating)("are met with one login attempt a minute at most, within the budget", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { tags } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.adjust("3 hours")
      const logins = at(server, "auth").slice(1)
      assert.isAtLeast(logins.length, 130)
      assert.isAtLeast(Math.min(...gaps(logins)), 60)
      assert.isAtMost(Math.max(...gaps(logins)), 72.2)
      assert.strictEqual(tags().filter((tag) => tag === "Degraded").length, 1)
      server.always("ping")
      server.always("auth")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(tags().filter((tag) => tag === "Recovered").length, 1)
    }).pipe(seeded("hours"))
  )

  it.virtual.skipIf(mutating)("leave room for the logins of callers, who share the budget", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.broken("Timeout"))
      yield* Effect.forkScoped(Effect.forever(Effect.delay(Effect.ignore(session.ping), "7 seconds")))
      yield* TestClock.adjust("40 minutes")
      const logins = at(server, "auth")
      assert.isAtMost(Math.max(...logins.map((from) => logins.filter((to) => to >= from && to < from + 300).length)), 5)
      server.always("ping")
      server.always("auth")
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* session.status).state, "Ready")
    }).pipe(seeded("shared"))
  )

  it.virtual("are met by a renewal policy of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { renewal: Schedule.intersect(Schedule.recurs(2), Schedule.spaced("10 minutes")) })
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.adjust("6 hours")
      assert.deepStrictEqual(gaps(at(server, "auth").slice(1)).map(Math.round), [600, 600])
    })
  )
})

describe("a renewal", () => {
  it.virtual("goes on while the credentials cannot be read", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let sealed = false
      const provider = Effect.suspend(() => (sealed ? Effect.fail("sealed") : Effect.succeed(credentials())))
      const { session } = yield* alive(server, { credentials: provider })
      sealed = true
      server.expire()
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual(at(server, "auth").length, 1)
      sealed = false
      yield* TestClock.adjust("72 seconds")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* session.status).generation, 2)
    }).pipe(seeded("sealed"))
  )

  it.virtual("goes on while the login budget is used up", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, { loginBudget: { limit: 1, window: "1 hour" } })
      server.expire()
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(at(server, "auth").length, 1)
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(at(server, "auth").length, 2)
      assert.strictEqual((yield* session.status).state, "Ready")
    }).pipe(seeded("used up"))
  )

  it.virtual("ends with a rejection", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server)
      server.expire()
      server.always("auth", Scripted.err("004"))
      yield* TestClock.adjust("3 hours")
      assert.strictEqual(at(server, "auth").length, 2)
    }).pipe(seeded("rejection"))
  )
})

describe("a session refused to the keep-alive", () => {
  it.virtual("is renewed at once", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { tags } = yield* alive(server)
      yield* TestClock.adjust("10 minutes")
      server.expire()
      yield* TestClock.adjust("10 minutes")
      const [, refused = 0] = at(server, "ping")
      assert.strictEqual(Math.round(((at(server, "auth")[1] ?? 0) - refused) * 1000), 100)
      assert.deepStrictEqual(tags(), [
        "Authenticating",
        "Authenticated",
        "Pinged",
        "Refused",
        "Authenticating",
        "Authenticated"
      ])
    }).pipe(seeded("renew"))
  )

  it.virtual("is left to its next use in lazy mode, and kept alive from then on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.expire()
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(server.log.length, 2)
      yield* succeeds(session.execute(GetBalance).pipe(Effect.either))
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(at(server, "ping").length, 2)
    }).pipe(seeded("lazy"))
  )

  it.virtual("or reset by its user is kept again from its next login on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      yield* session.reset
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
      yield* succeeds(session.ping)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(at(server, "ping").length, 2)
    }).pipe(seeded("reset"))
  )
})

describe("a defect", () => {
  it.virtual("in the schedule is shown, and the loop starts again", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let looks = 0
      const schedule = Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () =>
        Effect.sync(() => {
          looks += 1
          if (looks === 2) throw new Error("a defect in the schedule")
          return Duration.minutes(5)
        })
      )
      const { events, session } = yield* alive(server, {}, { schedule })
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(at(server, "ping").length, 1)
      const { health, lastError, state } = yield* session.status
      assert.deepStrictEqual({ health, lastError, state }, { health: "Degraded", lastError: "Defect", state: "Ready" })
      assert.deepInclude(
        events.map((event) => (event._tag === "Degraded" ? event.error : event._tag)),
        "Defect"
      )
      yield* TestClock.adjust("30 minutes")
      assert.isAtLeast(at(server, "ping").length, 6)
      assert.strictEqual((yield* session.status).health, "Healthy")
    })
  )

  it.virtual.skipIf(mutating)("that comes back each time does not spin", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let looks = 0
      const schedule = Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () =>
        Effect.sync((): Duration.Duration => {
          looks += 1
          throw new Error("a defect in the schedule")
        })
      )
      yield* alive(server, {}, { schedule })
      yield* TestClock.adjust("2 hours")
      assert.isAtLeast(looks, 100)
      // Once a minute, and a little sooner whenever the session that nobody pings was replaced.
      assert.isAtMost(looks, 180)
    })
  )

  it.virtual("in the provider does not make the keep-alive give up a session that it is to renew", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let vault: Effect.Effect<ReturnType<typeof credentials>> = Effect.succeed(credentials())
      const { session } = yield* alive(server, { credentials: Effect.suspend(() => vault) })
      vault = Effect.die("a defect in the provider")
      server.expire()
      yield* TestClock.adjust("20 minutes")
      assert.strictEqual((yield* session.status).lastError, "AuthFailed")
      vault = Effect.succeed(credentials())
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual((yield* session.status).state, "Ready")
      assert.strictEqual(at(server, "auth").length, 2)
    }).pipe(seeded("provider"))
  )

  it.virtual("in the transport is survived too", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.next("ping", Scripted.dies)
      yield* TestClock.adjust("30 minutes")
      assert.isAtLeast(at(server, "ping").length, 3)
      assert.strictEqual(at(server, "auth").length, 1)
      assert.strictEqual((yield* session.status).health, "Healthy")
    }).pipe(seeded("transport"))
  )
})

it.virtual("a keep-alive whose session is closed before it rests", () =>
  Effect.gen(function* () {
    const server = Scripted.make()
    const session = yield* Effect.scoped(start(server))
    yield* Layer.build(KeepAlive.layer().pipe(Layer.provide(Layer.succeed(Session.Session, session))))
    yield* TestClock.adjust("24 hours")
    assert.deepStrictEqual(server.log, [])
    assert.strictEqual((yield* session.status).state, "Closed")
    assert.deepStrictEqual(Chunk.toReadonlyArray(yield* Stream.runCollect(session.events)), [])
    assert.deepStrictEqual(
      Chunk.toReadonlyArray(yield* Stream.runCollect(session.changes)).map(({ state }) => state),
      ["Closed"]
    )
  })
)
