import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Logger, LogLevel, Scope, Stream } from "effect"
import * as Transport from "@effect-clickatell/core/Transport"
import type { Observer } from "../../packages/core/src/internal/session/cell.ts"
import { Cell } from "../../packages/core/src/internal/session/cell.ts"
import type { Input } from "../../packages/core/src/internal/session/machine/step.ts"
import { Meters } from "../../packages/core/src/internal/session/metrics.ts"
import * as rules from "../../packages/core/src/internal/session/rules.ts"
import * as shared from "../../packages/core/src/internal/session/shared.ts"
import * as Scripted from "./scriptedTransport.ts"
import { credentials } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

const reset: Input = { _tag: "Reset" }

/** A cell alone, with what is logged at this level, and how many fibers it has started. */
const make = (level: LogLevel.LogLevel, observers: ReadonlyArray<Observer> = []) => {
  const world = virtualTime.make("cell")
  const logged: Array<unknown> = []
  let started = 0
  const logger = Logger.replace(
    Logger.defaultLogger,
    Logger.make(({ message }) => void logged.push(message))
  )
  const building = Effect.gen(function* () {
    const settings = {
      rules: Either.getOrThrow(rules.decode({})),
      policies: shared.policies({}),
      transport: yield* Transport.Transport,
      admit: <A, E>(login: Effect.Effect<A, E>) => login
    }
    return yield* shared.make(settings, () => Effect.succeed(credentials()))
  }).pipe(Logger.withMinimumLogLevel(level), Effect.provide(Layer.merge(Scripted.make().layer, logger)), Effect.scoped)
  const own = world.now(building)
  const counting: shared.Shared = {
    ...own,
    start: (effect) => {
      started += 1
      return own.start(effect)
    }
  }
  const cell = new Cell(counting, { observers, name: undefined, meters: new Meters([], undefined) })
  return { cell, logged, started: () => started, world }
}

const counting = () => {
  const noticed: Array<string> = []
  const observer: Observer = { notice: (_, before, events) => noticed.push(`${before.phase._tag} ${events.length}`) }
  return { noticed, observer }
}

describe("a step", () => {
  it("is noticed by each observer, with the state before it and its events, until that is removed", () => {
    const [first, second, third] = [counting(), counting(), counting()]
    const { cell } = make(LogLevel.None, [first.observer])
    cell.addObserver(second.observer)
    cell.addObserver(third.observer)
    cell.apply(reset)
    cell.removeObserver(second.observer)
    cell.apply({ _tag: "Close" })
    assert.deepStrictEqual(first.noticed, ["Idle 1", "Idle 1"])
    assert.deepStrictEqual(second.noticed, ["Idle 1"])
    assert.deepStrictEqual(third.noticed, first.noticed)
  })

  it("is noticed by nobody where it changes nothing and has no event", () => {
    const { noticed, observer } = counting()
    const { cell } = make(LogLevel.None, [observer])
    assert.strictEqual(cell.apply({ _tag: "Check", operation: "ping" })._tag, "Fail")
    assert.deepStrictEqual(noticed, [])
  })

  it("starts no fiber where nobody is to be told of it", () => {
    const { cell, logged, started } = make(LogLevel.Error)
    cell.apply(reset)
    cell.apply({ _tag: "Close" })
    assert.deepStrictEqual([started(), logged], [0, []])
  })

  it("starts one where it is to be logged", () => {
    const { cell, logged, started } = make(LogLevel.Info)
    cell.apply(reset)
    assert.deepStrictEqual([started(), logged.length], [1, 1])
  })

  it("starts none for a reader who keeps up", () => {
    const { cell, started, world } = make(LogLevel.None)
    const scope = world.now(Scope.make())
    world.now(Effect.asVoid(Scope.extend(cell.subscribe, scope)))
    cell.apply(reset)
    assert.strictEqual(started(), 0)
  })
})

it("a cell that is closed has no more events, for whoever comes late", () => {
  const { cell, world } = make(LogLevel.None)
  cell.apply({ _tag: "Close" })
  assert.lengthOf(world.now(Stream.runCollect(cell.events)), 0)
})
