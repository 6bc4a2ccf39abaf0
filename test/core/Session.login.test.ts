import { assert, describe } from "@effect/vitest"
import { Array, Config, ConfigProvider, Deferred, Effect, Exit, Fiber, TestClock } from "effect"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Transport from "@effect-clickatell/core/Transport"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import {
  credentials,
  errorOf,
  fails,
  GetBalance,
  many,
  isQuick,
  said,
  seeded,
  SendMsg,
  start,
  succeeds
} from "./support.ts"

describe.each(isQuick ? [1, 20] : [1, 200, 10_000])("%i callers at once", (count) => {
  it.virtual("share one login that succeeds", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const callers = yield* many(count, session.ping)
      yield* TestClock.adjust("1 second")
      const exits = yield* Effect.forEach(callers, Fiber.await)
      assert.isTrue(exits.every(Exit.isSuccess))
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1"])
    })
  )

  it.virtual("share one login that fails in transport, and so does nobody later", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", ...Array.replicate(Scripted.broken("Timeout"), 3))
      const session = yield* start(server)
      const callers = yield* many(count, session.ping)
      yield* TestClock.adjust("20 seconds")
      const errors = yield* Effect.forEach(callers, (caller) => Effect.map(Fiber.await(caller), errorOf))
      assert.deepStrictEqual(Array.dedupe(errors.map(said)), ["TransportError Timeout"])
      assert.deepStrictEqual(
        server.log.map((line) => line.replace(/^\S+ /, "")),
        ["auth #1", "auth #1", "auth #1"]
      )
      const later = yield* many(count, session.ping)
      yield* TestClock.adjust("1 second")
      assert.isTrue((yield* Effect.forEach(later, Fiber.await)).every(Exit.isSuccess))
      assert.deepStrictEqual(server.log.slice(3), ["20 auth #1", "20.1 ping #1"])
    }).pipe(seeded("transport"))
  )

  it.virtual("share one login that is refused", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.err("001"))
      const session = yield* start(server)
      const callers = yield* many(count, session.ping)
      yield* TestClock.adjust("1 second")
      const errors = yield* Effect.forEach(callers, (caller) => Effect.map(Fiber.await(caller), errorOf))
      assert.deepStrictEqual(Array.dedupe(errors.map(said)), ["AuthFailed BadCredentials 001"])
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual("lose the first of them without noticing", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const leader = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("20 millis")
      const others = yield* many(count, session.ping)
      yield* TestClock.adjust("30 millis")
      yield* Fiber.interrupt(leader)
      yield* TestClock.adjust("1 second")
      assert.isTrue((yield* Effect.forEach(others, Fiber.await)).every(Exit.isSuccess))
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1"])
    })
  )

  it.virtual("are all interrupted, and their login is there for the next", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const callers = yield* many(count, session.ping)
      yield* TestClock.adjust("50 millis")
      yield* Fiber.interruptAll(callers)
      assert.strictEqual((yield* session.status).state, "Authenticating")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* session.status).state, "Ready")
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, ["0 auth #1", "1.05 ping #1"])
    })
  )
})

