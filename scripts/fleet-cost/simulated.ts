import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Duration, Effect, Layer, TestClock } from "effect"
import * as register from "../../test/core/register.ts"
import * as virtualTime from "../../test/core/virtualTime.ts"
import type { Count, Ground } from "./counting.ts"

const emulated = Layer.provideMerge(
  Emulator.layerTransport({ latency: "10 millis" }),
  Emulator.layer({ credentials: "any" })
)

/** Longer than whatever is played here takes. */
const long = Duration.minutes(2)

/** Counts in a world of its own, whose register answers after a millisecond. */
export const run = (_: number, count: Count) =>
  Effect.sync(() => {
    const shared = register.make()
    shared.after = Effect.sleep("1 millis")
    const ground: Ground = {
      store: shared.store(),
      commands: Effect.sync(() => shared.reads + shared.writes),
      interval: Duration.minutes(10),
      pass: TestClock.adjust,
      play: (effect) => Effect.zipLeft(effect, TestClock.adjust(long), { concurrent: true }),
      watch: Effect.succeed(() => Effect.succeed({}))
    }
    const world = virtualTime.make("cost", undefined, Number.POSITIVE_INFINITY)
    return world.play(count(ground).pipe(Effect.scoped, Effect.provide(emulated)))
  })
