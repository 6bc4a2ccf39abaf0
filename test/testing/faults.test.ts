import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import { ping } from "@effect-clickatell/core/Ping"
import { Deadline } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { demo, request, say, stranger } from "./support.ts"

const world = Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer()))

/** What a ping in a session of its own comes to when the fault strikes it, and how long it took. */
const struck = (fault: Fault.Fault) =>
  Effect.gen(function* () {
    const { fail } = yield* Emulator.Emulator
    const id = yield* authenticate(demo)
    yield* fail(fault)
    const start = yield* Clock.currentTimeMillis
    const fiber = yield* Effect.fork(
      Effect.zip(
        Effect.either(ping(id)),
        Effect.suspend(() => Clock.currentTimeMillis)
      )
    )
    yield* TestClock.adjust("1 minute")
    const [result, end] = yield* Fiber.join(fiber)
    return { result, took: end - start }
  })

const failures: ReadonlyArray<readonly [fault: Fault.Fault, error: object, took?: number]> = [
  [Fault.refuse, { _tag: "TransportError", reason: "Connect", phase: "connect", mayHaveReached: false }],
  [Fault.reset, { _tag: "TransportError", reason: "Reset", phase: "headers", mayHaveReached: true }],
  [Fault.drop, { _tag: "TransportError", reason: "Reset", phase: "headers", mayHaveReached: true }],
  [Fault.truncate, { _tag: "TransportError", reason: "Reset", phase: "body", mayHaveReached: true }],
  [Fault.hang, { _tag: "TransportError", reason: "Timeout", phase: "headers", mayHaveReached: true }, 15_000],
  [Fault.transport("Dns"), { _tag: "TransportError", reason: "Dns", phase: "connect", mayHaveReached: false }],
  [Fault.transport("Tls"), { _tag: "TransportError", reason: "Tls", phase: "connect", mayHaveReached: false }],
  [Fault.transport("Protocol"), { _tag: "TransportError", reason: "Protocol", phase: "headers", mayHaveReached: true }],
  [
    Fault.transport("Timeout", { phase: "connect" }),
    { _tag: "TransportError", reason: "Timeout", phase: "connect", mayHaveReached: false }
  ],
  [
    Fault.transport("Dns", { phase: "unknown", mayHaveReached: false }),
    { _tag: "TransportError", reason: "Dns", phase: "unknown", mayHaveReached: false }
  ],
  [Fault.stall, { _tag: "TransportError", reason: "Timeout", phase: "body", mayHaveReached: true }, 15_000],
  [Fault.delay("15 seconds"), { _tag: "TransportError", reason: "Timeout", phase: "headers" }, 15_000],
  [
    Fault.status(302, { headers: { location: "http://x/" } }),
    { _tag: "TransportError", reason: "Redirect", status: 302 }
  ],
  [
    Fault.status(503, { headers: { "retry-after": "7" }, body: "<html>down</html>" }),
    { _tag: "TransportError", reason: "Status", status: 503, retryAfter: Duration.seconds(7) }
  ],
  [Fault.raw("x".repeat(65_537)), { _tag: "TransportError", reason: "BodyTooLarge" }],
  [Fault.raw("<html>hello</html>"), { _tag: "MalformedReply", reason: "NotSoap" }],
  [Fault.reply("ERR: 901, Internal error"), { _tag: "ApiError", code: "901" }],
  [Fault.reply("ERR: 003, Session ID expired"), { _tag: "AuthFailed", code: "003" }],
  [Fault.reply("nonsense"), { _tag: "MalformedReply", reason: "UnrecognisedReturn" }],
  [Fault.reply("OK:", { operation: "auth" }), { _tag: "MalformedReply", reason: "WrongOperation" }],
  [
    Fault.fault("Server"),
    { _tag: "SoapFault", faultCode: "SOAP-ENV:Server", faultString: "Internal error", status: 500 }
  ],
  [Fault.fault("Client", { reason: "no" }), { _tag: "SoapFault", faultCode: "SOAP-ENV:Client", faultString: "no" }]
]

