import { assert, describe } from "@effect/vitest"
import type { AuthFailed } from "@effect-clickatell/core/Errors"
import { Array, Effect, Exit, Fiber, Redacted, TestClock } from "effect"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { errorOf, fails, GetBalance, many, isQuick, said, start, succeeds } from "./support.ts"

const ok = Scripted.reply("OK:")

describe("a late refusal", () => {
  it.virtual("of an old session neither renews nor discards the current one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.slow("30 seconds", Scripted.err("001")), ok)
      const late = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.adjust("1 second")
      server.expire()
      yield* succeeds(session.ping)
      assert.strictEqual((yield* session.status).generation, 2)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(late), "balance")
      assert.strictEqual((yield* session.status).generation, 2)
      assert.deepStrictEqual(server.log, [
        "0 auth #1",
        "0.1 ping #1",
        "1 getbalance #1",
        "2 ping #1",
        "2.1 auth #2",
        "2.2 ping #2",
        "31.1 getbalance #2"
      ])
    })
  )

  it.virtual("for good of an old session does not reject the current one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.slow("30 seconds", Scripted.err("004")))
      const late = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.adjust("1 second")
      server.expire()
      yield* succeeds(session.ping)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(said(errorOf(yield* Fiber.await(late))), "AuthFailed AccountFrozen 004")
      assert.strictEqual((yield* session.status).state, "Ready")
    })
  )

  it.virtual.skipIf(isQuick)("of 50 calls made with one session costs one login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      let calls = 0
      // They come back one after another, most of them long after the session was replaced.
      server.always("getbalance", (request) =>
        request.session === 1 ? Scripted.slow((calls += 1) * 100, Scripted.err("001"))(request) : ok(request)
      )
      const callers = yield* many(50, session.execute(GetBalance))
      yield* TestClock.adjust("10 seconds")
      assert.isTrue((yield* Effect.forEach(callers, Fiber.await)).every(Exit.isSuccess))
      const sent = Array.map(server.log, (line) => line.replace(/^\S+ /, ""))
      assert.strictEqual(sent.filter((line) => line === "auth #2").length, 1)
      assert.strictEqual(sent.filter((line) => line === "getbalance #1").length, 50)
      assert.strictEqual(sent.filter((line) => line === "getbalance #2").length, 50)
      assert.strictEqual(sent.length, 103)
    })
  )

  it.virtual("that comes while another caller logs in joins that login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.err("001"), Scripted.slow("500 millis", Scripted.err("001")))
      server.always("getbalance", ok)
      server.next("auth", Scripted.slow("3 seconds", server.honest))
      const callers = yield* many(2, session.execute(GetBalance))
      yield* TestClock.adjust("10 seconds")
      assert.isTrue((yield* Effect.forEach(callers, Fiber.await)).every(Exit.isSuccess))
      assert.deepStrictEqual(server.log, [
        "0 auth #1",
        "0.1 ping #1",
        "1 getbalance #1",
        "1 getbalance #1",
        "1.1 auth #2",
        "4.2 getbalance #2",
        "4.2 getbalance #2"
      ])
    })
  )

  it.virtual("of a keep-alive ping of the old session is no word about the new one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("ping", Scripted.slow("30 seconds", Scripted.err("001")))
      const late = yield* Effect.fork(session.check)
      yield* TestClock.adjust("1 second")
      yield* session.reset
      yield* succeeds(session.execute(GetBalance).pipe(Effect.ignore, Effect.zipRight(session.open)))
      yield* TestClock.adjust("1 minute")
      // The reset took away what was to be checked.
      assert.strictEqual(said(errorOf(yield* Fiber.await(late))), "AuthFailed SessionNotAccepted")
      const { generation, state } = yield* session.status
      assert.deepStrictEqual({ generation, state }, { generation: 2, state: "Ready" })
    })
  )
})

it.virtual("a ping that lands late leaves the one of the current session to those who ask for it", () =>
  Effect.gen(function* () {
    const server = Scripted.make()
    const session = yield* start(server)
    yield* succeeds(session.open)
    server.next("ping", Scripted.slow("2 seconds", ok), Scripted.slow("5 seconds", ok))
    yield* Effect.fork(session.ping)
    yield* TestClock.adjust("1 second")
    yield* session.reset
    const current = yield* Effect.fork(session.ping)
    yield* TestClock.adjust("3 seconds")
    const another = yield* Effect.fork(session.ping)
    yield* TestClock.adjust("5 seconds")
    yield* Fiber.join(current)
    yield* Fiber.join(another)
    assert.deepStrictEqual(server.log, ["0 auth #1", "1 ping #1", "2 auth #2", "2.1 ping #2"])
  })
)

