import * as Metric from "effect/Metric"
import * as MetricLabel from "effect/MetricLabel"
import type { SessionEvent } from "../../SessionEvent.ts"
import type { Instant } from "../instant.ts"
import { elapsed } from "../instant.ts"
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

type Labels = ReadonlyArray<MetricLabel.MetricLabel>

/** Counts the steps of the session of one name, or of several without a name, with the labels of the context of their making. */
export class Meters {
  private readonly labels: Labels
  private readonly isOfOne: boolean
  // Put together once: a metric finds its series by the very list of labels.
  private readonly byOutcome = new Map<string, Labels>()

  constructor(labels: Labels, name: string | undefined) {
    this.isOfOne = name !== undefined
    this.labels = name === undefined ? labels : [...labels, MetricLabel.make("clickatell.session.name", name)]
  }

  /** Counts one step: its input, and the events that it made. */
  record(input: Input, events: ReadonlyArray<SessionEvent>, { generation, health, lastSuccess }: State, now: Instant): void {
    if (input._tag === "Replay") replays.unsafeUpdate(1, this.labels)
    if (input._tag === "LoginFailed" && input.credentials !== undefined) {
      this.count(logins, input.error._tag === "AuthFailed" ? "rejected" : "error")
    }
    if (input._tag === "Failed" && input.by === "ping") {
      this.count(keepalives, input.error._tag === "AuthFailed" ? "refused" : "error")
    }
    for (const { _tag } of events) {
      if (_tag === "Authenticated") this.count(logins, "ok")
      if (_tag === "Pinged") this.count(keepalives, "ok")
      if (_tag === "Skipped") this.count(keepalives, "skipped")
    }
    if (this.isOfOne && events.length > 0) {
      healthy.unsafeUpdate(health === "Healthy" ? 1 : 0, this.labels)
      generations.unsafeUpdate(generation, this.labels)
      idle.unsafeUpdate(lastSuccess === undefined ? 0 : elapsed(lastSuccess, now) / 1000, this.labels)
    }
  }

  private count(counter: typeof logins, outcome: string): void {
    let labels = this.byOutcome.get(outcome)
    if (labels === undefined) {
      labels = [...this.labels, MetricLabel.make("outcome", outcome)]
      this.byOutcome.set(outcome, labels)
    }
    counter.unsafeUpdate(1, labels)
  }
}
