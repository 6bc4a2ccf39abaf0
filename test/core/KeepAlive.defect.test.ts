import { assert, describe } from "@effect/vitest"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { Chunk, Duration, Effect, Layer, Schedule, Stream, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { credentials, isQuick, ofMap, seeded, start } from "./support.ts"
import { alive, at } from "./keptAlive.ts"

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

  it.virtual.skipIf(isQuick)("that comes back each time does not spin", () =>
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

it.virtual.skipIf(ofMap)("a keep-alive whose session is closed before it rests", () =>
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
