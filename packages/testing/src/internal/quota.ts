import * as Duration from "effect/Duration"
import * as Either from "effect/Either"

/** How many messages may be sent in each period. */
export interface Allowance {
  readonly messages: number
  readonly within: Duration.DurationInput
}

/** So many messages in each period, of which so many are taken in the present one. */
export interface Quota {
  readonly messages: number
  readonly within: number
  readonly until: number
  readonly taken: number
}

/** A quota whose first period begins now. */
export const make = ({ messages, within }: Allowance, now: number): Quota => {
  const length = Math.max(1, Duration.toMillis(within))
  return { messages, within: length, until: now + length, taken: 0 }
}

/** The quota when so many more messages are taken, or the time until which they are too many. */
export const take = (quota: Quota, count: number, now: number): Either.Either<Quota, number> => {
  const { messages, taken, until, within } = present(quota, now)
  return taken + count > messages ? Either.left(until) : Either.right({ messages, within, until, taken: taken + count })
}

const present = (quota: Quota, now: number): Quota => {
  const { until, within } = quota
  if (now < until) return quota
  return { ...quota, until: until + within * (Math.floor((now - until) / within) + 1), taken: 0 }
}
