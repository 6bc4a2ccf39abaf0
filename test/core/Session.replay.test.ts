import { assert, describe } from "@effect/vitest"
import * as Retry from "@effect-clickatell/core/Retry"
import { Effect, Fiber, Schedule, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Service } from "./support.ts"
import { errorOf, fails, GetBalance, said, seeded, SendMsg, start, succeeds } from "./support.ts"

const ok = Scripted.reply("OK:")
const crossed = Scripted.reply(`OK: ${Scripted.sessionId(9)}`, "auth")

/** What is answered, and the error that remains. */
const rows: ReadonlyArray<readonly [name: string, answer: Scripted.Answer, error: string]> = [
  ["ERR 007", Scripted.err("007"), "AuthFailed IpLockdown 007"],
  ["ERR 101", Scripted.err("101"), "ApiError 101"],
  ["ERR 100", Scripted.err("100"), "ApiError 100"],
  ["ERR 901", Scripted.err("901"), "ApiError 901"],
  ["ERR 130", Scripted.err("130", "until 1300000000"), "ApiError 130"],
  ["an unknown code", Scripted.err("777"), "ApiError 777"],
  ["ERR 1, which is not 001", Scripted.err("1"), "ApiError 1"],
  ["OKAY", Scripted.reply("OKAY"), "MalformedReply UnrecognisedReturn"],
  ["a refused connection", Scripted.down, "TransportError Connect"],
  ["no such host", Scripted.broken("Dns", "connect"), "TransportError Dns"],
  ["a connection that hangs", Scripted.broken("Timeout", "connect"), "TransportError Timeout"],
  ["headers that never come", Scripted.broken("Timeout"), "TransportError Timeout"],
  ["a body that stalls", Scripted.broken("Timeout", "body"), "TransportError Timeout"],
  ["a reset before any byte", Scripted.reset, "TransportError Reset"],
  ["a reset within the body", Scripted.broken("Reset", "body"), "TransportError Reset"],
  ["a truncated reply", Scripted.body("<e:Envelope xmlns:e="), "MalformedReply NotWellFormed"],
  ["an empty reply", Scripted.body(" "), "MalformedReply Empty"],
  ["a captive portal", Scripted.body("<html><p>pay</p></html>"), "MalformedReply NotSoap"],
  ["a redirect", Scripted.broken("Redirect"), "TransportError Redirect"],
  ["status 400", Scripted.status(400), "TransportError Status"],
  ["status 404", Scripted.status(404), "TransportError Status"],
  ["status 401", Scripted.status(401), "TransportError Status"],
  ["status 407", Scripted.status(407), "TransportError Status"],
  ["status 429", Scripted.status(429), "TransportError Status"],
  ["status 429 with Retry-After", Scripted.status(429, "5 seconds"), "TransportError Status"],
  ["status 429 for a day", Scripted.status(429, "1 day"), "TransportError Status"],
  ["status 502", Scripted.status(502), "TransportError Status"],
  ["status 503", Scripted.status(503), "TransportError Status"],
  ["status 504", Scripted.status(504), "TransportError Status"],
  ["status 408", Scripted.status(408), "TransportError Status"],
  ["status 501", Scripted.status(501), "TransportError Status"],
  ["a fault of the server", Scripted.fault("Server"), "SoapFault SOAP-ENV:Server"],
  ["a fault of the client", Scripted.fault("Client"), "SoapFault SOAP-ENV:Client"],
  ["crossed replies", crossed, "MalformedReply WrongOperation"],
  ["a reply too large", Scripted.broken("BodyTooLarge", "body"), "TransportError BodyTooLarge"],
  ["what is not HTTP", Scripted.broken("Protocol"), "TransportError Protocol"],
  ["a bad certificate", Scripted.broken("Tls", "connect"), "TransportError Tls"]
]

describe.each(rows)("a call that meets %s", (_, answer, expected) => {
  it.virtual("is sent again up to its ceiling as a ping, without a login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("ping", answer)
      const session = yield* start(server)
      const error = yield* fails(session.ping, "1 minute")
      assert.strictEqual(said(error), expected)
      assert.strictEqual(server.log.filter((line) => line.includes("ping #1")).length, 1 + Retry.ceiling(error))
      assert.strictEqual(server.log.filter((line) => line.includes("auth")).length, 1)
    }).pipe(seeded("rows"))
  )

  it.virtual("is sent again up to its ceiling as an idempotent command", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", answer)
      const session = yield* start(server)
      const error = yield* fails(session.execute(GetBalance), "1 minute")
      assert.strictEqual(server.log.length, 2 + Retry.ceiling(error))
    }).pipe(seeded("rows"))
  )

  it.virtual("is never sent again as any other command", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("sendmsg", answer)
      const session = yield* start(server)
      const error = yield* fails(session.execute(SendMsg({ text: "hi" })), "1 minute")
      assert.strictEqual(said(error), expected)
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 sendmsg #1"])
    })
  )

  it.virtual("is never sent again as an effect of the caller's own, nor by a check", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      server.always("ping", answer)
      assert.strictEqual(said(yield* fails(session.check, "1 minute")), expected)
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 ping #1"])
    })
  )
})

