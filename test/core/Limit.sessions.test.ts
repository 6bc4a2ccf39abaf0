import * as Limit from "@effect-clickatell/core/Limit"
import { assert, describe } from "@effect/vitest"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { at } from "./keptAlive.ts"
import * as Scripted from "./scriptedTransport.ts"
import { gaps } from "./stage.ts"
import { many, SendMsg, start, succeeds } from "./support.ts"
import { it } from "./virtualTest.ts"

/** Two sessions over one limit, of which the second is kept alive and the first is told to send so much. */
const flooded = (messages: number, options: Limit.Options) =>
  Effect.gen(function* () {
    const server = Scripted.make()
    const context = yield* Layer.build(Layer.provide(Limit.layer(options), server.layer))
    const shared = { ...server, layer: Layer.succeedContext(context) }
    const busy = yield* start(shared)
    const quiet = yield* start(shared, {}, {})
    yield* succeeds(busy.open)
    const sending = yield* many(messages, busy.execute(SendMsg({ text: "text" })))
    yield* TestClock.adjust("1500 millis")
    return { server, quiet, sending }
  })

describe("sessions over one layer", () => {
  it.virtual("ping and log in ahead of 10,000 messages that wait", () =>
    Effect.gen(function* () {
      const { quiet, sending, server } = yield* flooded(10_000, { perSecond: 10, concurrency: 4 })
      const sent = server.log.length
      yield* succeeds(quiet.ping, "2 seconds")
      assert.deepStrictEqual(
        server.log.filter((line) => /auth|ping/.test(line)).map((line) => line.replace(/^\S+ /, "")),
        ["auth #1", "auth #2", "ping #2"]
      )
      assert.match(server.log[sent] ?? "", /auth #2/)
      yield* Fiber.interruptAll(sending)
    })
  )

  it.virtual("keep one alive while another sends for longer than its life", () =>
    Effect.gen(function* () {
      const { quiet, sending, server } = yield* flooded(1_000, { perSecond: 1 })
      yield* succeeds(quiet.open, "2 seconds")
      yield* TestClock.adjust("30 minutes")
      yield* Fiber.joinAll(sending)
      assert.strictEqual(at(server, "auth").length, 2)
      assert.isAbove(at(server, "ping").length, 1)
      const times = server.log.map((line) => Number(line.split(" ")[0]))
      assert.isTrue(gaps(times).every((gap) => gap >= 1))
    })
  )
})
