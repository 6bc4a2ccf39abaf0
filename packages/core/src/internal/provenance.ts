import * as Cause from "effect/Cause"
import * as Predicate from "effect/Predicate"
import type { ExchangeError } from "../Errors.ts"
import type { SessionId } from "../SessionId.ts"

// Beside the errors and not in them: an error that carried its session's id could show it. What Effect hands around inside a
// span is a proxy of the error, so the entry is the original's.
const origins = new WeakMap<object, SessionId>()

/** Notes whose session the exchange was for that this error comes from. */
export const record = <E extends ExchangeError>(error: E, id: SessionId): E => {
  origins.set(Cause.originalError(error), id)
  return error
}

/**
 * Whether the error comes from an exchange with this very id; one that somebody else made is of no session.
 *
 * By reference, since two services may hand out equal ids.
 */
export const isOf = (error: unknown, id: SessionId): error is ExchangeError =>
  Predicate.isObject(error) && origins.get(Cause.originalError(error)) === id
