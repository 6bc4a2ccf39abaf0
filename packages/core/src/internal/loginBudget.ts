import * as Either from "effect/Either"
import type { Instant } from "./instant.ts"
import { elapsed } from "./instant.ts"

/** Milliseconds and counts: one login begins in `spacing`, and `limit` requests are sent in `window`. */
export interface Limits {
  readonly spacing: number
  readonly limit: number
  readonly window: number
}

/**
 * A `login` begins on the client's own account, a `relogin` answers a refusal or a change of credentials,
 * and a `retry` belongs to a login already begun.
 */
export type Kind = "login" | "relogin" | "retry"

export interface Entry {
  readonly at: Instant
  readonly kind: Kind
}

/** Admits one more request, with what is still worth remembering, or says in how many milliseconds it may be asked for again. */
export const admit = (
  limits: Limits,
  entries: ReadonlyArray<Entry>,
  at: Instant,
  kind: Kind
): Either.Either<ReadonlyArray<Entry>, number> => {
  const begun = entries.filter((entry) => entry.kind !== "retry")
  // A service that has just refused a session must not keep its client waiting for the next, but it may do so once only.
  const allowed = kind === "retry" ? Number.POSITIVE_INFINITY : kind === "relogin" ? 2 : 1
  const wait = Math.max(
    untilRoom(begun, at, limits.spacing, allowed),
    untilRoom(entries, at, limits.window, limits.limit)
  )
  return wait > 0
    ? Either.left(wait)
    : Either.right([...entries.filter((entry) => remaining(entry, at, limits) > 0), { at, kind }])
}

const remaining = (entry: Entry, at: Instant, { spacing, window }: Limits): number =>
  Math.max(spacing, window) - elapsed(entry.at, at)

const untilRoom = (entries: ReadonlyArray<Entry>, at: Instant, period: number, allowed: number): number => {
  const recent = entries.filter((entry) => elapsed(entry.at, at) < period)
  const blocking = recent[recent.length - allowed]
  return blocking === undefined ? 0 : period - elapsed(blocking.at, at)
}
