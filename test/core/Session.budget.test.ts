import { assert, describe } from "@effect/vitest"
import type { AuthFailed } from "@effect-clickatell/core/Errors"
import { Array, DateTime, Effect, Fiber, Schedule, Scope, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { credentials, fails, isQuick, said, seeded, start, succeeds } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

const times = (server: Scripted.Server) =>
  server.log.filter((line) => line.includes("auth")).map((line) => Number(line.split(" ")[0]))

/** The most requests in any window of this many seconds. */
const densest = (at: ReadonlyArray<number>, seconds: number) =>
  Math.max(0, ...at.map((from) => at.filter((to) => to >= from && to < from + seconds).length))

const callers: Record<string, Schedule.Schedule<unknown>> = {
  "1,000 times at once": Schedule.recurs(1000),
  "every 25 ms": Schedule.spaced("25 millis").pipe(Schedule.upTo("1 minute")),
  "every second": Schedule.spaced("1 second"),
  "every 10 seconds": Schedule.fixed("10 seconds"),
  "every minute": Schedule.spaced("1 minute"),
  "exponentially from 1 ms": Schedule.exponential("1 millis"),
  "nested, 5 times 5 times": Schedule.recurs(5)
}

describe.skipIf(isQuick).each(Object.entries(callers))("a caller that tries again %s", (name, schedule) => {
  const outages: Record<string, Scripted.Answer> = {
    "connections break": Scripted.reset,
    "logins time out": Scripted.broken("Timeout"),
    "logins fail with 901": Scripted.err("901"),
    "a proxy answers 503": Scripted.status(503),
    "a portal answers": Scripted.body("<html><p>pay</p></html>"),
    "a fault is thrown": Scripted.fault("Server"),
    "the transport is broken": Scripted.dies
  }
  it.each(Object.entries(outages))("stays in the budget while %s", (_, answer) => {
    const world = VirtualTime.make(name)
    const server = Scripted.make()
    server.always("auth", answer)
    const session = world.now(Effect.provideService(start(server), Scope.Scope, world.now(Scope.make())))
    const insistent = Effect.retry(Effect.sandbox(session.ping), schedule)
    world.fork(name.startsWith("nested") ? Effect.retry(insistent, Schedule.spaced("3 seconds")) : insistent)
    world.advance("11 minutes")
    const at = times(server)
    assert.isAtLeast(at.length, 1)
    assert.isAtMost(densest(at, 300), 5)
    assert.strictEqual(server.logins.most, 1)
  })
})

it("refused connections, which reach nobody, hold up only the login after the next", () => {
  const world = VirtualTime.make("refused")
  const server = Scripted.make()
  server.always("auth", Scripted.down)
  const session = world.now(Effect.provideService(start(server), Scope.Scope, world.now(Scope.make())))
  world.fork(Effect.retry(session.ping, Schedule.spaced("1 second")))
  world.advance("30 seconds")
  server.always("auth")
  world.advance("11 seconds")
  assert.strictEqual(world.now(session.status).state, "Ready")
  // One login begins in 10 seconds, with at most two retries.
  assert.isAtMost(densest(times(server), 10), 3)
})

const failing = (server: Scripted.Server) => {
  server.always("auth", Scripted.reply("OK: no id"))
  return server
}

describe("the login budget", () => {
  it.virtual("lets one login begin in 10 seconds, and says when the next one may", () =>
    Effect.gen(function* () {
      const server = failing(Scripted.make())
      const session = yield* start(server)
      yield* fails(session.ping)
      const error = yield* fails(session.ping)
      assert.strictEqual(said(error), "AuthFailed LoginBudgetExceeded")
      assert.strictEqual(DateTime.toEpochMillis((error as AuthFailed).retryAt ?? DateTime.unsafeMake(0)), 10_000)
      assert.strictEqual(
        (error as AuthFailed).message,
        "auth: LoginBudgetExceeded: too many logins in too short a time: wait until the budget lifts (until 1970-01-01T00:00:10.000Z)"
      )
      yield* TestClock.setTime(9_999)
      assert.strictEqual(said(yield* Effect.flip(session.ping)), "AuthFailed LoginBudgetExceeded")
      yield* TestClock.setTime(10_000)
      assert.strictEqual(said(yield* fails(session.ping)), "MalformedReply BadSessionId")
      assert.deepStrictEqual(times(server), [0, 10])
      assert.strictEqual((yield* session.status).state, "Idle")
    })
  )

  it.virtual("lets five requests out in 5 minutes, and says when the sixth may go", () =>
    Effect.gen(function* () {
      const server = failing(Scripted.make())
      const session = yield* start(server)
      yield* Effect.forEach(Array.range(1, 5), () =>
        Effect.zipRight(fails(session.ping), TestClock.adjust("19 seconds"))
      )
      const error = yield* fails(session.ping)
      assert.strictEqual(said(error), "AuthFailed LoginBudgetExceeded")
      assert.strictEqual(DateTime.toEpochMillis((error as AuthFailed).retryAt ?? DateTime.unsafeMake(0)), 300_000)
      yield* TestClock.setTime(299_999)
      assert.strictEqual(said(yield* Effect.flip(session.ping)), "AuthFailed LoginBudgetExceeded")
      yield* TestClock.setTime(300_000)
      assert.strictEqual(said(yield* fails(session.ping)), "MalformedReply BadSessionId")
      assert.deepStrictEqual(times(server), [0, 20, 40, 60, 80, 300])
    })
  )

  it.virtual("counts the retries of a login too, and ends it when it is used up", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.broken("Timeout"))
      const session = yield* start(server)
      yield* fails(session.ping, "30 seconds")
      const error = yield* fails(session.ping, "30 seconds")
      assert.strictEqual(said(error), "AuthFailed LoginBudgetExceeded")
      assert.strictEqual(times(server).length, 5)
      assert.strictEqual((yield* session.status).state, "Idle")
      assert.strictEqual((yield* session.status).lastError, "TransportError")
    }).pipe(seeded("retries"))
  )

  it.virtual("allows a refused session to be replaced at once, but not twice", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.expire()
      yield* succeeds(session.ping)
      server.expire()
      const error = yield* fails(session.ping)
      assert.strictEqual(said(error), "AuthFailed LoginBudgetExceeded")
      assert.strictEqual(DateTime.toEpochMillis((error as AuthFailed).retryAt ?? DateTime.unsafeMake(0)), 10_000)
      yield* TestClock.setTime(10_000)
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, [
        "0 auth #1",
        "0.1 ping #1",
        "1 ping #1",
        "1.1 auth #2",
        "1.2 ping #2",
        "2 ping #2",
        "10 auth #3",
        "10.1 ping #3"
      ])
    })
  )

  it.virtual("does not let a relogin be followed by a login of the client's own within 10 seconds", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      yield* TestClock.adjust("1 minute")
      server.expire()
      server.next("auth", Scripted.reply("OK: no id"))
      assert.strictEqual(said(yield* fails(session.ping)), "MalformedReply BadSessionId")
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed LoginBudgetExceeded")
      yield* TestClock.adjust("10 seconds")
      yield* succeeds(session.ping)
      assert.deepStrictEqual(times(server), [0, 61.1, 73])
    })
  )

  it("bounds credentials that change with every call", () => {
    const world = VirtualTime.make("changing")
    const server = Scripted.make()
    server.always("auth", Scripted.err("001"))
    let asked = 0
    const provider = Effect.sync(() => credentials(`password-${(asked += 1)}`))
    const session = world.now(
      Effect.provideService(start(server, { credentials: provider }), Scope.Scope, world.now(Scope.make()))
    )
    world.fork(Effect.forever(Effect.delay(Effect.ignore(session.ping), "1 second")))
    world.advance("20 minutes")
    const at = times(server)
    assert.isAtMost(densest(at, 10), 2)
    assert.isAtMost(densest(at, 300), 5)
    assert.isAtLeast(at.length, 15)
  })

  it("holds for a service that takes back every second session", () => {
    const world = VirtualTime.make("every second")
    const server = Scripted.make()
    let pings = 0
    server.always("ping", (request) => ((pings += 1) % 2 === 1 ? server.honest : Scripted.err("001"))(request))
    const session = world.now(Effect.provideService(start(server), Scope.Scope, world.now(Scope.make())))
    world.fork(Effect.forever(Effect.delay(Effect.ignore(session.ping), "500 millis")))
    world.advance("20 minutes")
    const at = times(server)
    assert.isAtMost(densest(at, 10), 2)
    assert.isAtMost(densest(at, 300), 5)
    assert.isAtLeast(at.length, 15)
  })

  it.virtual("is forgotten by a reset", () =>
    Effect.gen(function* () {
      const server = failing(Scripted.make())
      const session = yield* start(server)
      yield* fails(session.ping)
      yield* session.reset
      yield* fails(session.ping)
      assert.deepStrictEqual(times(server), [0, 1])
    })
  )

  it.virtual("can be set", () =>
    Effect.gen(function* () {
      const server = failing(Scripted.make())
      const session = yield* start(server, { loginBudget: { spacing: "2 seconds", limit: 2, window: "20 seconds" } })
      const fiber = yield* Effect.fork(Effect.retry(session.ping, Schedule.spaced("500 millis")))
      yield* TestClock.adjust("45 seconds")
      yield* Fiber.interrupt(fiber)
      assert.strictEqual(densest(times(server), 20), 2)
      assert.strictEqual(densest(times(server), 2), 1)
      assert.isAtLeast(times(server).length, 5)
    })
  )

  it("counts for the longer of both its times", () => {
    const world = VirtualTime.make("longer")
    const server = failing(Scripted.make())
    const options = { loginBudget: { spacing: "1 minute", limit: 5, window: "10 seconds" } } as const
    const session = world.now(Effect.provideService(start(server, options), Scope.Scope, world.now(Scope.make())))
    world.fork(Effect.retry(session.ping, Schedule.spaced("1 second")))
    world.advance("5 minutes")
    const gaps = times(server).map((at, index, all) => at - (all[index - 1] ?? -60))
    assert.isTrue(gaps.every((gap) => gap >= 60))
    assert.strictEqual(gaps.length, 5)
  })
})