describe("a login", () => {
  it.virtual("is for every kind of call", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", Scripted.reply("OK:"))
      const session = yield* start(server)
      yield* many(50, session.open)
      yield* many(
        50,
        session.use(() => Effect.void)
      )
      yield* many(50, session.execute(GetBalance))
      yield* many(50, session.ping)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(server.log[0], "0 auth #1")
      assert.strictEqual(server.log.filter((line) => line.includes("getbalance")).length, 50)
      assert.strictEqual(server.log.filter((line) => line.includes("ping")).length, 1)
      assert.strictEqual(server.logins.most, 1)
    })
  )

  it.virtual("is tried again after 4 and 8 seconds when its outcome is unknown, and no more", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.broken("Timeout"))
      const session = yield* start(server)
      assert.strictEqual(said(yield* fails(session.ping, "30 seconds")), "TransportError Timeout")
      // 4 s and 8 s, each with up to a fifth more, and 0.1 s for each exchange
      assert.deepStrictEqual(server.log, ["0 auth #1", "4.495 auth #1", "12.839 auth #1"])
      assert.strictEqual((yield* session.status).state, "Idle")
    }).pipe(seeded("retry"))
  )

  it.virtual.each([
    ["001", "AuthFailed BadCredentials 001"],
    ["002", "AuthFailed BadCredentials 002"],
    ["004", "AuthFailed AccountFrozen 004"],
    ["007", "AuthFailed IpLockdown 007"],
    ["108", "AuthFailed InvalidApiId 108"],
    ["100", "ApiError 100"],
    ["101", "ApiError 101"],
    ["777", "ApiError 777"]
  ] as const)("is not tried again after ERR %s", ([code, expected]) =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.err(code))
      const session = yield* start(server)
      assert.strictEqual(said(yield* fails(session.ping, "10 minutes")), expected)
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual("whose reply holds no session id is not tried again, and its value is in no error", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.reply("OK: not-a-session-id"))
      const session = yield* start(server)
      const error = yield* fails(session.ping, "10 minutes")
      assert.strictEqual(said(error), "MalformedReply BadSessionId")
      assert.notInclude(JSON.stringify(error), "not-a-session-id")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual("that hands out the old id again makes a new generation", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.reply(`OK: ${Scripted.sessionId(7)}`))
      server.always("ping", Scripted.reply("OK:"))
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("ping", Scripted.err("001"))
      yield* TestClock.adjust("1 minute")
      yield* succeeds(session.ping)
      assert.strictEqual((yield* session.status).generation, 2)
      assert.strictEqual(server.log.length, 5)
    })
  )

  it.virtual("goes on for the others when whoever asked first has a deadline of its own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("auth", Scripted.down)
      const hurried = yield* Effect.fork(Effect.exit(Transport.withDeadline(session.open, "1 second")))
      const patient = yield* Effect.fork(session.open)
      yield* TestClock.adjust("1 second")
      assert.strictEqual(said(errorOf(yield* Fiber.join(hurried))), "TransportError Timeout")
      yield* TestClock.adjust("5 seconds")
      yield* Fiber.join(patient)
      assert.strictEqual(server.log.length, 2)
    })
  )

  it.virtual("asks the provider anew each time, and never while there is a session", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let asked = 0
      const session = yield* start(server, { credentials: Effect.sync(() => credentials(`password-${(asked += 1)}`)) })
      yield* succeeds(session.ping)
      yield* succeeds(session.ping)
      assert.strictEqual(asked, 1)
      server.expire()
      yield* succeeds(session.ping)
      assert.strictEqual(asked, 2)
      assert.deepStrictEqual(
        server.sent.filter((xml) => xml.includes(":auth")).map((xml) => /password-\d/.exec(xml)?.[0]),
        ["password-1", "password-2"]
      )
    })
  )

  it.virtual("whose provider fails sends nothing, and is not remembered", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let broken = true
      const provider = Effect.suspend(() =>
        broken ? Effect.fail("vault sealed: hunter2") : Effect.succeed(credentials())
      )
      const session = yield* start(server, { credentials: provider })
      const error = yield* fails(session.ping)
      assert.strictEqual(said(error), "AuthFailed CredentialsUnavailable")
      assert.notInclude(String(error), "hunter2")
      assert.deepStrictEqual(server.log, [])
      broken = false
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, ["1 auth #1", "1.1 ping #1"])
    })
  )

  it.virtual("from a configuration says which variables are not set, and no value", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const given = ConfigProvider.fromMap(new Map([["CLICKATELL_USER", "hunter2"]]))
      const session = yield* start(server, { credentials: Credentials.config }).pipe(Effect.withConfigProvider(given))
      const error = yield* fails(session.ping)
      assert.strictEqual(
        error.message,
        "auth: CredentialsUnavailable: CLICKATELL_API_ID and CLICKATELL_PASSWORD are not set, so nothing was sent: set them"
      )

      const whole = Config.all([Credentials.config, Config.integer("CLICKATELL_USER")])
      const other = yield* start(server, { credentials: Effect.map(whole, ([it]) => it) }).pipe(
        Effect.withConfigProvider(
          ConfigProvider.fromMap(
            new Map([
              ["CLICKATELL_API_ID", "1"],
              ["CLICKATELL_USER", "hunter2"]
            ])
          )
        )
      )
      assert.strictEqual(
        (yield* fails(other.ping)).message,
        "auth: CredentialsUnavailable: CLICKATELL_PASSWORD is not set, so nothing was sent: set it"
      )
      assert.deepStrictEqual(server.log, [])
    })
  )

  it.virtual("waits for a slow provider once for all callers", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const gate = yield* Deferred.make<void>()
      let asked = 0
      const provider = Effect.zipRight(
        Effect.sync(() => (asked += 1)),
        Effect.as(Deferred.await(gate), credentials())
      )
      const session = yield* start(server, { credentials: provider })
      const callers = yield* many(20, session.ping)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(server.log, [])
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("1 second")
      assert.isTrue((yield* Effect.forEach(callers, Fiber.await)).every(Exit.isSuccess))
      assert.strictEqual(asked, 1)
      assert.deepStrictEqual(server.log, ["5 auth #1", "5.1 ping #1"])
    })
  )

  it.virtual("whose provider dies ends its callers, and the next one starts anew", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", Scripted.dies)
      const session = yield* start(server)
      const caller = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("1 second")
      assert.isTrue(Exit.isFailure(yield* Fiber.await(caller)))
      assert.strictEqual((yield* session.status).state, "Idle")
      yield* TestClock.adjust("10 seconds")
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, ["0 auth #1", "11 auth #1", "11.1 ping #1"])
    })
  )

  it.virtual("is not begun for parameters that cannot be sent", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const error = yield* fails(session.execute(SendMsg({ text: "\u0000" })))
      assert.strictEqual(said(error), "InvalidParameters")
      assert.deepStrictEqual(server.log, [])
    })
  )
})