describe("faults, in memory and on the virtual clock", () => {
  for (const [fault, error, took = 0] of failures) {
    it.effect(JSON.stringify(fault).slice(0, 60), () =>
      Effect.gen(function* () {
        const { result, took: taken } = yield* struck(fault)
        assert.strictEqual(result._tag, "Left")
        assert.deepInclude(result._tag === "Left" ? { ...result.left, ...tagOf(result.left) } : {}, error)
        assert.strictEqual(taken, took)
      }).pipe(Effect.provide(world))
    )
  }

  it.effect("a delay under the deadline only delays", () =>
    Effect.gen(function* () {
      const { result, took } = yield* struck(Fault.delay("14 seconds"))
      assert.strictEqual(result._tag, "Right")
      assert.strictEqual(took, 14_000)
    }).pipe(Effect.provide(world))
  )

  it.effect("the caller's own deadline counts", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      yield* fail(Fault.hang)
      const fiber = yield* Effect.fork(
        Effect.zipRight(
          Effect.flip(Effect.provideService(ping(stranger), Deadline, "3 seconds")),
          Effect.suspend(() => Clock.currentTimeMillis)
        )
      )
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* Fiber.join(fiber), 3000)
    }).pipe(Effect.provide(world))
  )

  it.effect("renew the session when the command is carried out, and only then", () =>
    Effect.gen(function* () {
      const { fail, sessions } = yield* Emulator.Emulator
      const lives = (fault: Fault.Fault) =>
        Effect.gen(function* () {
          const id = yield* authenticate(demo)
          yield* TestClock.adjust("10 minutes")
          yield* fail(fault)
          const fiber = yield* Effect.fork(Effect.exit(ping(id)))
          yield* TestClock.adjust("5 minutes")
          yield* Fiber.join(fiber)
          return (yield* sessions) > 0
        })
      for (const fault of [Fault.drop, Fault.truncate, Fault.stall, Fault.delay("1 hour")]) {
        assert.isTrue(yield* lives(fault), fault.kind)
        yield* TestClock.adjust("1 hour")
      }
      for (const fault of [
        Fault.refuse,
        Fault.reset,
        Fault.hang,
        Fault.transport("Protocol"),
        Fault.fault("Server"),
        Fault.status(503),
        Fault.raw(""),
        Fault.reply("OK:")
      ]) {
        assert.isFalse(yield* lives(fault), fault.kind)
      }
    }).pipe(Effect.provide(world))
  )

  it.effect("a dropped login leaves an orphan session", () =>
    Effect.gen(function* () {
      const { fail, log, sessions } = yield* Emulator.Emulator
      yield* fail(Fault.drop, { operation: "auth" })
      yield* Effect.flip(authenticate(demo))
      assert.strictEqual(yield* sessions, 1)
      yield* authenticate(demo)
      assert.deepStrictEqual(
        (yield* log).map(({ outcome, session }) => `${session} ${outcome}`),
        ["1 drop", "2 OK"]
      )
    }).pipe(Effect.provide(world))
  )
})

describe("the queue of faults", () => {
  it.effect("strikes the next request of its operation, as often as told, in order", () =>
    Effect.gen(function* () {
      const { fail, log } = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* fail(Fault.reset, { operation: "ping", times: 2 })
      yield* fail(Fault.reply("ERR: 901, Internal error"))
      yield* fail(Fault.hang, { times: 0 })
      yield* fail(Fault.status(502), { operation: "getbalance" })
      yield* Effect.ignore(authenticate(demo))
      yield* Effect.replicateEffect(Effect.ignore(ping(id)), 3)
      yield* authenticate(demo)
      assert.deepStrictEqual(
        (yield* log).map(({ operation, outcome, session }) => `${operation} ${session} ${outcome}`),
        ["auth 1 OK", "auth 0 ERR 901", "ping 1 reset", "ping 1 reset", "ping 1 OK", "auth 2 OK"]
      )
    }).pipe(Effect.provide(world))
  )

  it.effect("lets a fault stand until it is lifted, behind those that are counted", () =>
    Effect.gen(function* () {
      const { calm, fail, log } = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* fail(Fault.reply("ERR: 901, old"), { operation: "ping", times: Infinity })
      yield* fail(Fault.reset, { operation: "ping", times: Infinity })
      yield* fail(Fault.refuse, { times: Infinity })
      yield* fail(Fault.drop, { operation: "ping" })
      const pings = (count: number) => Effect.replicateEffect(Effect.ignore(ping(id)), count)
      yield* pings(2)
      yield* calm()
      yield* pings(2)
      yield* fail(Fault.status(503), { operation: "ping", times: 2 })
      yield* calm("ping")
      yield* pings(3)
      assert.deepStrictEqual(
        (yield* log).slice(1).map(({ outcome }) => outcome),
        ["drop", "refuse", "reset", "reset", "status", "status", "OK"]
      )
    }).pipe(Effect.provide(world))
  )

  it.effect("knows operations that the service does not", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      yield* fail(Fault.reply("ID: 1"), { operation: "token_pay" })
      yield* authenticate(demo)
      const tokenPay = say(request("document-literal", "token_pay", {}))
      assert.strictEqual(yield* tokenPay, "200 token_payResponse ID: 1")
      assert.strictEqual(yield* tokenPay, "500 SOAP-ENV:Client")
    }).pipe(Effect.provide(world))
  )

  it.effect("strikes what cannot be read, too", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      yield* fail(Fault.reset, { operation: "ping" })
      yield* fail(Fault.reset)
      assert.strictEqual(yield* say("<nonsense"), "reset")
      yield* fail(Fault.reply("OK:"))
      // Nobody knows what operation to answer.
      assert.strictEqual(yield* say("<nonsense"), "500 SOAP-ENV:Client")
      yield* fail(Fault.fault("Server"))
      assert.strictEqual(yield* say("<nonsense"), "500 SOAP-ENV:Server")
    }).pipe(Effect.provide(world))
  )
})

