import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Ref from "effect/Ref"
import * as Schedule from "effect/Schedule"

/** What goes out next by itself, and the wait before it in milliseconds since the epoch. */
interface Wait {
  readonly operation: string
  readonly from: number
  readonly until: number
}

/** What is remembered of a watch, for its screen. */
export interface Memory {
  /** The newest last. */
  readonly events: ReadonlyArray<SessionEvent>
  readonly requests: ReadonlyMap<string, number>
  readonly failed: number
  /** How long the last request took. */
  readonly took: Duration.Duration | undefined
  readonly wait: Wait | undefined
}

/** Nothing has happened. */
export const empty: Memory = { events: [], requests: new Map(), failed: 0, took: undefined, wait: undefined }

const kept = 100

/** Remembers an event, and what it says of what is next. */
export const addEvent = (memory: Memory, event: SessionEvent): Memory => ({
  ...memory,
  events: [...memory.events, event].slice(-kept),
  wait: waitAfter(memory.wait, event)
})

const waitAfter = (wait: Wait | undefined, event: SessionEvent): Wait | undefined => {
  switch (event._tag) {
    case "Retrying": {
      const from = DateTime.toEpochMillis(event.at)
      return { operation: event.operation, from, until: from + Duration.toMillis(event.delay) }
    }
    case "Authenticating":
    case "Rejected":
    case "Closed":
      return undefined
    default:
      return wait
  }
}

/** Remembers each request of a transport. */
export const withRequests =
  (memory: Ref.Ref<Memory>) =>
  (transport: Transport["Type"]): Transport["Type"] => ({
    ...transport,
    send: (envelope) =>
      Effect.flatMap(Effect.timed(Effect.exit(transport.send(envelope))), ([took, exit]) =>
        Effect.zipRight(
          Ref.update(memory, ({ failed, requests, ...others }) => ({
            ...others,
            requests: new Map(requests).set(envelope.operation, (requests.get(envelope.operation) ?? 0) + 1),
            failed: failed + (Exit.isFailure(exit) ? 1 : 0),
            took
          })),
          exit
        )
      )
  })

/** Remembers the waits of a schedule of pings, none of which ends before the session was idle for the floor. */
export const withWaits =
  (memory: Ref.Ref<Memory>, floor: Duration.Duration) =>
  (
    schedule: Schedule.Schedule<Duration.Duration, Duration.Duration>
  ): Schedule.Schedule<Duration.Duration, Duration.Duration> =>
    Schedule.modifyDelayEffect(schedule, (idle, delay) => {
      const wait = Duration.max(delay, Duration.subtract(floor, idle))
      return Effect.flatMap(Clock.currentTimeMillis, (from) =>
        Effect.as(
          Ref.update(memory, (memory) => ({
            ...memory,
            wait: { operation: "ping", from, until: from + Duration.toMillis(wait) }
          })),
          wait
        )
      )
    })
