import * as Arr from "effect/Array"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Order from "effect/Order"

/** What the status of a message is in turn: each code, and how many milliseconds after the message went out it sets in. */
export type Statuses = ReadonlyArray<readonly [code: string, after: number]>

/** Statuses in the order of their times. */
export const make = (given: Readonly<Record<string, Duration.DurationInput>>): Statuses =>
  Arr.sortWith(
    Object.entries(given).map(([code, after]) => [code, Duration.toMillis(after)] as const),
    ([, after]) => after,
    Order.number
  )

/** Delivered within five seconds. */
export const delivered: Statuses = make({ "002": 0, "003": "1 second", "004": "5 seconds" })

/** The status so many milliseconds after the message went out; 002, which is queued, before the first. */
export const at = (statuses: Statuses, elapsed: number): string =>
  Option.match(
    Arr.findLast(statuses, ([, after]) => after <= elapsed),
    { onNone: () => "002", onSome: ([code]) => code }
  )
