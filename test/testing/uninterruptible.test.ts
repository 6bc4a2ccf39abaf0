import { assert, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import { ping } from "@effect-clickatell/core/Ping"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { Effect, Fiber, Layer, TestClock } from "effect"
import { demo } from "./support.ts"

const world = Layer.provideMerge(Emulator.layerTransport(), Emulator.layer())

const never: Emulator.Decide = () => Effect.never

for (const [name, fault] of Object.entries({ hang: Fault.hang, stall: Fault.stall, never })) {
  it.effect(
    `in memory, as over HTTP, a caller that cannot be interrupted is held up until the deadline and no longer: ${name}`,
    () =>
      Effect.gen(function* () {
        const { fail } = yield* Emulator.Emulator
        const id = yield* authenticate(demo)
        yield* fail(fault)
        const caller = yield* Effect.fork(Effect.uninterruptible(Effect.flip(ping(id))))
        yield* TestClock.adjust("15 seconds")
        const ended = caller.unsafePoll()
        assert.isNotNull(ended)
        const error = yield* Fiber.join(caller)
        assert.deepInclude({ ...error }, { _tag: "TransportError", reason: "Timeout", mayHaveReached: true })
      }).pipe(Effect.provide(world))
  )
}
