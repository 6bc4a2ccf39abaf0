/**
 * When to send again: each policy is a `Schedule` over the error that was met, and each can be replaced.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type { CommandError, MalformedReason, TransportReason } from "./Errors.ts"
import * as jitter from "./internal/jitter.ts"

/**
 * A policy for errors of this library; its delays follow the `Clock`, and its jitter the `Random` of the fiber.
 *
 * @since 0.1.0
 * @category models
 */
export type Policy = Schedule.Schedule<unknown, CommandError>

const ofTransport: Readonly<Record<TransportReason, number>> = {
  Connect: 3,
  Dns: 1,
  Tls: 0,
  Timeout: 2,
  Reset: 2,
  Protocol: 1,
  Redirect: 0,
  Status: 0,
  BodyTooLarge: 0
}

const ofStatus: ReadonlyMap<number | undefined, number> = new Map(
  [408, 429, 502, 503, 504].map((status) => [status, 3])
)

// A proxy that cut or crossed one reply may pass the next; a portal or a hostile server will not change its mind.
const ofReply: Partial<Readonly<Record<MalformedReason, number>>> = {
  Empty: 1,
  NotWellFormed: 1,
  WrongOperation: 1,
  UnrecognisedReturn: 1
}

const longestRetryAfter = Duration.seconds(60)

/**
 * How many times an idempotent command may be sent again after this error: 0 for every refusal and everything permanent.
 *
 * A `Retry-After` of over 60 seconds counts as permanent.
 *
 * @since 0.1.0
 * @category policies
 */
export const ceiling = (error: CommandError): number => {
  switch (error._tag) {
    case "TransportError":
      if (error.retryAfter !== undefined && Duration.greaterThan(error.retryAfter, longestRetryAfter)) return 0
      if (error.reason === "Reset" && error.phase === "body") return 1
      return error.reason === "Status" ? (ofStatus.get(error.status) ?? 0) : ofTransport[error.reason]
    case "MalformedReply":
      return ofReply[error.reason] ?? 0
    case "SoapFault":
      return /(?:^|:)(?:Server|Receiver)\b/.test(error.faultCode) ? 1 : 0
    case "ApiError":
      // 901 is the only code whose documentation says "please retry".
      return error.code === "901" ? 3 : 0
    case "AuthFailed":
    case "InvalidParameters":
      return 0
  }
}

const upTo = (
  most: number,
  delay: (error: CommandError, retries: number) => Effect.Effect<Duration.Duration>
): Policy =>
  Schedule.identity<CommandError>().pipe(
    Schedule.intersect(Schedule.forever),
    Schedule.whileOutput(([error, retries]) => retries < Math.min(most, ceiling(error))),
    Schedule.addDelayEffect(([error, retries]) =>
      // A server that asks for no pause at all gets the policy's own.
      Effect.map(delay(error, retries), Duration.max(asked(error)))
    )
  )

const asked = (error: CommandError): Duration.Duration =>
  error._tag === "TransportError" ? (error.retryAfter ?? Duration.zero) : Duration.zero

/**
 * For pings and commands marked idempotent: up to `ceiling` retries after 0.5, 1 and 2 seconds, less up to a fifth.
 *
 * The first retry of a broken connection is immediate, since a pooled one may have died of age; `Retry-After` is honoured.
 *
 * @since 0.1.0
 * @category policies
 */
export const idempotent: Policy = upTo(3, (error, retries) =>
  error._tag === "TransportError" && error.reason === "Reset" && retries === 0
    ? Effect.succeed(Duration.zero)
    : jitter.share(Duration.millis(500 * 2 ** retries), 0.8, 1)
)

/**
 * For logins whose outcome is unknown: at most two retries, after 4 and 8 seconds and up to a fifth more; never after a refusal.
 *
 * A failed login so takes longer than the budget's spacing, and the next caller may begin a new one at once.
 *
 * @since 0.1.0
 * @category policies
 */
export const login: Policy = upTo(2, (_, retries) => jitter.share(Duration.seconds(4 * 2 ** retries), 1, 1.2))

/**
 * For a keep-alive ping that failed: 5, 15, 45 and then every 60 seconds, less up to a fifth, for as long as the session may live.
 *
 * @since 0.1.0
 * @category policies
 */
export const keepAlive: Policy = Schedule.exponential("5 seconds", 3).pipe(
  Schedule.union(Schedule.spaced("60 seconds")),
  Schedule.modifyDelayEffect((_, delay) => jitter.share(Duration.decode(delay), 0.8, 1))
)

/**
 * For a keep-alive that renews a lost session: once a minute and up to a fifth more, without end, within the login budget.
 *
 * @since 0.1.0
 * @category policies
 */
export const renewal: Policy = Schedule.spaced("60 seconds").pipe(
  Schedule.modifyDelayEffect((_, delay) => jitter.share(Duration.decode(delay), 1, 1.2))
)
