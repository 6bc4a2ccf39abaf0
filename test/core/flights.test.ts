import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { Flights } from "../../packages/core/src/internal/session/flights.ts"

it("a flight that is launched late for an older key is not the one that others join", () => {
  const flights = new Flights<string, never>({
    fork: (effect) => Effect.runFork(effect, { immediate: false }),
    interrupted: () => {
      throw new Error("nothing interrupts these")
    }
  })
  const current = flights.launch(2, () => Effect.succeed("current"))
  const late = flights.launch(1, () => Effect.succeed("late"))
  assert.strictEqual(flights.find(2), current)
  assert.isUndefined(flights.find(1))
  return Effect.runPromise(Effect.all([flights.watch(current), flights.watch(late)])).then((landed) =>
    assert.deepStrictEqual(landed, ["current", "late"])
  )
})
