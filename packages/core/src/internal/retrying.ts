import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as ScheduleDecision from "effect/ScheduleDecision"
import * as ScheduleIntervals from "effect/ScheduleIntervals"
import type { CommandError } from "../Errors.ts"
import type { Policy } from "../Retry.ts"
import { SessionEvent } from "../SessionEvent.ts"
import type { SessionStatus } from "../SessionStatus.ts"
import * as jitter from "./jitter.ts"

interface Announcer {
  readonly status: Effect.Effect<SessionStatus>
  readonly publish: (event: SessionEvent) => Effect.Effect<void>
}

/** Retries by a policy and announces each retry; a refusal is an answer, so no policy can make us ask again. */
export const make =
  (session: Announcer, policy: Policy) =>
  <A, E extends CommandError, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.retry(
      effect,
      announced(
        session,
        Schedule.whileInput(policy, (error: CommandError) => !isAnswer(error))
      )
    )

// Of all that keeps us out, only these two pass by themselves.
const isAnswer = (error: CommandError): boolean =>
  error._tag === "AuthFailed" && error.reason !== "LoginBudgetExceeded" && error.reason !== "CredentialsUnavailable"

const announced = ({ publish, status }: Announcer, policy: Policy): Policy =>
  Schedule.onDecision(whole(policy), (_, decision) =>
    ScheduleDecision.isContinue(decision)
      ? Effect.zipWith(DateTime.now, status, (at, { generation, lastError = "Error" }) =>
          SessionEvent.Retrying({
            at,
            generation,
            error: lastError,
            delay: Duration.millis(
              Math.max(0, ScheduleIntervals.start(decision.intervals) - DateTime.toEpochMillis(at))
            )
          })
        ).pipe(Effect.flatMap(publish))
      : Effect.void
  )

const whole = (policy: Policy): Policy =>
  Schedule.modifyDelay(policy, (_, delay) => jitter.whole(Duration.decode(delay)))
