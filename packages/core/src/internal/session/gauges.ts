import * as Duration from "effect/Duration"
import * as Metric from "effect/Metric"
import * as MetricKey from "effect/MetricKey"
import * as MetricLabel from "effect/MetricLabel"
import * as MetricState from "effect/MetricState"
import type { SessionStatus } from "../../SessionStatus.ts"
import type { Instant } from "../instant.ts"
import { elapsed } from "../instant.ts"
import type { Cell, Observer } from "./cell.ts"
import { toStatus } from "./cell.ts"
import { current, initial } from "./machine/state.ts"

type Labels = ReadonlyArray<MetricLabel.MetricLabel>

/** What there is to show of a session: its status, and how many seconds ago it was opened, if it is open. */
interface Reading {
  readonly status: SessionStatus
  readonly age: number
}

const gauge = (name: string, description: string, read: (reading: Reading) => number, ...labels: Labels) => ({
  key: MetricKey.taggedWithLabels(MetricKey.gauge(name, { description }), labels),
  read
})

// Exporters take the unit of a metric from a label of this name, and know of no other place for it.
const seconds = MetricLabel.make("unit", "s")

const states: Readonly<Record<SessionStatus["state"], string>> = {
  Idle: "idle",
  Authenticating: "authenticating",
  Ready: "ready",
  Rejected: "rejected",
  Closed: "closed"
}

const gauges = [
  gauge(
    "clickatell.session.generation",
    "Sessions so far, opened here or taken from a store",
    ({ status }) => status.generation
  ),
  gauge("clickatell.session.healthy", "1 healthy, 0 degraded or rejected", ({ status }) =>
    Number(status.health === "Healthy")
  ),
  gauge(
    "clickatell.session.idle",
    "Seconds since the last successful exchange began",
    ({ status: { idle } }) => (idle === undefined ? 0 : Duration.toSeconds(idle)),
    seconds
  ),
  gauge(
    "clickatell.session.age",
    "Seconds since the login that opened the session, wherever that was",
    ({ age }) => age,
    seconds
  ),
  ...Object.entries(states).map(([state, label]) =>
    gauge(
      "clickatell.session.state",
      "1 for the state in which the session is, 0 for the others",
      ({ status }) => Number(status.state === state),
      MetricLabel.make("state", label)
    )
  )
]

/** Shows a session in gauges with these labels, each as it is at the moment in which somebody reads it. */
export const show = (cell: Cell, labels: Labels): void => {
  const shown = new Shown(cell)
  cell.addObserver(shown)
  for (const { key, read } of gauges) {
    // A registry asks its own hook for the value at each reading, and takes no hook from elsewhere.
    const hook = Metric.globalMetricRegistry.get(MetricKey.taggedWithLabels(key, labels))
    hook.get = () => MetricState.gauge(read(shown.read()))
  }
}

const noInstant: Instant = { wall: 0, monotonic: 0n }

/** A session while it is open, and no more than what is to be shown of it once it is closed: the registry keeps its gauges for good. */
class Shown implements Observer {
  private cell: Pick<Cell, "state" | "rules" | "now">

  constructor(cell: Cell) {
    this.cell = cell
  }

  notice({ isClosed, rules, state: { generation, phase } }: Cell): void {
    if (isClosed) this.cell = { state: { ...initial, generation, phase }, rules, now: () => noInstant }
  }

  read(): Reading {
    const { rules, state } = this.cell
    const now = this.cell.now()
    const session = current(state, now, rules)
    return {
      status: toStatus(state, now, rules),
      age: session === undefined ? 0 : elapsed(session.openedAt, now) / 1000
    }
  }
}
