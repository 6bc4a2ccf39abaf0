import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"

/** Milliseconds and counts: one login begins in `spacing`, and `limit` requests are sent in `window`. */
export interface Limits {
  readonly spacing: number
  readonly limit: number
  readonly window: number
}

/**
 * One login request.
 *
 * It `begins` a login unless it is the retry of one, and counts towards the limit unless it certainly never reached the service.
 */
export interface Entry {
  readonly at: Instant
  readonly begins: boolean
  readonly reached: boolean
}

/** `AtOnce` is a login that somebody asked for, such as a service that refused a session; `Retry` belongs to a login already begun. */
export type Leave = "Ordinary" | "AtOnce" | "Retry"

// A login that is asked for may follow another at once, but never a third.
const begun: Readonly<Record<Leave, number>> = { Ordinary: 1, AtOnce: 2, Retry: Number.POSITIVE_INFINITY }

/** Milliseconds until one more request is allowed: 0 when it is now. */
export const wait = (limits: Limits, entries: ReadonlyArray<Entry>, now: Instant, leave: Leave): number =>
  Math.max(
    untilRoom(
      entries.filter(({ begins }) => begins),
      now,
      limits.spacing,
      begun[leave]
    ),
    untilRoom(
      entries.filter(({ reached }) => reached),
      now,
      limits.window,
      limits.limit
    )
  )

const untilRoom = (entries: ReadonlyArray<Entry>, now: Instant, period: number, allowed: number): number => {
  const recent = entries.filter((entry) => elapsed(entry.at, now) < period)
  const blocking = recent[recent.length - allowed]
  return blocking === undefined ? 0 : period - elapsed(blocking.at, now)
}

/** Adds a request that is about to be sent, and forgets what no longer counts. */
export const add = (limits: Limits, entries: ReadonlyArray<Entry>, now: Instant, leave: Leave): ReadonlyArray<Entry> =>
  recent(limits, entries, now).concat({ at: now, begins: leave !== "Retry", reached: true })

const counts = ({ spacing, window }: Limits, { at, begins, reached }: Entry, now: Instant): boolean =>
  elapsed(at, now) < Math.max(begins ? spacing : 0, reached ? window : 0)

const none: ReadonlyArray<Entry> = []

/** The requests that still count; where that is all of them or none, no room is taken for the answer. */
export const recent = (limits: Limits, entries: ReadonlyArray<Entry>, now: Instant): ReadonlyArray<Entry> => {
  if (entries.every((entry) => counts(limits, entry, now))) return entries
  const counting = entries.filter((entry) => counts(limits, entry, now))
  return counting.length === 0 ? none : counting
}

/** Takes the latest request as one that never reached the service. */
export const excuse = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> =>
  entries.map((entry, index) => (index === entries.length - 1 ? { ...entry, reached: false } : entry))
