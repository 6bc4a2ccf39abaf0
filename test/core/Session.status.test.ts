import { assert, describe } from "@effect/vitest"
import { AuthFailed } from "@effect-clickatell/core/Errors"
import { DateTime, Duration, Effect, Fiber, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { fails, outcome, SendMsg, start, succeeds } from "./support.ts"

describe("status", () => {
  it.virtual("tells the state, the generation, the idle time, the last success and the last error", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const read = Effect.map(session.status, ({ idle, lastSuccess, ...rest }) => ({
        ...rest,
        idle: idle && Duration.toMillis(idle),
        lastSuccess: lastSuccess && DateTime.toEpochMillis(lastSuccess)
      }))
      const fresh = { state: "Idle", generation: 0, health: "Healthy", lastError: undefined } as const
      assert.deepStrictEqual(yield* read, { ...fresh, idle: undefined, lastSuccess: undefined })

      const caller = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("50 millis")
      assert.deepStrictEqual(yield* read, {
        ...fresh,
        state: "Authenticating",
        idle: undefined,
        lastSuccess: undefined
      })
      yield* TestClock.adjust("50 millis")
      assert.deepStrictEqual(yield* read, { ...fresh, state: "Ready", generation: 1, idle: 100, lastSuccess: 0 })
      yield* TestClock.adjust("900 millis")
      yield* Fiber.join(caller)
      assert.deepStrictEqual(yield* read, { ...fresh, state: "Ready", generation: 1, idle: 900, lastSuccess: 100 })

      server.next("sendmsg", Scripted.broken("Timeout"))
      yield* fails(session.execute(SendMsg({ text: "hi" })))
      const degraded = { health: "Degraded", lastError: "TransportError" } as const
      assert.deepStrictEqual(yield* read, { state: "Ready", generation: 1, ...degraded, idle: 1900, lastSuccess: 100 })

      yield* TestClock.adjust("14 minutes")
      assert.deepInclude(yield* read, { state: "Idle", generation: 1, ...degraded })

      server.next("auth", Scripted.err("004"))
      yield* fails(session.ping)
      assert.deepInclude(yield* read, { state: "Rejected", generation: 1, lastError: "AuthFailed" })
      yield* session.reset
      yield* succeeds(session.ping)
      assert.deepInclude(yield* read, { state: "Ready", generation: 2, health: "Healthy", lastError: "AuthFailed" })
    })
  )

  it.virtual("is worse after what tells of the service, and not after what a caller got wrong", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      const health = (answer: Scripted.Answer, operation: "sendmsg" | "ping") =>
        Effect.gen(function* () {
          server.always(operation, answer)
          yield* fails(operation === "ping" ? session.check : Effect.asVoid(session.execute(SendMsg({ text: "hi" }))))
          server.always(operation)
          const { health, lastError } = yield* session.status
          yield* succeeds(session.check)
          assert.strictEqual((yield* session.status).health, "Healthy")
          return `${health} ${lastError}`
        })
      assert.strictEqual(yield* health(Scripted.down, "sendmsg"), "Degraded TransportError")
      assert.strictEqual(yield* health(Scripted.broken("Timeout"), "sendmsg"), "Degraded TransportError")
      assert.strictEqual(yield* health(Scripted.body("hi"), "sendmsg"), "Degraded MalformedReply")
      assert.strictEqual(yield* health(Scripted.err("301"), "sendmsg"), "Healthy ApiError")
      assert.strictEqual(yield* health(Scripted.fault("Client"), "sendmsg"), "Healthy SoapFault")
      assert.strictEqual(yield* health(Scripted.err("901"), "ping"), "Degraded ApiError")
      assert.strictEqual(yield* health(Scripted.fault("Server"), "ping"), "Degraded SoapFault")
    })
  )

  it.virtual("is worse while the credentials cannot be read, or a login fails", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { credentials: Effect.fail("sealed") })
      yield* fails(session.ping)
      const { health, lastError, state } = yield* session.status
      assert.deepStrictEqual(
        { health, lastError, state },
        { health: "Degraded", lastError: "AuthFailed", state: "Idle" }
      )
      const other = yield* start(server)
      server.next("auth", Scripted.err("777"))
      yield* fails(other.ping)
      assert.strictEqual((yield* other.status).health, "Degraded")
    })
  )

  it.virtual("takes no notice of an error of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      const refusal = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted", code: "001" })
      for (const error of [{ _tag: "Mine", password: "x" }, "just text", null, refusal]) {
        yield* outcome(session.use(() => Effect.fail(error)))
        const { health, lastError, state } = yield* session.status
        assert.deepStrictEqual(
          { health, lastError, state },
          { health: "Healthy", lastError: undefined, state: "Ready" }
        )
      }
    })
  )
})

describe("health, asked for 100 times a second during an outage", () => {
  it.virtual("sends nothing of its own and tells the truth", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.always("ping", Scripted.down)
      yield* outcome(session.check)
      const before = server.log.length
      const polls = Effect.replicateEffect(Effect.zipLeft(session.status, TestClock.adjust("10 millis")), 500)
      const statuses = yield* polls
      assert.isTrue(statuses.every(({ health, state }) => health === "Degraded" && state === "Ready"))
      assert.strictEqual(server.log.length, before)
    })
  )
})
