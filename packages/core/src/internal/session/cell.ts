import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { SessionEvent } from "../../SessionEvent.ts"
import type { SessionStatus } from "../../SessionStatus.ts"
import type { Instant } from "../instant.ts"
import * as instant from "../instant.ts"
import * as log from "./log.ts"
import * as machine from "./machine/machine.ts"
import type { Lease, Rules, State } from "./machine/state.ts"
import { current, initial, lease } from "./machine/state.ts"
import type { Input, Order } from "./machine/step.ts"
import type { Meters } from "./metrics.ts"
import { Readers } from "./readers.ts"
import type { Shared } from "./shared.ts"

/** By whom a session is known, and by what in logs and metrics. */
export interface Identity {
  readonly observers: ReadonlyArray<Observer>
  readonly name: string | undefined
  readonly meters: Meters
}

/** One of us who is told of each change and each event while it is made, and who acts on it in a later turn. */
export interface Observer {
  readonly notice: (cell: Cell, before: State, events: ReadonlyArray<SessionEvent>) => void
}

/** The one place where a session's state changes, in one synchronous step, and where each step is told. */
export class Cell {
  readonly shared: Shared
  /** By what the session is told apart from the others that share this. */
  readonly key: unknown
  state: State = initial
  private identity: Identity
  private readers: Readers<SessionEvent> | undefined

  constructor(shared: Shared, identity: Identity, key?: unknown) {
    this.shared = shared
    this.key = key
    this.identity = identity
  }

  get rules(): Rules {
    return this.shared.rules
  }

  get isClosed(): boolean {
    return this.state.phase._tag === "Closed"
  }

  get hasReaders(): boolean {
    return this.readers !== undefined && !this.readers.isEmpty
  }

  now(): Instant {
    return instant.read(this.shared.clock)
  }

  /** The session that may be used at this moment, if there is one. */
  lease(now: Instant = this.now()): Lease | undefined {
    return lease(this.state, now, this.rules)
  }

  /** Takes a step, at a moment that was just read or at this one. */
  apply(input: Input, now: Instant = this.now()): Order {
    const before = this.state
    const { events, order, state } = machine.step(before, input, now, this.rules)
    this.state = state
    this.identity.meters.record(input, events)
    // Most steps only look at what there is.
    if (state !== before || events.length > 0) this.publish(before, events)
    return order
  }

  /** The same as an effect. */
  step(input: Input): Effect.Effect<Order> {
    return Effect.sync(() => this.apply(input))
  }

  /** Tells an observer of each step from now on. */
  addObserver(observer: Observer): void {
    this.identity = { ...this.identity, observers: this.identity.observers.concat(observer) }
  }

  removeObserver(observer: Observer): void {
    this.identity = { ...this.identity, observers: this.identity.observers.filter((it) => it !== observer) }
  }

  /** What is known of the session. */
  read(): SessionStatus {
    return toStatus(this.state, this.now(), this.rules)
  }

  get status(): Effect.Effect<SessionStatus> {
    return Effect.sync(() => this.read())
  }

  get subscribe(): Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope> {
    return Effect.suspend(() => {
      this.readers ??= new Readers()
      return this.readers.subscribe(() =>
        this.isClosed
          ? SessionEvent.Closed({ at: DateTime.unsafeMake(this.now().wall), generation: this.state.generation })
          : undefined
      )
    })
  }

  get events(): Stream.Stream<SessionEvent> {
    return this.follow((events) => events)
  }

  get changes(): Stream.Stream<SessionStatus> {
    return this.follow((events) =>
      Stream.concat(
        Stream.fromEffect(this.status),
        Stream.mapEffect(events, () => this.status)
      )
    )
  }

  // Subscribed before anything is read, so that nothing is missed in between; a closed session has no more events.
  private follow<A>(use: (events: Stream.Stream<SessionEvent>) => Stream.Stream<A>): Stream.Stream<A> {
    return Stream.unwrapScoped(
      Effect.suspend(() => {
        const isOver = this.isClosed
        return Effect.map(this.subscribe, (queue) =>
          use(isOver ? Stream.empty : Stream.takeUntil(Stream.fromQueue(queue), SessionEvent.$is("Closed")))
        )
      })
    )
  }

  private publish(before: State, events: ReadonlyArray<SessionEvent>): void {
    const unread = events.flatMap((event) => this.readers?.offer(event) ?? [])
    for (const observer of this.identity.observers) observer.notice(this, before, events)
    this.tell(events, unread)
  }

  // In the session's own context: whose call makes a step must not change how it is logged.
  private tell(events: ReadonlyArray<SessionEvent>, unread: ReadonlyArray<Effect.Effect<unknown>>): void {
    const written = events.filter((event) => log.isWritten(event, this.shared.leastLevel))
    if (unread.length + written.length === 0) return
    const telling = [...unread, ...written.map((event) => log.write(this.identity.name, event))]
    // It comes too late to change anything, so a logger that breaks is nobody's concern.
    this.shared.start(
      Effect.forEach(
        telling,
        Effect.catchAllCause(() => Effect.void),
        { discard: true }
      )
    )
  }
}

export const toStatus = (state: State, now: Instant, rules: Rules): SessionStatus => {
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
