import * as Effect from "effect/Effect"
import { SessionEvent } from "../../SessionEvent.ts"
import type { Trouble } from "../trouble.ts"

/** Writes an event to the log: what a person must see above debug level, and a secret at none. */
export const write = (name: string, event: SessionEvent): Effect.Effect<void> =>
  Effect.annotateLogs(line(event), {
    package: "@effect-clickatell/core",
    module: "Session",
    session: name,
    generation: event.generation
  })

const show = ({ error, reason }: Trouble): string => (reason === undefined ? error : `${error} ${reason}`)

const line = SessionEvent.$match({
  Authenticating: () => Effect.logDebug("authenticating"),
  Authenticated: () => Effect.logInfo("authenticated"),
  Pinged: () => Effect.logDebug("pinged"),
  Skipped: () => Effect.logDebug("skipped a ping: the session was used"),
  Refused: (event) => Effect.logInfo(`refused: ${show(event)}: the next use authenticates`),
  Expired: () => Effect.logInfo("expired by our own count: the next use authenticates"),
  Retrying: (event) => Effect.logDebug(`retrying ${event.operation} after ${show(event)}`),
  Degraded: (event) => Effect.logWarning(`degraded: ${show(event)}`),
  Recovered: () => Effect.logInfo("recovered"),
  Rejected: (event) =>
    Effect.logError(
      `rejected: ${show(event)}: nothing more is sent until the session is reset or the credentials change`
    ),
  Reset: () => Effect.logInfo("reset: the next use authenticates"),
  Closed: () => Effect.logDebug("closed")
})
