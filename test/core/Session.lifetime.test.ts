import { assert, describe } from "@effect/vitest"
import * as Session from "@effect-clickatell/core/Session"
import { Context, Effect, Exit, Fiber, Layer, Metric, Scope, Stream, Supervisor, TestClock } from "effect"
import { execFile } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Service } from "./support.ts"
import {
  credentials,
  errorOf,
  fails,
  GetBalance,
  many,
  isQuick,
  ownTimers,
  said,
  seeded,
  start,
  succeeds
} from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

describe("a layer", () => {
  it.virtual("sends nothing before first use", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let asked = 0
      const provider = Effect.sync(() => {
        asked += 1
        return credentials()
      })
      yield* start(server, { credentials: provider }, {})
      yield* TestClock.adjust("1 day")
      assert.deepStrictEqual(server.log, [])
      assert.strictEqual(asked, 0)
    })
  )

  it.virtual("logs in when it is built if it is eager, without holding up who builds it", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { eager: true })
      const first = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(first)
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1"])
    })
  )

  it.virtual("is built even if its eager login fails, and says so", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", Scripted.err("001"))
      const session = yield* start(server, { eager: true })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* session.status).state, "Rejected")
    })
  )

  it.virtual("shares nothing with another one", () =>
    Effect.gen(function* () {
      const one = Scripted.make()
      const two = Scripted.make()
      two.always("auth", Scripted.err("001"))
      const first = yield* start(one, { name: "first", credentials: Effect.succeed(credentials("first-password")) }, {})
      const second = yield* start(
        two,
        { name: "second", credentials: Effect.succeed(credentials("second-password")) },
        {}
      )
      yield* succeeds(first.ping)
      yield* fails(second.ping)
      yield* second.reset
      yield* fails(second.ping)
      assert.strictEqual((yield* first.status).state, "Ready")
      assert.strictEqual((yield* second.status).state, "Rejected")
      yield* TestClock.adjust("1 hour")
      assert.isTrue(one.sent.every((xml) => !xml.includes("second-password")))
      assert.isTrue(two.sent.every((xml) => !xml.includes("first-password")))
      assert.strictEqual(one.log.filter((line) => line.includes("auth")).length, 1)
      assert.strictEqual(two.log.length, 2)
      const names = (yield* Metric.snapshot).flatMap(({ metricKey }) =>
        metricKey.name === "clickatell.session.logins"
          ? metricKey.tags.flatMap((tag) => (tag.key === "clickatell.session.name" ? [tag.value] : []))
          : []
      )
      assert.includeMembers(names, ["first", "second"])
    })
  )

  it.virtual("is one session for all who share it, and two for two", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const layer = Session.layer({ credentials: Effect.succeed(credentials()) }).pipe(Layer.provide(server.layer))
      const [one, two] = yield* Effect.all([Layer.build(layer), Layer.build(Layer.fresh(layer))])
      yield* succeeds(Context.get(one, Session.Session).ping)
      yield* succeeds(Context.get(one, Session.Session).ping)
      yield* succeeds(Context.get(two, Session.Session).ping)
      assert.strictEqual(server.log.filter((line) => line.includes("auth")).length, 2)
    })
  )

  it.virtual("makes sessions of its own by make", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const make = Session.make({ credentials: Effect.succeed(credentials()) })
      const [one, two] = yield* Effect.provide(Effect.all([make, make]), server.layer)
      yield* succeeds(one.ping)
      yield* succeeds(two.ping)
      assert.strictEqual(server.log.length, 4)
    })
  )
})

/** What is under way at the moment in which the scope is closed. */
const moments: Record<
  string,
  (server: Scripted.Server, session: Service) => Effect.Effect<ReadonlyArray<Fiber.Fiber<unknown, unknown>>>
> = {
  "a login": (server, session) => {
    server.next("auth", Scripted.never)
    return many(20, session.ping)
  },
  "the back-off of a login": (server, session) => {
    server.always("auth", Scripted.down)
    return Effect.zipLeft(many(20, session.ping), TestClock.adjust("2 seconds"))
  },
  "a ping": (server, session) =>
    Effect.gen(function* () {
      yield* succeeds(session.open)
      server.next("ping", Scripted.never)
      return [...(yield* many(10, session.ping)), ...(yield* many(10, session.check))]
    }),
  "the back-off of a ping": (server, session) =>
    Effect.gen(function* () {
      yield* succeeds(session.open)
      server.always("ping", Scripted.status(503, "30 seconds"))
      return yield* Effect.zipLeft(many(20, session.ping), TestClock.adjust("2 seconds"))
    }),
  "a command": (server, session) => {
    server.next("getbalance", Scripted.never)
    return Effect.zipLeft(many(1, session.execute(GetBalance)), TestClock.adjust("1 second"))
  },
  "an effect of the caller's own": (_, session) =>
    Effect.zipLeft(
      many(
        20,
        session.use(() => Effect.never)
      ),
      TestClock.adjust("1 second")
    ),
  "the sleep of the keep-alive": (_, session) => Effect.as(succeeds(session.ping), []),
  "a ping of the keep-alive": (server, session) =>
    Effect.gen(function* () {
      yield* succeeds(session.ping)
      server.next("ping", Scripted.never)
      yield* TestClock.adjust("10 minutes")
      return []
    }),
  "the back-off of the keep-alive": (server, session) =>
    Effect.gen(function* () {
      yield* succeeds(session.ping)
      server.always("ping", Scripted.down)
      yield* TestClock.adjust("11 minutes")
      return []
    }),
  "the renewals of the keep-alive": (server, session) =>
    Effect.gen(function* () {
      yield* succeeds(session.ping)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.adjust("20 minutes")
      return []
    }),
  nothing: () => Effect.succeed([])
}

