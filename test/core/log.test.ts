import { assert, it } from "@effect/vitest"
import { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { DateTime, Duration, Effect, Logger, LogLevel } from "effect"
import * as log from "../../packages/core/src/internal/session/log.ts"

const moment = { at: DateTime.unsafeMake(0), generation: 3 }
const trouble = { error: "AuthFailed", reason: "AccountFrozen" }
const unexplained = { error: "SoapFault", reason: undefined }
const loss = { idle: Duration.minutes(1), age: Duration.hours(1) }

const lines: ReadonlyArray<readonly [SessionEvent, string]> = [
  [SessionEvent.Authenticating(moment), "DEBUG authenticating"],
  [SessionEvent.Authenticated(moment), "INFO authenticated"],
  [SessionEvent.Pinged(moment), "DEBUG pinged"],
  [SessionEvent.Skipped(moment), "DEBUG skipped a ping: the session was used"],
  [
    SessionEvent.Refused({ ...moment, ...trouble, ...loss }),
    "INFO refused: AuthFailed AccountFrozen: the next use authenticates"
  ],
  [SessionEvent.Expired({ ...moment, ...loss }), "INFO expired by our own count: the next use authenticates"],
  [
    SessionEvent.Retrying({ ...moment, ...unexplained, operation: "ping", delay: Duration.zero }),
    "DEBUG retrying ping after SoapFault"
  ],
  [
    SessionEvent.Refused({ ...moment, ...loss, error: "Mine", reason: "\u009b2J\nFORGED" }),
    "INFO refused: Mine \\u009b2J\\nFORGED: the next use authenticates"
  ],
  [SessionEvent.Degraded({ ...moment, ...unexplained }), "WARN degraded: SoapFault"],
  [SessionEvent.Recovered(moment), "INFO recovered"],
  [
    SessionEvent.Rejected({ ...moment, ...trouble }),
    "ERROR rejected: AuthFailed AccountFrozen: nothing more is sent until the session is reset or the credentials change"
  ],
  [SessionEvent.Reset(moment), "INFO reset: the next use authenticates"],
  [SessionEvent.Closed(moment), "DEBUG closed"]
]

it.each(lines)("writes %o", (event, line) => {
  const written: Array<string> = []
  const logger = Logger.make<unknown, void>(({ annotations, logLevel, message }) => {
    written.push(
      `${logLevel.label} ${String(message)}`,
      ...Array.from(annotations, ([key, value]) => `${key} ${value}`)
    )
  })
  log
    .write("a name", event)
    .pipe(
      Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
      Logger.withMinimumLogLevel(LogLevel.All),
      Effect.runSync
    )
  const annotations = ["package @effect-clickatell/core", "module Session", "session a name", "generation 3"]
  assert.sameMembers(written, [line, ...annotations])
  const shown = [LogLevel.Debug, LogLevel.Info, LogLevel.Warning, LogLevel.Error, LogLevel.Fatal].filter((least) =>
    log.isWritten(event, least)
  )
  assert.strictEqual(shown.at(-1)?.label, line.split(" ")[0])
})
