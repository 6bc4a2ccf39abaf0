import { assert, it } from "@effect/vitest"
import { Deferred, Effect, Exit } from "effect"
import * as flights from "../../packages/core/src/internal/session/flights.ts"

const kind: flights.Kind<string, never> = {
  reset: Exit.succeed("reset"),
  closed: Exit.succeed("closed")
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

const followUp = (owner: flights.Owner, first: flights.Flight<string, string>) =>
  flights.launch(owner, kind, {
    key: 2,
    fork: (run) => Effect.runFork(run),
    first,
    run: () => Effect.catchAll(first.watch(), (error) => Effect.succeed(`after ${error}`))
  })

const attempt = (owner: flights.Owner, effect: Effect.Effect<string, string>) => {
  const attempts: flights.Kind<string, string> = { reset: Exit.fail("reset"), closed: Exit.fail("closed") }
  return flights.launch(owner, attempts, { key: 1, fork: (run) => Effect.runFork(run), run: () => effect })
}

it.effect("what follows a first attempt is done where that fails, and not where it succeeds", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: [] }
    const gate = yield* Deferred.make<string, string>()
    const first = attempt(owner, Deferred.await(gate))
    const whole = followUp(owner, first)
    assert.isFalse(first.isDeserted)
    yield* Deferred.succeed(gate, "landed")
    assert.strictEqual(yield* whole.watch(), "landed")
    assert.isTrue(first.isDeserted)
    assert.strictEqual(yield* followUp(owner, attempt(owner, Effect.fail("failure"))).watch(), "after failure")
    assert.deepStrictEqual(owner.flights, [])
  })
)

it.effect("one that is diverted leaves its first attempt to itself", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: [] }
    const gate = yield* Deferred.make<string, string>()
    const first = attempt(owner, Deferred.await(gate))
    const whole = followUp(owner, first)
    whole.divert("closed")
    assert.isTrue(first.isDeserted)
    yield* Deferred.fail(gate, "failure")
    assert.strictEqual(yield* Effect.flip(first.watch()), "failure")
    assert.strictEqual(yield* whole.watch(), "closed")
    assert.deepStrictEqual(owner.flights, [])
  })
)

const watchedFork =
  (onInterrupt: () => void) =>
  <A>(effect: Effect.Effect<A>) => {
    const fiber = Effect.runFork(effect)
    const interrupt = fiber.unsafeInterruptAsFork.bind(fiber)
    fiber.unsafeInterruptAsFork = (id) => {
      onInterrupt()
      interrupt(id)
    }
    return fiber
  }

it.effect("nothing is interrupted that has landed", () =>
  Effect.gen(function* () {
    const owner: flights.Owner = { flights: [] }
    let interruptions = 0
    const watched: flights.Kind<string, never> = { ...kind, deserted: Exit.succeed("deserted") }
    const flight = flights.launch(owner, watched, {
      key: 1,
      fork: watchedFork(() => (interruptions += 1)),
      run: () => Effect.succeed("landed")
    })
    assert.strictEqual(yield* Effect.uninterruptibleMask((restore) => flight.wait(restore)), "landed")
    assert.strictEqual(interruptions, 0)
  })
)