describe.each(Object.entries(moments))("closed during %s", (_, begin) => {
  it.virtual("everyone who waits is told, and nothing goes on", () =>
    Effect.gen(function* () {
      const supervisor = yield* Supervisor.track
      const server = Scripted.make()
      const scope = yield* Scope.make()
      const session = yield* start(server, {}, {}).pipe(Scope.extend(scope), Effect.supervised(supervisor))
      const watcher = yield* Effect.fork(Stream.runDrain(session.events))
      const callers = yield* Effect.supervised(begin(server, session), supervisor)
      yield* TestClock.adjust("50 millis")
      // No virtual time passes from here on.
      yield* Scope.close(scope, Exit.void)
      const errors = yield* Effect.forEach(callers, (caller) => Effect.map(Fiber.await(caller), errorOf))
      assert.isTrue(errors.every((error) => said(error as object) === "AuthFailed SessionClosed"))
      assert.isTrue(errors.every((error) => String(error).startsWith("AuthFailed: session: SessionClosed")))
      yield* Fiber.join(watcher)
      // A transport that calls back is told, and not waited for: it takes some turns, and no time.
      yield* Effect.repeatN(Effect.yieldNow(), 20)
      assert.strictEqual(server.unfinished.current, 0)
      const left = (yield* supervisor.value).filter((fiber) => fiber.unsafePoll() === null)
      assert.strictEqual(left.length, 0)

      const { length } = server.log
      yield* TestClock.adjust("1 day")
      for (const call of [session.ping, session.check, session.open, session.execute(GetBalance)]) {
        assert.strictEqual(said(yield* Effect.flip<unknown, object, never>(call)), "AuthFailed SessionClosed")
      }
      yield* session.reset
      assert.strictEqual((yield* session.status).state, "Closed")
      assert.strictEqual(server.log.length, length)
    }).pipe(seeded("closed"))
  )
})

describe("a closed world", () => {
  it("has no timer left", () => {
    const world = VirtualTime.make("timers")
    const server = Scripted.make()
    const scope = world.now(Scope.make())
    const session = world.now(Scope.extend(start(server, {}, {}), scope))
    world.fork(session.ping)
    world.advance("1 minute")
    assert.strictEqual(world.timers(), 1 + ownTimers)
    server.always("ping", Scripted.down)
    world.fork(Effect.ignore(session.ping))
    world.advance("200 millis")
    assert.strictEqual(world.timers(), 2 + ownTimers)
    world.now(Scope.close(scope, Exit.void))
    assert.strictEqual(world.timers(), 0)
  })
})

describe("a finalizer that cannot be interrupted", () => {
  it.virtual("may ping the session that it lives on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const scope = yield* Scope.make()
      const session = yield* Scope.extend(start(server, {}, {}), scope)
      yield* succeeds(session.ping)
      const results: Array<unknown> = []
      yield* Scope.addFinalizer(
        scope,
        Effect.uninterruptible(
          Effect.flatMap(Effect.exit(session.ping), (exit) => Effect.sync(() => results.push(exit)))
        )
      )
      const closing = yield* Effect.fork(Scope.close(scope, Exit.void))
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(closing)
      assert.deepStrictEqual(results, [Exit.void])
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "1 ping #1"])
    })
  )

  it.virtual("may ping a session that is closed already", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* Effect.scoped(start(server))
      const exit = yield* Effect.uninterruptible(Effect.exit(session.ping))
      assert.strictEqual(said(errorOf(exit)), "AuthFailed SessionClosed")
      assert.deepStrictEqual(server.log, [])
    })
  )

  it.virtual("is let go when the session closes while it logs in", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", Scripted.never)
      const scope = yield* Scope.make()
      const session = yield* Scope.extend(start(server), scope)
      const caller = yield* Effect.fork(Effect.uninterruptible(Effect.exit(session.ping)))
      yield* TestClock.adjust("1 second")
      yield* Scope.close(scope, Exit.void)
      assert.strictEqual(said(errorOf(yield* Fiber.join(caller))), "AuthFailed SessionClosed")
    })
  )
})

describe.skipIf(isQuick)("a process", () => {
  it("ends by itself when its program does", () =>
    new Promise<void>((resolve, reject) => {
      const script = fileURLToPath(new URL("exits.ts", import.meta.url))
      execFile(process.execPath, ["--import", "tsx", script], { timeout: 100_000 }, (error, stdout) => {
        try {
          assert.isNull(error)
          assert.strictEqual(stdout.split("\n").at(-2), "done 3 0")
          resolve()
        } catch (failure) {
          reject(failure)
        }
      })
    }))
})

describe.skipIf(isQuick)("2,000 cycles of keep-alive", () => {
  it("leave no fiber and no timer behind", () => {
    const world = VirtualTime.make("cycles", undefined, 10_000_000)
    const server = Scripted.make({ latency: 1 })
    const scope = world.now(Scope.make())
    const session = world.now(Scope.extend(start(server, {}, { interval: "30 seconds", floor: "10 seconds" }), scope))
    world.fork(session.ping)
    world.advance("1 minute")
    const before = [...Fiber.unsafeRoots()].length
    world.advance("17 hours")
    assert.isAtLeast(server.log.length, 2_000)
    assert.strictEqual(world.timers(), 1 + ownTimers)
    assert.strictEqual([...Fiber.unsafeRoots()].length, before)
    world.now(Scope.close(scope, Exit.void))
  })
})
