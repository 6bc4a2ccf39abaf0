import * as Context from "effect/Context"
import type { Store } from "./port.ts"

/**
 * The store of the sessions that are made where it is provided; without one, each is known to its own process alone.
 *
 * @since 0.1.0
 * @category references
 */
// In a module of its own, so that a session without a store loads nothing of it.
export class SessionStore extends Context.Reference<SessionStore>()("@effect-clickatell/core/SessionStore", {
  defaultValue: (): Store | undefined => undefined
}) {}
