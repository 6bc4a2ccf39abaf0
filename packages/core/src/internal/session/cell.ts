import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import type * as Queue from "effect/Queue"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { SessionEvent } from "../../SessionEvent.ts"
import type { SessionStatus } from "../../SessionStatus.ts"
import type { Instant } from "../instant.ts"
import * as instant from "../instant.ts"
import * as log from "./log.ts"
import * as machine from "./machine/machine.ts"
import type { Rules, State } from "./machine/state.ts"
import { current, initial } from "./machine/state.ts"
import type { Input, Order } from "./machine/step.ts"
import { Meters } from "./metrics.ts"
import * as readers from "./readers.ts"

/** The one place where a session's state changes, in one synchronous step, and where each step is told. */
export interface Cell {
  readonly clock: Clock.Clock
  readonly rules: Rules
  readonly now: () => Instant
  readonly state: () => State
  /** Takes a step, at a moment that was just read or at this one. */
  readonly apply: (input: Input, now?: Instant) => Order
  /** The same as an effect. */
  readonly step: (input: Input) => Effect.Effect<Order>
  /** Waits until the state satisfies this. */
  readonly until: (predicate: (state: State) => boolean) => Effect.Effect<void>
  readonly status: Effect.Effect<SessionStatus>
  readonly changes: Stream.Stream<SessionStatus>
  readonly events: Stream.Stream<SessionEvent>
  readonly subscribe: Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope>
}

export const make = Effect.fnUntraced(function* (name: string, rules: Rules): Effect.fn.Return<Cell> {
  const clock = yield* Effect.clock
  const tell = yield* teller(name)
  const now = () => instant.read(clock)
  const watchers = new Set<() => void>()
  const reading = new readers.Readers()
  let state = initial

  const apply = (input: Input, at: Instant = now()): Order => {
    const { events, order, state: next } = machine.step(state, input, at, rules)
    state = next
    const unread = events.flatMap((event) => reading.offer(event))
    for (const notify of watchers) notify()
    tell({ input, events, unread, state, now: at })
    return order
  }

  const status = Effect.sync(() => toStatus(state, now(), rules))

  const subscribe = reading.subscribe(
    Effect.sync(() =>
      state.phase._tag === "Closed"
        ? SessionEvent.Closed({ at: DateTime.unsafeMake(now().wall), generation: state.generation })
        : undefined
    )
  )

  // Subscribed before anything is read, so that nothing is missed in between; a closed session has no more events.
  const follow = <A>(use: (events: Stream.Stream<SessionEvent>) => Stream.Stream<A>) =>
    Stream.unwrapScoped(
      Effect.suspend(() => {
        const isOver = state.phase._tag === "Closed"
        return Effect.map(subscribe, (queue) => use(isOver ? Stream.empty : readers.stream(queue)))
      })
    )

  return {
    clock,
    rules,
    now,
    state: () => state,
    apply,
    step: (input) => Effect.sync(() => apply(input)),
    until: (predicate) => watch(watchers, () => predicate(state)),
    status,
    subscribe,
    events: follow((events) => events),
    changes: follow((events) =>
      Stream.concat(
        Stream.fromEffect(status),
        Stream.mapEffect(events, () => status)
      )
    )
  }
})

interface Step {
  readonly input: Input
  readonly events: ReadonlyArray<SessionEvent>
  /** What makes room for the events where a reader is behind. */
  readonly unread: ReadonlyArray<Effect.Effect<unknown>>
  readonly state: State
  readonly now: Instant
}

/** Tells steps in the session's own context: whose call makes one must not change how it is logged or counted. */
const teller = (name: string): Effect.Effect<(step: Step) => void> =>
  Effect.map(Effect.runtime(), (runtime) => {
    const { fiberRefs } = runtime
    const least = FiberRefs.getOrDefault(fiberRefs, FiberRef.currentMinimumLogLevel)
    const meters = new Meters(name, FiberRefs.getOrDefault(fiberRefs, FiberRef.currentMetricLabels))
    return ({ events, input, now, state, unread }) => {
      meters.record(input, events, state, now)
      const written = events.filter((event) => log.isWritten(event, least))
      if (unread.length + written.length === 0) return
      const telling = [...unread, ...written.map((event) => log.write(name, event))]
      // It comes too late to change anything, so a logger that breaks is nobody's concern.
      Runtime.runFork(
        runtime,
        Effect.forEach(
          telling,
          Effect.catchAllCause(() => Effect.void),
          { discard: true }
        )
      )
    }
  })

/** Waits until a predicate holds that can only change when the watchers are notified. */
const watch = (watchers: Set<() => void>, predicate: () => boolean): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const notify = () => {
      if (!predicate()) return
      watchers.delete(notify)
      resume(Effect.void)
    }
    watchers.add(notify)
    notify()
    return Effect.sync(() => watchers.delete(notify))
  })

const toStatus = (state: State, now: Instant, rules: Rules): SessionStatus => {
  const { generation, health, lastError, lastSuccess, phase } = state
  return {
    // A session that has outlived our trust is as good as none.
    state: phase._tag === "Ready" && current(state, now, rules) === undefined ? "Idle" : phase._tag,
    generation,
    health,
    idle: lastSuccess === undefined ? undefined : Duration.millis(instant.elapsed(lastSuccess, now)),
    lastSuccess: lastSuccess === undefined ? undefined : DateTime.unsafeMake(lastSuccess.wall),
    lastError
  }
}
