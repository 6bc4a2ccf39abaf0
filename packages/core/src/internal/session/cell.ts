import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { SessionEvent } from "../../SessionEvent.ts"
import type { SessionStatus } from "../../SessionStatus.ts"
import type { Instant } from "../instant.ts"
import * as instant from "../instant.ts"
import * as log from "./log.ts"
import type { Input, Order, Rules, State } from "./machine.ts"
import * as machine from "./machine.ts"
import * as metrics from "./metrics.ts"

/** The one place where a session's state changes, in one synchronous step, and where each step is told. */
export interface Cell {
  readonly clock: Clock.Clock
  readonly rules: Rules
  readonly now: Effect.Effect<Instant>
  readonly state: () => State
  /** Takes a step at a moment that was just read. */
  readonly apply: (input: Input, now: Instant) => Order
  /** Ends a login request of this epoch, in a step that tells nothing and so needs no moment. */
  readonly endLogin: (epoch: number) => void
  /** Reads the moment, then takes a step. */
  readonly step: (input: Input) => Effect.Effect<Order>
  /** Waits until the state satisfies this. */
  readonly until: (predicate: (state: State) => boolean) => Effect.Effect<void>
  readonly status: Effect.Effect<SessionStatus>
  readonly changes: Stream.Stream<SessionStatus>
  readonly events: Stream.Stream<SessionEvent>
  readonly subscribe: Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope>
}

const capacity = 1024

const never: Instant = { wall: 0, monotonic: 0n }

export const make = Effect.fnUntraced(function* (name: string, rules: Rules): Effect.fn.Return<Cell> {
  // Time, logs and metrics are the session's: whose call makes a step must not change how it is counted or told.
  const runtime = yield* Effect.runtime()
  const clock = yield* Effect.clock
  const readers = new Set<Queue.Queue<SessionEvent>>()
  const watchers = new Set<() => void>()
  let state = machine.initial

  const now = instant.read(clock)

  const apply = (input: Input, now: Instant): Order => {
    const { events, order, state: next } = machine.step(state, input, now, rules)
    state = next
    const unread = events.flatMap((event) => offer(event, readers))
    for (const notify of watchers) notify()
    if (events.length > 0 || isCounted(input)) Runtime.runFork(runtime, tell(input, events, unread, now))
    return order
  }

  // What is told comes too late to change anything, so a logger or a metric that breaks is nobody's concern.
  const tell = (
    input: Input,
    events: ReadonlyArray<SessionEvent>,
    unread: ReadonlyArray<Effect.Effect<unknown>>,
    now: Instant
  ) =>
    Effect.forEach(
      [
        ...unread,
        ...events.map((event) => log.write(name, event)),
        metrics.record(name, input, events, state, idleSeconds(state, now))
      ],
      Effect.catchAllCause(() => Effect.void),
      { discard: true }
    )

  const status = Effect.map(now, (now) => toStatus(state, now, rules))

  const subscribe = Effect.acquireRelease(
    Effect.zipWith(Queue.sliding<SessionEvent>(capacity), now, (queue, { wall }) => {
      readers.add(queue)
      // Nothing more will come of a closed session, and its reader is to know.
      if (state.phase._tag === "Closed") {
        queue.unsafeOffer(SessionEvent.Closed({ at: DateTime.unsafeMake(wall), generation: state.generation }))
      }
      return queue
    }),
    (queue) =>
      Effect.zipRight(
        Effect.sync(() => readers.delete(queue)),
        Queue.shutdown(queue)
      )
  )

  // Subscribed before anything is read, so that nothing is missed in between.
  const follow = <A>(use: (events: Stream.Stream<SessionEvent>) => Stream.Stream<A>) =>
    Stream.unwrapScoped(
      Effect.suspend(() => {
        const isOver = state.phase._tag === "Closed"
        return Effect.map(subscribe, (queue) =>
          use(isOver ? Stream.empty : Stream.takeUntil(Stream.fromQueue(queue), SessionEvent.$is("Closed")))
        )
      })
    )

  return {
    clock,
    rules,
    now,
    state: () => state,
    apply,
    endLogin: (epoch) => void apply({ _tag: "LoginEnded", epoch }, never),
    step: (input) => Effect.map(now, (now) => apply(input, now)),
    until: (predicate) =>
      Effect.async<void>((resume) => {
        const notify = () => {
          if (!predicate(state)) return
          watchers.delete(notify)
          resume(Effect.void)
        }
        watchers.add(notify)
        notify()
        return Effect.sync(() => watchers.delete(notify))
      }),
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

// A reader that is full loses its oldest event for the new one, which takes an effect.
const offer = (
  event: SessionEvent,
  readers: ReadonlySet<Queue.Queue<SessionEvent>>
): ReadonlyArray<Effect.Effect<unknown>> =>
  Array.from(readers)
    .filter((reader) => !reader.unsafeOffer(event))
    .map((reader) => Queue.offer(reader, event))

const isCounted = ({ _tag }: Input): boolean => _tag === "Replay" || _tag === "LoginFailed" || _tag === "Failed"

const idleSeconds = ({ lastSuccess }: State, now: Instant): number =>
  lastSuccess === undefined ? 0 : instant.elapsed(lastSuccess, now) / 1000

const toStatus = (state: State, now: Instant, rules: Rules): SessionStatus => {
  const { generation, health, lastError, lastSuccess, phase } = state
  return {
    // A session that has outlived our trust is as good as none.
    state: phase._tag === "Ready" && machine.current(state, now, rules) === undefined ? "Idle" : phase._tag,
    generation,
    health,
    idle: lastSuccess === undefined ? undefined : Duration.millis(instant.elapsed(lastSuccess, now)),
    lastSuccess: lastSuccess === undefined ? undefined : DateTime.unsafeMake(lastSuccess.wall),
    lastError
  }
}
