import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import type { AnySpan } from "effect/Tracer"
import type { Identity } from "./cell.ts"
import { Cell } from "./cell.ts"
import * as flights from "./flights.ts"
import * as guard from "./guard.ts"
import type * as room from "./room.ts"
import type { Shared } from "./shared.ts"
import type { Member } from "./store/port.ts"

/** One session at work: its state, and what is under way for it, which takes no room while there is nothing. */
export class Engine extends Cell implements flights.Owner, guard.Owner, room.Owner {
  flights = flights.none
  /** Its part in a store, where there is one. */
  readonly member: Member | undefined
  guarded: guard.Owner["guarded"]
  room: room.Owner["room"]
  /** The spans of the latest requests, for those who waited for them to link to. */
  loginSpan: AnySpan | undefined
  pingSpan: AnySpan | undefined

  constructor(shared: Shared, identity: Identity, key?: unknown) {
    super(shared, identity, key)
    this.member = shared.store?.join(this)
    if (this.member !== undefined) this.addObserver(this.member)
  }

  /** Whether anything is under way for it. */
  get isBusy(): boolean {
    return this.flights.length > 0 || this.guarded !== undefined || this.room !== undefined
  }
}

/**
 * Begins a new epoch.
 *
 * Those who wait for a login look again whether there is a session, and those who wait for a ping ask for the new epoch's.
 */
export const reset = (engine: Engine): Effect.Effect<void> =>
  Effect.sync(() => {
    engine.apply({ _tag: "Reset" })
    divert(engine, "reset")
  })

/**
 * Ends everything of these sessions in this very step.
 *
 * What is left is to be run where nothing can interrupt: it tells those who wait for something that does not end.
 */
export const close = (engines: ReadonlyArray<Engine>): Effect.Effect<void> => {
  const ending = engines.flatMap(interrupt)
  return Effect.zipRight(
    awaitPrompt(ending),
    Effect.sync(() => {
      for (const engine of engines) guard.release(engine)
    })
  )
}

const interrupt = (engine: Engine): ReadonlyArray<Fiber.RuntimeFiber<unknown>> => {
  engine.apply({ _tag: "Close" })
  return [...guard.close(engine), ...divert(engine, "closed")]
}

// The latest first, which may go on with what follows where an earlier one fails.
const divert = ({ flights }: Engine, way: "reset" | "closed"): ReadonlyArray<Fiber.RuntimeFiber<unknown>> =>
  Arr.reverse(flights).flatMap((flight) => flight.divert(way) ?? [])

/** How often the runtime is given a turn for the fibers of a closing session to end. */
const turns = 100

// What can be interrupted ends within a few turns; what cannot, such as a transport that does not let go, is left behind.
const awaitPrompt = (fibers: ReadonlyArray<Fiber.RuntimeFiber<unknown>>, left = turns): Effect.Effect<void> =>
  left === 0 || fibers.every((fiber) => fiber.unsafePoll() !== null)
    ? Effect.void
    : Effect.zipRight(
        Effect.yieldNow(),
        Effect.suspend(() => awaitPrompt(fibers, left - 1))
      )

const engines = new WeakMap<object, Engine>()

/** Remembers the engine behind what callers hold, for those of our layers that act on it. */
export const register = (session: object, engine: Engine): void => void engines.set(session, engine)

/** The engine behind a session, unless it was wrapped or made by hand. */
export const find = (session: object): Engine | undefined => engines.get(session)
