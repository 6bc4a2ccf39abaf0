// What a session tells without being asked over the network: its status, its events, its metrics, its masked XML.
import { Credentials, Printable, Session, SessionEvent, Tap } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Effect, Either, Fiber, Layer, Metric, MetricState, Stream } from "effect"
import * as assert from "node:assert/strict"

// #region readiness
/** Reads memory alone, so that a probe costs the service nothing, and each state of the session has one answer. */
const isReady = Effect.map(
  Effect.flatMap(Session.Session, ({ status }) => status),
  ({ health, state }) => state !== "Rejected" && state !== "Closed" && health === "Healthy"
)
// #endregion

// #region events
/** An alarm for the one event that needs a person. */
const alarm = Effect.flatMap(Session.Session, ({ events }) =>
  Stream.runForEach(Stream.filter(events, SessionEvent.SessionEvent.$is("Rejected")), ({ generation, reason }) =>
    Effect.logFatal(`Clickatell does not let us in: ${reason} after session ${generation}`)
  )
)
// #endregion

// #region tap
/** Each exchange for human eyes; parallel ones are told apart by their number. */
const Tapped = Tap.layer(({ id, operation, outcome, request }) =>
  Effect.logDebug(
    `exchange ${id}: ${operation}`,
    request,
    Either.match(outcome, {
      onLeft: ({ message }) => message,
      // As one line that no terminal obeys, and all of it.
      onRight: ({ body }) => Printable.escape(body, Infinity)
    })
  )
)
// #endregion

const Service = Session.layer({
  name: "example",
  credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
}).pipe(Layer.provide(Tapped), Layer.provide(Emulator.layerTransport()), Layer.provideMerge(Emulator.layer()))

// #region metrics
/** The counters of one session, as an exporter would see them. */
const counters = (name: string) =>
  Effect.map(Metric.snapshot, (metrics) =>
    metrics.flatMap(({ metricKey, metricState }) => {
      const tags = new Map(metricKey.tags.map(({ key, value }) => [key, value]))
      return tags.get("clickatell.session.name") === name && MetricState.isCounterState(metricState)
        ? [`${metricKey.name} ${tags.get("outcome") ?? ""} ${metricState.count}`]
        : []
    })
  )
// #endregion

export const program = Effect.gen(function* () {
  const session = yield* Session.Session
  const alarms = yield* Effect.fork(alarm)
  yield* session.ping
  assert.equal(yield* isReady, true)
  assert.deepEqual(
    new Set(yield* counters("example")),
    new Set(["clickatell.session.logins ok 1", "clickatell.session.keepalives ok 1"])
  )
  yield* Fiber.interrupt(alarms)
}).pipe(Effect.provide(Service))