describe("a refusal of the session", () => {
  it.virtual.each(["001", "003", "005"])("with %s is replayed with a new one, whatever the command", (code) =>
    Effect.gen(function* () {
      for (const [operation, call] of [
        ["ping", (session: Service) => session.ping],
        ["getbalance", (session: Service) => session.execute(GetBalance)],
        ["sendmsg", (session: Service) => session.execute(SendMsg({ text: "hi" }))]
      ] as const) {
        const server = Scripted.make()
        server.next(operation, Scripted.err(code), ok)
        const session = yield* start(server)
        const begin = (yield* session.status).lastSuccess
        assert.isUndefined(begin)
        yield* succeeds<unknown, unknown, never>(call(session))
        assert.deepStrictEqual(
          server.log.map((line) => line.replace(/^\S+ /, "")),
          ["auth #1", `${operation} #1`, "auth #2", `${operation} #2`]
        )
      }
    })
  )

  it.virtual("after a failure in transport is replayed once, and the ceiling holds for each session", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.next("ping", Scripted.reset, Scripted.err("001"), Scripted.reset, Scripted.reset, Scripted.reset)
      assert.strictEqual(said(yield* fails(session.ping, "1 minute")), "TransportError Reset")
      assert.deepStrictEqual(
        server.log.slice(2).map((line) => line.replace(/^\S+ /, "")),
        ["ping #1", "ping #1", "auth #2", "ping #2", "ping #2", "ping #2"]
      )
    }).pipe(seeded("mixed"))
  )

  it.virtual("does not follow from a failure in transport: a message is never sent twice", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("sendmsg", Scripted.broken("Timeout", "body"))
      assert.strictEqual(said(yield* fails(session.execute(SendMsg({ text: "hi" })))), "TransportError Timeout")
      assert.strictEqual((yield* session.status).state, "Ready")
      assert.strictEqual(server.log.filter((line) => line.includes("sendmsg")).length, 1)
    })
  )
})

describe("the delays", () => {
  it.virtual("of a ping: at once for a broken connection, then 1 and 2 seconds less up to a fifth", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("ping", Scripted.reset, Scripted.status(503), Scripted.status(503), ok)
      yield* succeeds(session.ping, "10 seconds")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "0.2 ping #1", "1.291 ping #1", "3.099 ping #1"])
    }).pipe(seeded("delays"))
  )

  it.virtual("honour Retry-After", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("ping", Scripted.status(429, "5 seconds"), Scripted.status(503, "60 seconds"), ok)
      yield* succeeds(session.ping, "2 minutes")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "5.2 ping #1", "65.3 ping #1"])
    })
  )

  it.virtual("follow a policy of the caller's own, which cannot make a refusal be asked again", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const always = Schedule.spaced("1 second")
      const session = yield* start(server, { retry: always, loginRetry: always })
      server.next("auth", Scripted.down, Scripted.down)
      server.next("ping", Scripted.reset, Scripted.err("777"), ok)
      yield* succeeds(session.ping, "1 minute")
      assert.deepStrictEqual(server.log, [
        "0 auth #1",
        "1.1 auth #1",
        "2.2 auth #1",
        "2.3 ping #1",
        "3.4 ping #1",
        "4.5 ping #1"
      ])
      server.always("ping", Scripted.err("004"))
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed AccountFrozen 004")
      yield* session.reset
      server.always("auth", Scripted.err("001"))
      assert.strictEqual(said(yield* fails(session.ping, "1 hour")), "AuthFailed BadCredentials 001")
      assert.strictEqual(server.log.length, 8)
    })
  )

  it.virtual("end for a call that is interrupted", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.always("ping", Scripted.status(503, "50 seconds"))
      const caller = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("10 seconds")
      yield* Fiber.interrupt(caller)
      yield* TestClock.adjust("10 minutes")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1"])
    })
  )

  it.virtual("end where the session ends: a retry that comes too late logs in first", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { life: "30 seconds", margin: "5 seconds" })
      server.next("ping", Scripted.status(503, "40 seconds"))
      yield* succeeds(session.ping, "1 minute")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "40.2 auth #2", "40.3 ping #2"])
    })
  )
})

describe("callers of ping", () => {
  it.virtual("share the one under way, its failure too", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      server.next("ping", Scripted.err("777"))
      const callers = yield* Effect.forEach(Array.from({ length: 200 }), () => Effect.fork(session.ping))
      yield* TestClock.adjust("1 second")
      const errors = yield* Effect.forEach(callers, (caller) => Effect.map(Fiber.await(caller), errorOf))
      assert.isTrue(errors.every((error) => said(error) === "ApiError 777"))
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 ping #1"])
    })
  )

  it.virtual("go on when the first of them is interrupted", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      const first = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("50 millis")
      const second = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("10 millis")
      yield* Fiber.interrupt(first)
      yield* TestClock.adjust("1 second")
      yield* Fiber.join(second)
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 ping #1"])
    })
  )
})
