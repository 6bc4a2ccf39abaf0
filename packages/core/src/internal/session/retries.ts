import * as Cause from "effect/Cause"
import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import type { ExchangeError } from "../../Errors.ts"
import type { Policy } from "../../Retry.ts"
import * as jitter from "../jitter.ts"
import type { Cell } from "./cell.ts"
import * as guests from "./guests.ts"

/** The pauses of a schedule, asked for one at a time; `undefined` when it is done. */
export type Pauses<In> = (input: In) => Effect.Effect<Duration.Duration | undefined>

/** Steps a schedule by hand, so that each pause can be bounded, told and cut short. */
export const step = <In>(
  schedule: Schedule.Schedule<unknown, In>,
  clock: Clock.Clock,
  state: unknown,
  input: In
): Effect.Effect<{ readonly state: unknown; readonly pause: Duration.Duration | undefined }> =>
  Effect.flatMap(clock.currentTimeMillis, (now) =>
    Effect.map(schedule.step(now, input, state), ([state, , decision]) => ({
      state,
      pause: ScheduleDecision.isDone(decision)
        ? undefined
        : jitter.whole(Duration.millis(Math.max(0, ScheduleIntervals.start(decision.intervals) - now)))
    }))
  )

/** The shortest pause before each retry: what no policy goes below. */
export interface Floor {
  readonly first: Duration.Duration
  readonly later: Duration.Duration
}

/** A call's first retry may follow at once, since a pooled connection may have died of age. */
export const ofCall: Floor = { first: Duration.zero, later: Duration.millis(400) }

/** What nobody waits for with a finger on a key is never tried more than once a second. */
export const unhurried: Floor = { first: Duration.seconds(1), later: Duration.seconds(1) }

/** The pauses of a policy, none of them shorter than the floor or than what the service asks for. */
export const bounded = (policy: Policy, floor: Floor, clock: Clock.Clock): Pauses<ExchangeError> => {
  let progress: unknown = policy.initial
  let least = floor.first
  return (error) =>
    Effect.map(step(policy, clock, progress, error), ({ pause, state }) => {
      progress = state
      if (pause === undefined) return undefined
      const shortest = Duration.max(least, asked(error))
      least = floor.later
      return Duration.max(pause, shortest)
    })
}

/** The pause that the service asks for. */
export const asked = (error: ExchangeError): Duration.Duration =>
  error._tag === "TransportError" ? jitter.whole(error.retryAfter ?? Duration.zero) : Duration.zero

const longestAsked = Duration.seconds(60)

// A refusal is an answer, and nobody is kept waiting for longer than a minute at the service's word.
const isWorthAnother = (error: ExchangeError): boolean =>
  error._tag !== "AuthFailed" && Duration.lessThanOrEqualTo(asked(error), longestAsked)

/** Says whether to try an operation again after an error, once the pause before that is over. */
export type Again = (error: ExchangeError) => Effect.Effect<boolean>

export const make = (cell: Cell, operation: string, policy: Policy, floor: Floor): Again => {
  const pauses = bounded(policy, floor, cell.shared.clock)
  // A policy that interrupts itself is done; one that calls the session is told so instead of waiting for itself.
  const pause = (error: ExchangeError) =>
    Effect.catchAllCause(guests.host(cell, pauses(error)), (cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.succeed(undefined) : Effect.failCause(cause)
    )
  return (error) =>
    Effect.gen(function* () {
      const delay = isWorthAnother(error) ? yield* pause(error) : undefined
      if (delay === undefined) return false
      yield* cell.step({ _tag: "Retry", operation, error, delay })
      yield* cell.shared.clock.sleep(delay)
      return true
    })
}
