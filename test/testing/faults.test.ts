import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import { ping } from "@effect-clickatell/core/Ping"
import { Deadline } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { demo, say, stranger } from "./support.ts"

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
  [Fault.reply("nonsense"), { _tag: "MalformedReply", reason: "UnrecognisedReturn" }]
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

  it.effect("strikes what cannot be read, too", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      yield* fail(Fault.reset, { operation: "ping" })
      yield* fail(Fault.reset)
      assert.strictEqual(yield* say("<nonsense"), "reset")
      yield* fail(Fault.reply("OK:"))
      // Nobody knows what operation to answer.
      assert.strictEqual(yield* say("<nonsense"), "500 SOAP-ENV:Client")
    }).pipe(Effect.provide(world))
  )
})

const tagOf = ({ _tag }: { readonly _tag: string }) => ({ _tag })
