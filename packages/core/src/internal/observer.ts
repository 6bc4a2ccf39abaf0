import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { ExchangeError } from "../Errors.ts"
import { SessionEvent } from "../SessionEvent.ts"

const logins = Metric.counter("clickatell.session.logins", { description: "Logins by outcome" })
const keepalives = Metric.counter("clickatell.session.keepalives", {
  description: "Pings by outcome, those that were not needed included"
})
const replays = Metric.counter("clickatell.session.replays", { description: "Calls sent again with a new session" })
const generations = Metric.gauge("clickatell.session.generation", { description: "Logins that succeeded so far" })
const healthy = Metric.gauge("clickatell.session.healthy", { description: "1 healthy, 0 degraded" })
const idle = Metric.gauge("clickatell.session.idle", {
  description: "Seconds since the last successful exchange began, as of the last event"
})

/** What a session tells the world: edges in the log, everything in metrics, a secret in neither. */
export interface Observer {
  readonly event: (event: SessionEvent, idleSeconds: number) => Effect.Effect<void>
  readonly loginFailed: (error: ExchangeError) => Effect.Effect<void>
  readonly pingFailed: (error: ExchangeError) => Effect.Effect<void>
  readonly replayed: Effect.Effect<void>
}

/** The name keeps the sessions of several accounts apart. */
export const make = (name: string): Observer => {
  const count = (counter: typeof logins, outcome?: string) => {
    const update = Metric.increment(outcome === undefined ? counter : Metric.tagged(counter, "outcome", outcome))
    return Effect.tagMetrics(update, "clickatell.session.name", name)
  }

  const measure = SessionEvent.$match({
    Authenticated: () => count(logins, "ok"),
    Pinged: () => count(keepalives, "ok"),
    Skipped: () => count(keepalives, "skipped"),
    // Any call can be refused or rejected: those of logins and pings are counted where they fail.
    Rejected: () => Effect.void,
    Refused: () => Effect.void,
    Retrying: () => Effect.void,
    Degraded: () => Metric.set(healthy, 0),
    Recovered: () => Metric.set(healthy, 1),
    Closed: () => Effect.void
  })

  return {
    event: Effect.fnUntraced(
      function* (event, idleSeconds) {
        yield* measure(event)
        yield* Metric.set(generations, event.generation)
        yield* Metric.set(idle, idleSeconds)
        yield* log(event).pipe(
          Effect.annotateLogs({
            package: "@effect-clickatell/core",
            module: "Session",
            session: name,
            generation: event.generation
          })
        )
      },
      Effect.tagMetrics("clickatell.session.name", name)
    ),
    loginFailed: (error) => count(logins, error._tag === "AuthFailed" ? "rejected" : "error"),
    pingFailed: (error) => count(keepalives, error._tag === "AuthFailed" ? "refused" : "error"),
    replayed: count(replays)
  }
}

const log = SessionEvent.$match({
  Authenticated: () => Effect.logInfo("authenticated"),
  Rejected: ({ error }) =>
    Effect.logError(`rejected: ${error}: nothing more is sent until the session is reset or the credentials change`),
  Refused: ({ error }) => Effect.logInfo(`refused: ${error}: the next use authenticates`),
  Degraded: ({ error }) => Effect.logWarning(`degraded: ${error}`),
  Recovered: () => Effect.logInfo("recovered"),
  Pinged: () => Effect.logDebug("pinged"),
  Skipped: () => Effect.logDebug("skipped a ping: the session was used"),
  Retrying: ({ error }) => Effect.logDebug(`retrying after ${error}`),
  Closed: () => Effect.logDebug("closed")
})