describe("a late success", () => {
  it.virtual("of an old session is not activity of the current one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.slow("1 minute", ok))
      const late = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.adjust("10 seconds")
      yield* session.reset
      yield* succeeds(session.ping)
      const { lastSuccess } = yield* session.status
      yield* TestClock.adjust("2 minutes")
      yield* Fiber.join(late)
      assert.deepStrictEqual((yield* session.status).lastSuccess, lastSuccess)
    })
  )

  it.virtual("does not take back the activity of an exchange that began after it", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("getbalance", Scripted.slow("1 minute", ok), ok)
      const late = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.adjust("30 seconds")
      yield* succeeds(session.execute(GetBalance))
      yield* TestClock.adjust("10 minutes")
      yield* Fiber.join(late)
      assert.strictEqual((yield* session.status).lastSuccess?.epochMillis, 30_000)
    })
  )
})

describe("a replay", () => {
  it.virtual("uses the new id, in an envelope of its own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.expire()
      yield* succeeds(session.ping)
      assert.deepStrictEqual(
        server.sent.map((xml) => /<session_id>(.*)<\/session_id>/.exec(xml)?.[1]),
        [undefined, 1, 1, undefined, 2].map((generation) =>
          generation === undefined ? undefined : Scripted.sessionId(generation)
        )
      )
    })
  )

  it.virtual("hands the new id to an effect of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const seen: Array<string> = []
      const result = yield* succeeds(
        session.use((id) => {
          seen.push(Redacted.value(id))
          if (seen.length === 1) server.expire()
          return Effect.as(Effect.provide(Ping.ping(id), server.layer), "done")
        })
      )
      assert.strictEqual(result, "done")
      assert.deepStrictEqual(seen, [Scripted.sessionId(1), Scripted.sessionId(2)])
    })
  )

  it.virtual("recognises a refusal among the caller's own errors, and only there", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      let calls = 0
      const mine = (errors: ReadonlyArray<string>) =>
        session.use(
          () => {
            const error = errors[calls++]
            return error === undefined ? Effect.succeed(calls) : Effect.fail(error)
          },
          (error) => error === "expired"
        )
      assert.strictEqual(yield* succeeds(mine(["expired"])), 2)
      calls = 0
      const other = yield* fails(mine(["other"]))
      assert.strictEqual(other, "other")
      assert.strictEqual(calls, 1)
      yield* TestClock.adjust("1 minute")
      // The session has been accepted, so the second refusal of one call does not make it flap.
      yield* succeeds(session.ping)
      calls = 0
      assert.strictEqual(yield* fails(mine(["expired", "expired"])), "expired")
      assert.strictEqual(calls, 2)
    })
  )

  it.virtual("happens once: a second refusal reaches the caller as what it is", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.err("003"), Scripted.err("005"))
      server.always("getbalance", ok)
      const error = yield* fails(session.execute(GetBalance))
      assert.strictEqual(said(error), "AuthFailed SessionNotAccepted 005")
      assert.strictEqual((error as AuthFailed).operation, "getbalance")
      // One session was accepted and one was not: that is no reason to give up.
      assert.strictEqual((yield* session.status).state, "Idle")
      yield* TestClock.adjust("10 seconds")
      yield* succeeds(session.execute(GetBalance))
      assert.strictEqual((yield* session.status).generation, 3)
    })
  )

  it.virtual("does not happen when the login for it fails: the caller hears why", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.expire()
      server.always("auth", Scripted.err("004"))
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed AccountFrozen 004")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "1 ping #1", "1.1 auth #2"])
    })
  )

  it.virtual("of a check does not exist: it tells, and logs nobody in", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const none = yield* fails(session.check)
      assert.strictEqual(said(none), "AuthFailed SessionNotAccepted")
      assert.strictEqual((none as AuthFailed).operation, "ping")
      assert.deepStrictEqual(server.log, [])
      yield* succeeds(session.ping)
      server.expire()
      assert.strictEqual(said(yield* fails(session.check)), "AuthFailed SessionNotAccepted 001")
      assert.strictEqual(said(yield* fails(session.check)), "AuthFailed SessionNotAccepted")
      assert.deepStrictEqual(server.log, ["1 auth #1", "1.1 ping #1", "2 ping #1"])
    })
  )
})

describe("a reset", () => {
  it.virtual("during a login lets nobody wait for it any longer: its callers go on with a new one", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("auth", Scripted.never)
      const callers = yield* many(3, session.ping)
      yield* TestClock.adjust("1 second")
      yield* session.reset
      yield* TestClock.adjust("1 second")
      yield* Effect.forEach(callers, Fiber.join)
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 auth #1", "1.1 ping #1"])
      assert.strictEqual((yield* session.status).generation, 1)
    })
  )

  it.virtual("forgets the session, so that a call under way is replayed with the next one if it is refused", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("getbalance", Scripted.slow("1 second", Scripted.err("001")), ok)
      const caller = yield* Effect.fork(session.execute(GetBalance))
      yield* TestClock.adjust("500 millis")
      yield* session.reset
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(caller)
      assert.deepStrictEqual(server.log.slice(2), ["1 getbalance #1", "2.1 auth #2", "2.2 getbalance #2"])
    })
  )
})
