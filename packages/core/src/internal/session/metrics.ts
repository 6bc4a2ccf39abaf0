import * as Metric from "effect/Metric"
import * as MetricLabel from "effect/MetricLabel"
import type { SessionEvent } from "../../SessionEvent.ts"
import type { Input } from "./machine/step.ts"

const counter = (name: string, description: string) => Metric.counter(name, { description, incremental: true })

const logins = counter("clickatell.session.logins", "Login requests by outcome")
const keepalives = counter("clickatell.session.keepalives", "Pings by outcome, those that were not needed included")
const replays = counter("clickatell.session.replays", "Calls sent again with a new session")

type Labels = ReadonlyArray<MetricLabel.MetricLabel>

/** Counts the steps of the session of one name, or of several without a name, with the labels of the context of their making. */
export class Meters {
  readonly labels: Labels
  // Put together once: a metric finds its series by the very list of labels.
  private readonly byOutcome = new Map<string, Labels>()

  constructor(labels: Labels, name: string | undefined) {
    this.labels = name === undefined ? labels : [...labels, MetricLabel.make("clickatell.session.name", name)]
  }

  /** Counts one step: its input, and the events that it made. */
  record(input: Input, events: ReadonlyArray<SessionEvent>): void {
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
