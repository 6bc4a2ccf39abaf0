import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as PubSub from "effect/PubSub"
import * as Ref from "effect/Ref"
import * as Stream from "effect/Stream"
import type { SessionEvent } from "../SessionEvent.ts"
import type { SessionStatus } from "../SessionStatus.ts"
import type { Instant } from "./instant.ts"
import * as instant from "./instant.ts"
import type { Observer } from "./observer.ts"
import type { Life, State, Step } from "./sessionState.ts"
import * as machine from "./sessionState.ts"

/** The one place where a session's state changes; what a transition has to tell goes out from here. */
export interface Cell {
  readonly read: Effect.Effect<readonly [State, Instant]>
  readonly advance: (transition: (state: State, now: Instant) => Step) => Effect.Effect<void>
  readonly publish: (event: SessionEvent) => Effect.Effect<void>
  readonly status: Effect.Effect<SessionStatus>
  readonly changes: Stream.Stream<SessionStatus>
  readonly events: Stream.Stream<SessionEvent>
}

export const make = Effect.fnUntraced(function* (life: Life, observer: Observer): Effect.fn.Return<Cell> {
  const state = yield* Ref.make(machine.initial)
  const hub = yield* PubSub.sliding<SessionEvent>(1024)
  const read = Effect.all([Ref.get(state), instant.now])
  const status = Effect.map(read, ([state, now]) => toStatus(state, now, life))

  const tell = (event: SessionEvent) =>
    Effect.flatMap(status, ({ idle }) =>
      Effect.zipRight(
        PubSub.publish(hub, event),
        observer.event(event, idle === undefined ? 0 : Duration.toSeconds(idle))
      )
    )

  const advance: Cell["advance"] = (transition) =>
    instant.now.pipe(
      Effect.flatMap((now) =>
        Ref.modify(state, (current) => {
          const [next, ...events] = transition(current, now)
          return [events, next]
        })
      ),
      Effect.flatMap(Effect.forEach(tell, { discard: true })),
      Effect.uninterruptible
    )

  const subscribe = Effect.gen(function* () {
    const queue = yield* PubSub.subscribe(hub)
    const { phase } = yield* Ref.get(state)
    // A subscriber of a closed session would wait for events that cannot come.
    return phase._tag === "Closed"
      ? Stream.empty
      : Stream.takeUntil(Stream.fromQueue(queue), (event) => event._tag === "Closed")
  })

  return {
    read,
    advance,
    publish: (event) => advance((state) => machine.noted(state, event)),
    status,
    events: Stream.unwrapScoped(subscribe),
    changes: Stream.unwrapScoped(
      Effect.map(subscribe, (events) =>
        Stream.concat(
          Stream.fromEffect(status),
          Stream.mapEffect(events, () => status)
        )
      )
    )
  }
})

const toStatus = (state: State, now: Instant, life: Life): SessionStatus => {
  const { generation, healthy, lastError, lastSuccess, phase } = state
  return {
    // A session that has outlived our trust is as good as none.
    state: phase._tag === "Ready" && machine.lease(state, now, life) === undefined ? "Idle" : phase._tag,
    generation,
    health: healthy ? "Healthy" : "Degraded",
    idle: lastSuccess === undefined ? undefined : Duration.millis(instant.elapsed(lastSuccess, now)),
    lastSuccess: lastSuccess === undefined ? undefined : DateTime.unsafeMake(lastSuccess.wall),
    lastError
  }
}
