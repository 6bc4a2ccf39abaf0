import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Schedule, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Service } from "./support.ts"
import { errorOf, fails, GetBalance, said, seeded, SendMsg, start, succeeds } from "./support.ts"

const ok = Scripted.reply("OK:")
const crossed = Scripted.reply(`OK: ${Scripted.sessionId(9)}`, "auth")

/** Row of `reliability.md` §4, the answer, the error that remains, and how often an idempotent call is sent again. */
const rows: ReadonlyArray<readonly [row: string, answer: Scripted.Answer, error: string, retries: number]> = [
  ["8 ping 007", Scripted.err("007"), "AuthFailed IpLockdown 007", 0],
  ["10 ERR 101", Scripted.err("101"), "ApiError 101", 0],
  ["10 ERR 100", Scripted.err("100"), "ApiError 100", 0],
  ["11 ERR 901", Scripted.err("901"), "ApiError 901", 3],
  ["12 ERR 130", Scripted.err("130", "until 1300000000"), "ApiError 130", 0],
  ["13 unknown code", Scripted.err("777"), "ApiError 777", 0],
  ["14 ERR 1 is not 001", Scripted.err("1"), "ApiError 1", 0],
  ["16 OKAY", Scripted.reply("OKAY"), "MalformedReply UnrecognisedReturn", 1],
  ["20 connection refused", Scripted.down, "TransportError Connect", 3],
  ["21 no such host", Scripted.broken("Dns", "connect"), "TransportError Dns", 1],
  ["22 connect hangs", Scripted.broken("Timeout", "connect"), "TransportError Timeout", 2],
  ["23 headers never come", Scripted.broken("Timeout"), "TransportError Timeout", 2],
  ["24 body stalls", Scripted.broken("Timeout", "body"), "TransportError Timeout", 2],
  ["26 reset before any byte", Scripted.reset, "TransportError Reset", 2],
  ["28 reset within the body", Scripted.broken("Reset", "body"), "TransportError Reset", 1],
  ["29 truncated", Scripted.body("<e:Envelope xmlns:e="), "MalformedReply NotWellFormed", 1],
  ["30 empty", Scripted.body(" "), "MalformedReply Empty", 1],
  ["31 captive portal", Scripted.body("<html><p>pay</p></html>"), "MalformedReply NotSoap", 0],
  ["33 redirect", Scripted.broken("Redirect"), "TransportError Redirect", 0],
  ["34 400", Scripted.status(400), "TransportError Status", 0],
  ["34 404", Scripted.status(404), "TransportError Status", 0],
  ["35 401", Scripted.status(401), "TransportError Status", 0],
  ["35 407", Scripted.status(407), "TransportError Status", 0],
  ["36 429", Scripted.status(429), "TransportError Status", 3],
  ["36 429 with Retry-After", Scripted.status(429, "5 seconds"), "TransportError Status", 3],
  ["36 429 for a day", Scripted.status(429, "1 day"), "TransportError Status", 0],
  ["37 502", Scripted.status(502), "TransportError Status", 3],
  ["37 503", Scripted.status(503), "TransportError Status", 3],
  ["37 504", Scripted.status(504), "TransportError Status", 3],
  ["37 408", Scripted.status(408), "TransportError Status", 3],
  ["37 501", Scripted.status(501), "TransportError Status", 0],
  ["38 fault of the server", Scripted.fault("Server"), "SoapFault SOAP-ENV:Server", 1],
  ["38 fault of the client", Scripted.fault("Client"), "SoapFault SOAP-ENV:Client", 0],
  ["41 crossed replies", crossed, "MalformedReply WrongOperation", 1],
  ["46 too large", Scripted.broken("BodyTooLarge", "body"), "TransportError BodyTooLarge", 0],
  ["46b not HTTP", Scripted.broken("Protocol"), "TransportError Protocol", 1],
  ["50 certificate", Scripted.broken("Tls", "connect"), "TransportError Tls", 0]
]

describe.each(rows)("%s", (_, answer, expected, retries) => {
  it.virtual(`is sent again ${retries} times as a ping, without a login`, () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("ping", answer)
      const session = yield* start(server)
      assert.strictEqual(said(yield* fails(session.ping, "1 minute")), expected)
      assert.strictEqual(server.log.filter((line) => line.includes("ping #1")).length, 1 + retries)
      assert.strictEqual(server.log.filter((line) => line.includes("auth")).length, 1)
    }).pipe(seeded("rows"))
  )

  it.virtual(`is sent again ${retries} times as an idempotent command`, () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", answer)
      const session = yield* start(server)
      yield* fails(session.execute(GetBalance), "1 minute")
      assert.strictEqual(server.log.length, 2 + retries)
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
