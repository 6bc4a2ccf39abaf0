import * as Metric from "effect/Metric"
import type * as MetricLabel from "effect/MetricLabel"
import type { State } from "../machine/state.ts"

const sessions = Metric.gauge("clickatell.sessions", { description: "Sessions of a SessionMap by state" })

const kinds = ["all", "ready", "degraded", "rejected"] as const

type Kind = (typeof kinds)[number]

const isOf: Readonly<Record<Kind, (state: State) => boolean>> = {
  all: ({ phase }) => phase._tag !== "Closed",
  ready: ({ phase }) => phase._tag === "Ready",
  degraded: ({ health, phase }) => health === "Degraded" && phase._tag !== "Rejected" && phase._tag !== "Closed",
  rejected: ({ phase }) => phase._tag === "Rejected"
}

/** How many sessions of a map are in which state, as of their last steps, for those who read metrics. */
export class Tally {
  private readonly series = kinds.map((kind) => ({
    count: 0,
    isOf: isOf[kind],
    gauge: Metric.tagged(sessions, "state", kind)
  }))
  private readonly labels: ReadonlyArray<MetricLabel.MetricLabel>

  constructor(labels: ReadonlyArray<MetricLabel.MetricLabel>) {
    this.labels = labels
    for (const { count, gauge } of this.series) gauge.unsafeUpdate(count, labels)
  }

  /** Counts a session that goes from one state to another, or that is new. */
  move(before: State | undefined, after: State): void {
    if (before?.phase._tag === after.phase._tag && before.health === after.health) return
    for (const one of this.series) {
      const change = Number(one.isOf(after)) - (before === undefined ? 0 : Number(one.isOf(before)))
      if (change === 0) continue
      one.count += change
      one.gauge.unsafeUpdate(one.count, this.labels)
    }
  }
}
