// What an OpenTelemetry collector is sent of each way in which a call can end, with the layer of docs/examples/opentelemetry.ts.
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { withDeadline } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, it } from "@effect/vitest"
import { Effect, Layer, Logger, LogLevel } from "effect"
import { collect, telemetry } from "../docs/examples/opentelemetry.ts"
import { sessionId } from "./core/scriptedTransport.ts"
import { credentials, secrets, SendMsg } from "./core/support.ts"
import type { Span } from "./otlp.ts"
import * as otlp from "./otlp.ts"

const send = Effect.flatMap(Session.Session, ({ execute }) => execute(SendMsg({ text: "hi" })))

/** A call after which the service answers so, once. */
const meeting = (fault: Fault.Fault) =>
  Effect.flatMap(Emulator.Emulator, ({ fail }) => Effect.zipRight(fail(fault, { operation: "sendmsg" }), send))

/** What a careless server repeats of the request of a call, and of a login. */
const [id, echo] = [sessionId(2), Object.values(secrets).join(" ")]

interface Case {
  readonly call: Effect.Effect<unknown, unknown, Session.Session | Emulator.Emulator>
  /** The attributes that the outcome gives to the span of the call. */
  readonly outcome: Readonly<Record<string, string>>
}

const failed = (type: string, code?: string): Case["outcome"] => ({
  "error.type": type,
  ...(code === undefined ? {} : { "rpc.status_code": code })
})

const cases: Readonly<Record<string, Case>> = {
  ok: { call: send, outcome: { "rpc.status_code": "OK" } },
  "refused, and sent again": {
    call: Effect.flatMap(Emulator.Emulator, ({ expireSessions }) => Effect.zipRight(expireSessions, send)),
    outcome: { "rpc.status_code": "OK" }
  },
  "an error of the service": {
    call: meeting(Fault.reply(`ERR: 301, no credit for ${id}`)),
    outcome: failed("301", "301")
  },
  "a fault": { call: meeting(Fault.fault("Client", { reason: id })), outcome: failed("SoapFault") },
  "no SOAP": { call: meeting(Fault.raw(`<html>${id}</html>`)), outcome: failed("NotSoap") },
  "a status": { call: meeting(Fault.status(503)), outcome: failed("Status") },
  "a connection that breaks": { call: meeting(Fault.reset), outcome: failed("Reset") },
  "a time-out": { call: withDeadline(meeting(Fault.hang), "50 millis"), outcome: failed("Timeout") },
  "a caller that gives up": {
    call: Effect.timeout(meeting(Fault.hang), "50 millis"),
    outcome: failed("Interrupted")
  },
  rejected: {
    call: Effect.gen(function* () {
      const { expireSessions, fail } = yield* Emulator.Emulator
      yield* fail(Fault.reply(`ERR: 001, Authentication failed: ${echo}`), { operation: "auth" })
      yield* expireSessions
      return yield* send
    }),
    outcome: failed("001", "001")
  }
}

/** Runs the cases one after the other, each in a span of its name, and gives what a collector was sent. */
const exported = Effect.gen(function* () {
  const { baseUrl, received } = yield* collect
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const layers = KeepAlive.layer().pipe(
    Layer.provideMerge(
      Session.layer({
        name: "exported",
        credentials: Effect.succeed(credentials()),
        loginBudget: { spacing: "1 millis" }
      })
    ),
    Layer.provide(HttpTransport.layerFetch({ endpoint: endpoint("document-literal") })),
    Layer.provideMerge(telemetry(baseUrl))
  )
  yield* Effect.forEach(
    Object.entries(cases),
    ([name, { call }]) => Effect.exit(Effect.withSpan(Effect.scoped(call), name)),
    { discard: true }
  ).pipe(Effect.provide(layers))
  return received
}).pipe(
  Logger.withMinimumLogLevel(LogLevel.All),
  Effect.provide(
    Layer.provideMerge(
      EmulatorServer.layer(),
      Emulator.layer({ credentials: secrets, sessionId, commands: { sendmsg: () => "OK:" } })
    )
  ),
  Effect.provide(Logger.remove(Logger.defaultLogger)),
  Effect.scoped
)

const sort = ({ gauge, histogram, sum }: otlp.Metric) =>
  sum?.isMonotonic === true ? "counter" : gauge ? "gauge" : histogram ? "histogram" : "of no kind"

const isOurs = (key: string) => /^(?:rpc|server|error)\./.test(key)

const [internal, client] = [1, 3]
const [fine, failure] = [1, 2]

/** What there is to compare of a span: its own attributes but for the port, which is another one each time. */
const shown = ({ attributes, kind, status }: Span) => ({
  kind,
  status: status.code,
  attributes: Object.fromEntries(Object.entries(attributes).filter(([key]) => isOurs(key) && key !== "server.port"))
})

const base = (operation: string) => ({
  "rpc.system.name": "soap",
  "rpc.method": `clickatell.Webservice/${operation}`,
  "server.address": "127.0.0.1"
})

it.live("docs/examples/opentelemetry.ts exports a span for each outcome, its metrics, and no secret", () =>
  Effect.gen(function* () {
    const received = yield* exported
    const spans = otlp.spans(received)
    const within = (name: string) => {
      const around = spans.find((span) => span.name === name)
      return spans.filter(({ parentSpanId }) => around !== undefined && parentSpanId === around.spanId)
    }
    for (const [name, { outcome }] of Object.entries(cases)) {
      const [call, ...others] = within(name)
      assert.deepStrictEqual([call?.name, others.length], ["clickatell.Webservice/sendmsg", 0], name)
      assert.deepStrictEqual(
        call && shown(call),
        {
          kind: client,
          // Effect's exporters take an interruption for no error.
          status: ["Interrupted", undefined].includes(outcome["error.type"]) ? fine : failure,
          attributes: { ...base("sendmsg"), ...outcome }
        },
        name
      )
    }

    const logins = spans.filter(({ name }) => name === "clickatell.Webservice/auth")
    assert.deepStrictEqual(
      logins.map((span) => [span.parentSpanId, shown(span)]),
      ["OK", "OK", "001"].map((code) => [
        undefined,
        {
          kind: client,
          status: code === "OK" ? fine : failure,
          attributes: { ...base("auth"), "rpc.status_code": code, ...(code === "OK" ? {} : { "error.type": code }) }
        }
      ])
    )
    const waits = spans.filter(({ name }) => name === "clickatell.session.login")
    assert.deepStrictEqual(
      waits.map(({ kind, links, status }) => [kind, status.code, links.map(({ spanId }) => spanId)]),
      logins.map(({ spanId, status }) => [internal, status.code, [spanId]])
    )
    // The rest is what the cases have around them: nothing of the HTTP client's.
    assert.lengthOf(spans, 2 * Object.keys(cases).length + logins.length + waits.length)

    const metrics = new Map(otlp.metrics(received).map((metric) => [metric.name, `${sort(metric)}, ${metric.unit}`]))
    assert.deepInclude(Object.fromEntries(metrics), {
      "rpc.client.call.duration": "histogram, s",
      "clickatell.session.logins": "counter, 1",
      "clickatell.session.replays": "counter, 1",
      "clickatell.session.state": "gauge, 1",
      "clickatell.session.idle": "gauge, s"
    })

    const text = received.map(({ body }) => body).join("\n")
    for (const secret of [...Object.values(secrets), "decafbad"]) assert.notInclude(text, secret)
    for (const shown of ["rejected: AuthFailed", "no credit for"]) assert.include(text, shown)
  })
)