describe("a fault that is decided when the request is there", () => {
  it.effect("sees the request", () =>
    Effect.gen(function* () {
      const { fail, log } = yield* Emulator.Emulator
      yield* fail(
        ({ operation, parameters, session, xml }) =>
          Effect.succeed(
            Fault.reply(`ERR: 901, ${operation} ${session} ${parameters.get("text")} ${xml.includes(">a<")}`)
          ),
        { operation: "sendmsg", times: 2 }
      )
      const id = Redacted.value(yield* authenticate(demo))
      const sendmsg = (text: string) => say(request("rpc-encoded", "sendmsg", { session_id: id, text }))
      assert.strictEqual(yield* sendmsg("a"), "200 sendmsgResponse ERR: 901, sendmsg 1 a true")
      assert.strictEqual(yield* sendmsg("b"), "200 sendmsgResponse ERR: 901, sendmsg 1 b false")
      yield* fail(({ operation, parameters, session }) =>
        Effect.succeed(operation === "" && parameters.size === 0 && session === 0 ? Fault.hang : Fault.reset)
      )
      assert.strictEqual(yield* say("<nonsense"), "silent")
      assert.strictEqual((yield* log)[1]?.outcome, "ERR 901")
    }).pipe(Effect.provide(world))
  )

  it.effect("holds the request back until then, and its command with it", () =>
    Effect.gen(function* () {
      const { expireSessions, fail, log } = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      const gate = yield* Deferred.make<Fault.Fault | undefined>()
      yield* fail(() => gate, { operation: "ping" })
      const held = yield* Effect.fork(Effect.flip(ping(id)))
      yield* TestClock.adjust("1 second")
      yield* ping(id)
      const entries = (yield* log).slice(1)
      yield* expireSessions
      yield* Deferred.succeed(gate, undefined)
      const error = yield* Fiber.join(held)
      assert.deepInclude({ ...error }, { reason: "SessionNotAccepted" })
      assert.deepStrictEqual(entries, [
        { at: 0, operation: "ping", session: 1, outcome: "waiting" },
        { at: 1000, operation: "ping", session: 1, outcome: "OK" }
      ])
      assert.deepStrictEqual((yield* log)[1], { at: 0, operation: "ping", session: 1, outcome: "ERR 001" })
    }).pipe(Effect.provide(world))
  )

  it.effect("can be a defect of the transport", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      yield* fail(() => Effect.die("broken"))
      const exit = yield* Effect.exit(authenticate(demo))
      assert.deepStrictEqual(exit, Exit.die("broken"))
    }).pipe(Effect.provide(world))
  )
})

describe("latency", () => {
  it.effect("is the time until the service sees a request, and counts towards the deadline", () =>
    Effect.gen(function* () {
      const { expireSessions, fail, log, logins } = yield* Emulator.Emulator
      const login = yield* Effect.fork(authenticate(demo))
      yield* TestClock.adjust("1999 millis")
      assert.strictEqual(yield* logins, 0)
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* logins, 1)
      const id = yield* Fiber.join(login)
      yield* fail(Fault.delay("2 seconds"))
      const late = yield* Effect.fork(Effect.flip(ping(id)))
      yield* TestClock.adjust("3 seconds")
      assert.deepInclude({ ...(yield* Fiber.join(late)) }, { reason: "Timeout", phase: "headers" })
      const refused = yield* Effect.fork(Effect.flip(ping(id)))
      yield* TestClock.adjust("1 second")
      yield* expireSessions
      yield* TestClock.adjust("1 second")
      assert.deepInclude({ ...(yield* Fiber.join(refused)) }, { reason: "SessionNotAccepted" })
      assert.deepStrictEqual(
        (yield* log).map(({ at }) => at),
        [2000, 4000, 7000]
      )
    }).pipe(
      Effect.provide(
        Emulator.layerTransport({ latency: "2 seconds", deadline: "3 seconds" }).pipe(
          Layer.provideMerge(Emulator.layer())
        )
      )
    )
  )
})

const tagOf = ({ _tag }: { readonly _tag: string }) => ({ _tag })
