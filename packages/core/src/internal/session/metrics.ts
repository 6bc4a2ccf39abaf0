import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import type { SessionEvent } from "../../SessionEvent.ts"
import type { State } from "./machine/state.ts"
import type { Input } from "./machine/step.ts"

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

/** Whether a step with this input counts even where it makes no event. */
export const counts = ({ _tag }: Input): boolean => _tag === "Replay" || _tag === "LoginFailed" || _tag === "Failed"

/** Counts one step of the session of this name: its input, and the events that it made. */
export const record = (
  name: string,
  input: Input,
  events: ReadonlyArray<SessionEvent>,
  { generation }: State,
  idleSeconds: number
): Effect.Effect<void> =>
  Effect.gen(function* () {
    if (input._tag === "Replay") yield* count(name, replays)
    if (input._tag === "LoginFailed" && input.credentials !== undefined) {
      yield* count(name, logins, input.error._tag === "AuthFailed" ? "rejected" : "error")
    }
    if (input._tag === "Failed" && input.by === "ping") {
      yield* count(name, keepalives, input.error._tag === "AuthFailed" ? "refused" : "error")
    }
    for (const { _tag } of events) {
      if (_tag === "Authenticated") yield* count(name, logins, "ok")
      if (_tag === "Pinged") yield* count(name, keepalives, "ok")
      if (_tag === "Skipped") yield* count(name, keepalives, "skipped")
      if (_tag === "Recovered") yield* gauge(name, healthy, 1)
      if (_tag === "Degraded" || _tag === "Rejected") yield* gauge(name, healthy, 0)
    }
    if (events.length > 0) {
      yield* gauge(name, generations, generation)
      yield* gauge(name, idle, idleSeconds)
    }
  })

const count = (name: string, counter: typeof logins, outcome?: string): Effect.Effect<void> =>
  Metric.update(ofSession(name, outcome === undefined ? counter : Metric.tagged(counter, "outcome", outcome)), 1)

const gauge = (name: string, metric: typeof idle, value: number): Effect.Effect<void> =>
  Metric.update(ofSession(name, metric), value)

const ofSession = <Type, In, Out>(name: string, metric: Metric.Metric<Type, In, Out>) =>
  Metric.tagged(metric, "clickatell.session.name", name)
