import { Effect, Metric, MetricKeyType } from "effect"
import * as fleets from "./fleet.ts"
import * as accounts from "./map.ts"
import { recorder } from "./recorder.ts"
import * as Scripted from "./scriptedTransport.ts"
import * as stage from "./stage.ts"
import { GetBalance } from "./support.ts"

/** One series of a metric. */
interface Series {
  readonly name: string
  readonly kind: "counter" | "gauge" | "histogram"
  /** Whether a counter only grows. */
  readonly isMonotonic: boolean
  readonly labels: ReadonlyArray<readonly [key: string, value: string]>
}

const kinds = { gauge: MetricKeyType.isGaugeKey, histogram: MetricKeyType.isHistogramKey }

const marked = "seen by"

/** The series that have the mark of this name, without it; Effect has some of its own for every fiber. */
const read = (name: string): ReadonlyArray<Series> =>
  Effect.runSync(Metric.snapshot).flatMap(({ metricKey: { keyType, name: metric, tags } }): ReadonlyArray<Series> => {
    if (metric.startsWith("effect_") || !tags.some(({ key, value }) => key === marked && value === name)) return []
    const labels = tags.flatMap(({ key, value }) => (key === marked ? [] : [[key, value] as const]))
    const common = { name: metric, labels }
    if (MetricKeyType.isCounterKey(keyType)) return [{ ...common, kind: "counter", isMonotonic: keyType.incremental }]
    const kind = kinds.gauge(keyType) ? "gauge" : "histogram"
    return [{ ...common, kind, isMonotonic: false }]
  })

/** The events of a session whose store knows of it, goes and comes again. */
const shared = (name: string) => {
  const { add, members, register, world } = fleets.make(name, 1)
  const [first] = members
  if (first === undefined) return []
  world.fork(first.session.open)
  world.advance("1 minute")
  const { events, session } = add()
  world.fork(session.open)
  world.advance("1 minute")
  for (const before of [Effect.never, Effect.void]) {
    register.before = before
    world.fork(session.ping)
    world.advance("1 minute")
  }
  return events
}

/** Lets everything happen to a session that can, beside a map of others, and gives all that there was to see of it. */
export const live = (name: string) => {
  const { spans, tracer } = recorder()
  const within = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    effect.pipe(Effect.tagMetrics(marked, name), Effect.withTracer(tracer))
  const { close, events, server, session, world } = stage.make(name, { name, keepAlive: {}, within })
  const call = (effect: Effect.Effect<unknown, unknown>) => {
    world.fork(within(Effect.exit(effect)))
    world.advance("6 minutes")
  }
  call(Effect.all([session.ping, session.open]))
  call(session.execute(GetBalance))
  world.advance("20 minutes")
  server.next("ping", Scripted.broken("Timeout"), Scripted.err("777"))
  call(session.ping)
  server.expire()
  call(session.ping)
  server.next("getbalance", Scripted.err("001"), Scripted.err("no code"))
  call(session.execute(GetBalance))
  call(session.use(() => Effect.fail("mine")))
  server.always("ping", Scripted.broken("Timeout"))
  world.advance("20 minutes")
  server.always("ping")
  world.now(session.reset)
  server.always("auth", Scripted.broken("Timeout"))
  call(session.open)
  server.always("auth", Scripted.err("001"))
  call(session.open)
  close()
  world.advance("1 second")
  accounts.stage(name, {}, {}, within)
  return { events: [...events, ...shared(name)], spans, series: read(name) }
}
