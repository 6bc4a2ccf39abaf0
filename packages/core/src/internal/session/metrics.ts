import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { SessionEvent } from "../../SessionEvent.ts"
import type { Input, State } from "./machine.ts"

const logins = Metric.counter("clickatell.session.logins", { description: "Login requests by outcome" })
const keepalives = Metric.counter("clickatell.session.keepalives", {
  description: "Pings by outcome, those that were not needed included"
})
const replays = Metric.counter("clickatell.session.replays", { description: "Calls sent again with a new session" })
const generations = Metric.gauge("clickatell.session.generation", { description: "Logins that succeeded so far" })
const healthy = Metric.gauge("clickatell.session.healthy", { description: "1 healthy, 0 degraded or rejected" })
const idle = Metric.gauge("clickatell.session.idle", {
  description: "Seconds since the last successful exchange began, as of the last event"
})

/** Counts one step of the session of this name: its input, and the events that it made. */
export const record = (
  name: string,
  input: Input,
  events: ReadonlyArray<SessionEvent>,
  { generation }: State,
  idleSeconds: number
): Effect.Effect<void> =>
  Effect.gen(function* () {
    const named = <Type, In, Out>(metric: Metric.Metric<Type, In, Out>) =>
      Metric.tagged(metric, "clickatell.session.name", name)
    const count = (counter: typeof logins, outcome?: string) =>
      Metric.update(named(outcome === undefined ? counter : Metric.tagged(counter, "outcome", outcome)), 1)

    if (input._tag === "Replay") yield* count(replays)
    if (input._tag === "LoginFailed" && input.credentials !== undefined) {
      yield* count(logins, input.error._tag === "AuthFailed" ? "rejected" : "error")
    }
    if (input._tag === "Failed" && input.by === "ping") {
      yield* count(keepalives, input.error._tag === "AuthFailed" ? "refused" : "error")
    }
    for (const { _tag } of events) {
      if (_tag === "Authenticated") yield* count(logins, "ok")
      if (_tag === "Pinged") yield* count(keepalives, "ok")
      if (_tag === "Skipped") yield* count(keepalives, "skipped")
      if (_tag === "Recovered") yield* Metric.update(named(healthy), 1)
      if (_tag === "Degraded" || _tag === "Rejected") yield* Metric.update(named(healthy), 0)
    }
    if (events.length > 0) {
      yield* Metric.update(named(generations), generation)
      yield* Metric.update(named(idle), idleSeconds)
    }
  })
