import * as Effect from "effect/Effect"
import * as LogLevel from "effect/LogLevel"
import * as Printable from "../../Printable.ts"
import { SessionEvent } from "../../SessionEvent.ts"
import type { Trouble } from "../trouble.ts"

/** What a person must see is above debug level. */
const levels: Readonly<Record<SessionEvent["_tag"], LogLevel.LogLevel>> = {
  Authenticating: LogLevel.Debug,
  Authenticated: LogLevel.Info,
  Adopted: LogLevel.Info,
  Pinged: LogLevel.Debug,
  Skipped: LogLevel.Debug,
  Refused: LogLevel.Info,
  Expired: LogLevel.Info,
  Retrying: LogLevel.Debug,
  Degraded: LogLevel.Warning,
  Recovered: LogLevel.Info,
  Rejected: LogLevel.Error,
  Detached: LogLevel.Warning,
  Attached: LogLevel.Info,
  Reset: LogLevel.Info,
  Closed: LogLevel.Debug
}

/** Whether an event is written where only this level and those above it are. */
export const isWritten = ({ _tag }: SessionEvent, least: LogLevel.LogLevel): boolean =>
  LogLevel.greaterThanEqual(levels[_tag], least)

/** Writes an event to the log, and a secret at no level; an error of the caller's own may have any name. */
export const write = (name: string | undefined, event: SessionEvent): Effect.Effect<void> =>
  Effect.annotateLogs(Effect.logWithLevel(levels[event._tag], Printable.escape(text(event))), {
    package: "@effect-clickatell/core",
    module: "Session",
    ...(name === undefined ? {} : { session: name }),
    generation: event.generation
  })

const show = ({ error, reason }: Trouble): string => (reason === undefined ? error : `${error} ${reason}`)

const text = SessionEvent.$match({
  Authenticating: () => "authenticating",
  Authenticated: () => "authenticated",
  Adopted: () => "adopted the session of the store",
  Pinged: () => "pinged",
  Skipped: () => "skipped a ping: the session was used",
  Refused: (event) => `refused: ${show(event)}: the next use authenticates`,
  Expired: () => "expired by our own count: the next use authenticates",
  Retrying: (event) => `retrying ${event.operation} after ${show(event)}`,
  Degraded: (event) => `degraded: ${show(event)}`,
  Recovered: () => "recovered",
  Rejected: (event) =>
    `rejected: ${show(event)}: nothing more is sent until the session is reset or the credentials change`,
  Detached: () => "the session store cannot be reached: this process goes by itself",
  Attached: () => "the session store can be reached again",
  Reset: () => "reset: the next use authenticates",
  Closed: () => "closed"
})
