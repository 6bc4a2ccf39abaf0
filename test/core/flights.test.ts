import { assert, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import * as flights from "../../packages/core/src/internal/session/flights.ts"

const kind: flights.Kind<string, never> = {
  reset: Effect.succeed("reset"),
  closed: Effect.succeed("closed")
}
const otherKind: flights.Kind<string, never> = { ...kind }

const launch = (owner: flights.Owner, key: number, effect: Effect.Effect<string>) =>
  flights.launch(owner, kind, { key, fork: (run) => Effect.runFork(run), run: () => effect })

it.effect("operations of one kind with different keys are under way side by side", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: [] }
    const gate = yield* Deferred.make<string>()
    const earlier = launch(owner, 1, Deferred.await(gate))
    const later = launch(owner, 2, Deferred.await(gate))
    assert.strictEqual(flights.find(owner, kind, 1), earlier)
    assert.strictEqual(flights.find(owner, kind, 2), later)
    assert.isUndefined(flights.find(owner, otherKind, 1))
    yield* Deferred.succeed(gate, "landed")
    assert.deepStrictEqual(yield* Effect.all([earlier.watch(), later.watch()]), ["landed", "landed"])
    assert.deepStrictEqual(owner.flights, [])
  })
)

it.effect("one that is diverted takes no room any more, and tells so", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: [] }
    const flight = launch(owner, 1, Effect.never)
    flight.divert("reset")
    assert.deepStrictEqual(owner.flights, [])
    assert.strictEqual(yield* flight.watch(), "reset")
  })
)

it.effect("nothing under way is one and the same, so that it takes no room in many sessions", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: flights.none }
    yield* launch(owner, 1, Effect.succeed("landed")).watch()
    assert.strictEqual(owner.flights, flights.none)
  })
)
