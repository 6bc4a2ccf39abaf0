import { assert, describe } from "@effect/vitest"
import type * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import { AuthFailed } from "@effect-clickatell/core/Errors"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import {
  Array as Arr,
  DateTime,
  Duration,
  Effect,
  Fiber,
  Logger,
  LogLevel,
  Metric,
  Order,
  Stream,
  TestClock,
  Tracer
} from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Options } from "./support.ts"
import { fails, GetBalance, mutating, outcome, secrets, seeded, SendMsg, start, succeeds } from "./support.ts"

const watched = (server: Scripted.Server, options: Options = {}, keepAlive?: KeepAlive.Options) =>
  Effect.gen(function* () {
    const session = yield* start(server, options, keepAlive)
    const events: Array<SessionEvent> = []
    const queue = yield* session.subscribe
    yield* Effect.forkScoped(Effect.forever(Effect.map(queue.take, (event) => events.push(event))))
    return { session, events }
  })

const shown = (event: SessionEvent) =>
  [
    DateTime.toEpochMillis(event.at) / 1000,
    event._tag,
    `#${event.generation}`,
    ...("error" in event ? [event.error, event.reason ?? "-"] : []),
    ...("operation" in event ? [event.operation, Duration.toMillis(event.delay)] : []),
    ...("idle" in event ? [Duration.toSeconds(event.idle), Duration.toSeconds(event.age)] : [])
  ].join(" ")

describe("status", () => {
  it.virtual("tells the state, the generation, the idle time, the last success and the last error", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const read = Effect.map(session.status, ({ idle, lastSuccess, ...rest }) => ({
        ...rest,
        idle: idle && Duration.toMillis(idle),
        lastSuccess: lastSuccess && DateTime.toEpochMillis(lastSuccess)
      }))
      const fresh = { state: "Idle", generation: 0, health: "Healthy", lastError: undefined } as const
      assert.deepStrictEqual(yield* read, { ...fresh, idle: undefined, lastSuccess: undefined })

      const caller = yield* Effect.fork(session.ping)
      yield* TestClock.adjust("50 millis")
      assert.deepStrictEqual(yield* read, {
        ...fresh,
        state: "Authenticating",
        idle: undefined,
        lastSuccess: undefined
      })
      yield* TestClock.adjust("50 millis")
      assert.deepStrictEqual(yield* read, { ...fresh, state: "Ready", generation: 1, idle: 100, lastSuccess: 0 })
      yield* TestClock.adjust("900 millis")
      yield* Fiber.join(caller)
      assert.deepStrictEqual(yield* read, { ...fresh, state: "Ready", generation: 1, idle: 900, lastSuccess: 100 })

      server.next("sendmsg", Scripted.broken("Timeout"))
      yield* fails(session.execute(SendMsg({ text: "hi" })))
      const degraded = { health: "Degraded", lastError: "TransportError" } as const
      assert.deepStrictEqual(yield* read, { state: "Ready", generation: 1, ...degraded, idle: 1900, lastSuccess: 100 })

      yield* TestClock.adjust("14 minutes")
      assert.deepInclude(yield* read, { state: "Idle", generation: 1, ...degraded })

      server.next("auth", Scripted.err("004"))
      yield* fails(session.ping)
      assert.deepInclude(yield* read, { state: "Rejected", generation: 1, lastError: "AuthFailed" })
      yield* session.reset
      yield* succeeds(session.ping)
      assert.deepInclude(yield* read, { state: "Ready", generation: 2, health: "Healthy", lastError: "AuthFailed" })
    })
  )

  it.virtual("is worse after what tells of the service, and not after what a caller got wrong", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      const health = (answer: Scripted.Answer, operation: "sendmsg" | "ping") =>
        Effect.gen(function* () {
          server.always(operation, answer)
          yield* fails(operation === "ping" ? session.check : session.execute(SendMsg({ text: "hi" })))
          server.always(operation)
          const { health, lastError } = yield* session.status
          yield* succeeds(session.check)
          assert.strictEqual((yield* session.status).health, "Healthy")
          return `${health} ${lastError}`
        })
      assert.strictEqual(yield* health(Scripted.down, "sendmsg"), "Degraded TransportError")
      assert.strictEqual(yield* health(Scripted.body("hi"), "sendmsg"), "Degraded MalformedReply")
      assert.strictEqual(yield* health(Scripted.err("301"), "sendmsg"), "Healthy ApiError")
      assert.strictEqual(yield* health(Scripted.fault("Client"), "sendmsg"), "Healthy SoapFault")
      assert.strictEqual(yield* health(Scripted.err("901"), "ping"), "Degraded ApiError")
      assert.strictEqual(yield* health(Scripted.fault("Server"), "ping"), "Degraded SoapFault")
    })
  )

  it.virtual("is worse while the credentials cannot be read, or a login fails", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { credentials: Effect.fail("sealed") })
      yield* fails(session.ping)
      const { health, lastError, state } = yield* session.status
      assert.deepStrictEqual(
        { health, lastError, state },
        { health: "Degraded", lastError: "AuthFailed", state: "Idle" }
      )
      const other = yield* start(server)
      server.next("auth", Scripted.err("777"))
      yield* fails(other.ping)
      assert.strictEqual((yield* other.status).health, "Degraded")
    })
  )

  it.virtual("takes no notice of an error of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.open)
      const refusal = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted", code: "001" })
      for (const error of [{ _tag: "Mine", password: "x" }, "just text", null, refusal]) {
        yield* outcome(session.use(() => Effect.fail(error)))
        const { health, lastError, state } = yield* session.status
        assert.deepStrictEqual(
          { health, lastError, state },
          { health: "Healthy", lastError: undefined, state: "Ready" }
        )
      }
    })
  )
})

describe("events", () => {
  it.virtual("tell each turn once, with its time and generation", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session } = yield* watched(server)
      yield* succeeds(session.ping)
      server.next("ping", Scripted.status(503), Scripted.status(503))
      yield* succeeds(session.ping, "9 seconds")
      server.expire()
      yield* succeeds(session.ping)
      server.expire()
      server.next("auth", Scripted.err("108"))
      yield* TestClock.adjust("1 minute")
      yield* succeeds(Effect.zipRight(Effect.flip(session.ping), session.reset))
      assert.deepStrictEqual(events.map(shown), [
        "0 Authenticating #0",
        "0.1 Authenticated #1",
        "0.2 Pinged #1",
        "1.1 Degraded #1 TransportError Status",
        "1.1 Retrying #1 TransportError Status ping 483",
        "1.683 Retrying #1 TransportError Status ping 815",
        "2.598 Recovered #1",
        "2.598 Pinged #1",
        "10.1 Refused #1 AuthFailed SessionNotAccepted 7.602 10.1",
        "10.1 Authenticating #1",
        "10.2 Authenticated #2",
        "10.3 Pinged #2",
        "71.1 Refused #2 AuthFailed SessionNotAccepted 60.9 61",
        "71.1 Authenticating #2",
        "71.2 Rejected #2 AuthFailed InvalidApiId",
        "71.2 Reset #2"
      ])
    }).pipe(seeded("events"))
  )

  it.virtual("tell of a service that takes back its sessions", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("ping", Scripted.err("001"))
      const { events, session } = yield* watched(server)
      yield* fails(session.ping)
      assert.deepStrictEqual(events.map(shown), [
        "0 Authenticating #0",
        "0.1 Authenticated #1",
        "0.2 Refused #1 AuthFailed SessionNotAccepted 0.2 0.2",
        "0.2 Authenticating #1",
        "0.3 Authenticated #2",
        "0.4 Refused #2 AuthFailed SessionNotAccepted 0.2 0.2",
        "0.4 Rejected #2 AuthFailed SessionFlapping"
      ])
    })
  )

  it.virtual("announce no retry that does not happen", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session } = yield* watched(server, {}, {})
      yield* succeeds(session.ping)
      server.always("auth", Scripted.err("001"))
      server.expire()
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["Authenticating", "Authenticated", "Pinged", "Skipped", "Refused", "Authenticating", "Rejected"]
      )
    }).pipe(seeded("announce"))
  )

  it.virtual("begin where they are asked for, reach every reader, and end with Closed", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { early, late } = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* start(server)
          const early = yield* Effect.forkDaemon(Stream.runCollect(session.events))
          yield* succeeds(session.ping)
          const late = yield* Effect.forkDaemon(Stream.runCollect(session.events))
          yield* TestClock.adjust("1 second")
          return { early, late }
        })
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(early))].map(({ _tag }) => _tag),
        ["Authenticating", "Authenticated", "Pinged", "Closed"]
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(late))].map(({ _tag }) => _tag),
        ["Closed"]
      )
    })
  )

  it.virtual("are lost, the oldest first, to a reader that does not keep up, and hold up nobody", () =>
    Effect.gen(function* () {
      const server = Scripted.make({ latency: 0 })
      const session = yield* start(server)
      const seen: Array<string> = []
      const reader = Stream.runForEach(session.events, (event) =>
        Effect.zipRight(
          Effect.sleep("1 hour"),
          Effect.sync(() => seen.push(event._tag))
        )
      )
      yield* Effect.forkScoped(reader)
      yield* TestClock.adjust(1)
      yield* Effect.repeatN(session.reset, 2999)
      yield* TestClock.adjust("2 hours")
      assert.strictEqual(seen.length, 2)
    })
  )
})

describe("changes", () => {
  it.virtual("begin with the status now, follow each event, and end with the session", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const changes = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* start(server)
          const changes = yield* Effect.forkDaemon(Stream.runCollect(session.changes))
          yield* TestClock.adjust(1)
          yield* succeeds(session.open)
          server.expire()
          yield* TestClock.adjust("10 seconds")
          yield* fails(session.check)
          return changes
        })
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(changes))].map(({ generation, state }) => `${state} ${generation}`),
        ["Idle 0", "Authenticating 0", "Ready 1", "Idle 1", "Closed 1"]
      )
    })
  )
})

const read = (session: string) =>
  Effect.map(Metric.snapshot, (snapshot) =>
    Object.fromEntries(
      snapshot.flatMap(({ metricKey: { name, tags }, metricState }) => {
        const labels = tags.map(({ key, value }) => [key, value] as const)
        if (!name.startsWith("clickatell.") || !labels.some(([, value]) => value === session)) return []
        const rest = labels.flatMap(([key, value]) => (key === "clickatell.session.name" ? [] : [`${key}=${value}`]))
        const value =
          "count" in metricState ? metricState.count : "value" in metricState ? metricState.value : undefined
        return [[[name.replace("clickatell.session.", ""), ...rest].join(" "), value]]
      })
    )
  )

describe("metrics", () => {
  it.virtual("count logins, keep-alives and replays by outcome, and gauge generation, health and idle time", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { name: "metrics" }, {})
      server.next("auth", Scripted.down)
      yield* succeeds(session.ping, "10 seconds")
      server.expire()
      yield* TestClock.adjust("1 minute")
      yield* succeeds(session.ping)
      yield* TestClock.adjust("7 minutes")
      yield* succeeds(session.execute(GetBalance))
      yield* TestClock.adjust("10 minutes")
      server.next("ping", Scripted.down)
      yield* TestClock.adjust("10 minutes")
      server.expire()
      server.always("auth", Scripted.err("001"))
      yield* TestClock.adjust("10 minutes")
      const { idle, ...rest } = yield* read("metrics")
      assert.deepStrictEqual(rest, {
        "logins outcome=error": 1,
        "logins outcome=ok": 2,
        "logins outcome=rejected": 1,
        "keepalives outcome=ok": 4,
        "keepalives outcome=skipped": 1,
        "keepalives outcome=refused": 2,
        "keepalives outcome=error": 1,
        replays: 1,
        generation: 2,
        healthy: 0
      })
      assert.isAbove(Number(idle), 480)
      assert.isBelow(Number(idle), 601)
    }).pipe(seeded("metrics"))
  )

  it.virtual("gauge bad health", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { name: "bad health" })
      server.next("auth", Scripted.err("777"))
      yield* fails(session.ping)
      assert.strictEqual((yield* read("bad health"))["healthy"], 0)
    })
  )

  it.virtual("measure each logical call in seconds, retries included", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.always("measured", Scripted.err("777"))
      const command = { ...GetBalance, operation: "measured" }
      yield* fails(session.execute(command))
      server.always("measured", Scripted.broken("Timeout"))
      yield* fails(session.execute(command), "10 seconds")
      server.always("measured", Scripted.reply("OK:"))
      yield* succeeds(session.execute(command))
      const histograms = (yield* Metric.snapshot).flatMap(({ metricKey, metricState }) => {
        const tags = Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value]))
        return metricKey.name === "rpc.client.call.duration" && tags["rpc.method"]?.endsWith("/measured") === true
          ? [{ tags, sum: "sum" in metricState ? metricState.sum : undefined }]
          : []
      })
      const base = {
        "rpc.system.name": "soap",
        "rpc.method": "clickatell.Webservice/measured",
        "server.address": "soap.example",
        "server.port": "443"
      }
      const sorted = Arr.sortWith(histograms, ({ sum }) => Number(sum), Order.number)
      assert.deepStrictEqual(
        sorted.map(({ tags }) => tags),
        [
          { ...base, "rpc.status_code": "OK" },
          { ...base, "rpc.status_code": "777", "error.type": "777" },
          { ...base, "error.type": "Timeout" }
        ]
      )
      assert.approximately(Number(sorted[0]?.sum), 0.1, 0.001)
      assert.approximately(Number(sorted[1]?.sum), 0.2, 0.001)
      assert.isAbove(Number(sorted[2]?.sum), 1)
    }).pipe(seeded("measured"))
  )
})

const captured = <A, E, R>(effect: Effect.Effect<A, E, R>, level = LogLevel.Info) => {
  const lines: Array<string> = []
  const logger = Logger.make<unknown, void>(({ annotations, logLevel, message }) => {
    const given = Arr.sort(
      Arr.map([...annotations], ([key, value]) => `${key}=${String(value)}`),
      Order.string
    )
    lines.push(`${logLevel.label} ${String(message)} ${given.join(" ")}`)
  })
  return effect.pipe(
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(level),
    Effect.as(lines)
  )
}

const from = (generation: number) =>
  `generation=${generation} module=Session package=@effect-clickatell/core session=logs`

describe("logs", () => {
  it.virtual.skipIf(mutating)("are written on edges only", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.gen(function* () {
          const server = Scripted.make()
          const session = yield* start(server, { name: "logs" }, {})
          yield* succeeds(session.ping)
          yield* Effect.repeatN(succeeds(session.ping, 100), 20)
          server.always("ping", Scripted.status(503))
          yield* Effect.repeatN(fails(session.ping, "5 seconds"), 10)
          server.always("ping")
          yield* succeeds(session.ping)
          yield* Effect.repeatN(succeeds(session.ping, 100), 20)
          server.expire()
          yield* succeeds(session.ping)
          server.expire()
          server.always("auth", Scripted.err("001"))
          yield* TestClock.adjust("1 minute")
          yield* Effect.repeatN(fails(session.ping), 20)
          yield* TestClock.adjust("1 day")
        })
      )
      assert.deepStrictEqual(lines, [
        `INFO authenticated ${from(1)}`,
        `WARN degraded: TransportError Status ${from(1)}`,
        `INFO recovered ${from(1)}`,
        `INFO refused: AuthFailed SessionNotAccepted: the next use authenticates ${from(1)}`,
        `INFO authenticated ${from(2)}`,
        `INFO refused: AuthFailed SessionNotAccepted: the next use authenticates ${from(2)}`,
        `ERROR rejected: AuthFailed BadCredentials: nothing more is sent until the session is reset or the credentials change ${from(2)}`
      ])
    }).pipe(seeded("logs"))
  )

  it.virtual("tell more at the level of debugging", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.scoped(
          Effect.gen(function* () {
            const server = Scripted.make()
            const session = yield* start(server, { name: "logs" }, {})
            yield* succeeds(session.open)
            yield* TestClock.adjust("5 minutes")
            yield* succeeds(session.execute(GetBalance))
            server.next("ping", Scripted.down)
            yield* TestClock.adjust("15 minutes")
          })
        ),
        LogLevel.Debug
      )
      assert.deepStrictEqual(lines, [
        `DEBUG authenticating ${from(0)}`,
        `INFO authenticated ${from(1)}`,
        `DEBUG skipped a ping: the session was used ${from(1)}`,
        `WARN degraded: TransportError Connect ${from(1)}`,
        `DEBUG retrying ping after TransportError Connect ${from(1)}`,
        `INFO recovered ${from(1)}`,
        `DEBUG pinged ${from(1)}`,
        `DEBUG closed ${from(1)}`
      ])
    }).pipe(seeded("debug"))
  )

  it.virtual("show a keep-alive that broke", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.gen(function* () {
          const server = Scripted.make()
          const session = yield* start(server, { name: "logs" }, {})
          yield* succeeds(session.ping)
          server.next("ping", Scripted.dies)
          yield* TestClock.adjust("10 minutes")
        })
      )
      assert.include(
        lines,
        "ERROR the keep-alive loop broke and starts again module=KeepAlive package=@effect-clickatell/core"
      )
      assert.include(lines, `WARN degraded: Defect ${from(1)}`)
    }).pipe(seeded("broke"))
  )
})

const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const spans: Array<Tracer.Span> = []
    const events: Array<unknown> = []
    const tracer = Tracer.make({
      span: (name, parent, context, links, startTime, kind) => {
        const attributes = new Map<string, unknown>()
        const span: Tracer.Span = {
          _tag: "Span",
          spanId: String(spans.length),
          traceId: "trace",
          sampled: true,
          status: { _tag: "Started", startTime },
          name,
          parent,
          context,
          links,
          kind,
          attributes,
          attribute: (key, value) => void attributes.set(key, value),
          // A log line becomes an event of the span that it is written in.
          event: (name, _, annotations) => void events.push({ name, annotations }),
          addLinks: () => {},
          end: () => {}
        }
        spans.push(span)
        return span
      },
      context: (run) => run()
    })
    yield* Effect.withTracer(effect, tracer)
    return { spans, events }
  })

describe("spans", () => {
  it.virtual("are one for each logical call, whatever it took", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const { events, spans } = yield* traced(
        Effect.gen(function* () {
          server.next("auth", Scripted.down)
          server.next("ping", Scripted.status(503), Scripted.err("001"))
          yield* succeeds(session.ping, "20 seconds")
          server.next("ping", Scripted.err("777"))
          yield* outcome(session.check)
          server.next("getbalance", Scripted.broken("Tls"))
          yield* outcome(session.execute(GetBalance))
          server.next("getbalance", Scripted.body("hi"))
          yield* outcome(session.execute({ ...GetBalance, idempotent: false }))
          server.next("getbalance", Scripted.dies)
          yield* outcome(session.execute(GetBalance))
          server.next("getbalance", Scripted.never)
          const caller = yield* Effect.fork(session.execute(GetBalance))
          yield* TestClock.adjust("1 second")
          yield* Fiber.interrupt(caller)
          server.next("getbalance", Scripted.fault("Client"))
          yield* outcome(session.execute(GetBalance))
        })
      )
      const base = { "rpc.system.name": "soap", "server.address": "soap.example", "server.port": 443 }
      const get = { ...base, "rpc.method": "clickatell.Webservice/getbalance" }
      const ping = { ...base, "rpc.method": "clickatell.Webservice/ping" }
      assert.deepStrictEqual(
        spans.map(({ attributes, kind, name }) => [name, kind, Object.fromEntries(attributes)]),
        [
          [ping["rpc.method"], "client", { ...ping, "rpc.status_code": "OK" }],
          [ping["rpc.method"], "client", { ...ping, "rpc.status_code": "777", "error.type": "777" }],
          [get["rpc.method"], "client", { ...get, "error.type": "Tls" }],
          [get["rpc.method"], "client", { ...get, "error.type": "NotWellFormed" }],
          [get["rpc.method"], "client", { ...get, "error.type": "Defect" }],
          [get["rpc.method"], "client", { ...get, "error.type": "Interrupted" }],
          [get["rpc.method"], "client", { ...get, "error.type": "SoapFault" }]
        ]
      )
      const text = JSON.stringify([events, spans.map((span) => [...span.attributes, span.name])])
      for (const secret of [...Object.values(secrets), "decafbad"]) assert.notInclude(text, secret)
    }).pipe(seeded("spans"))
  )
})

describe("health, asked for 100 times a second during an outage", () => {
  it.virtual("sends nothing of its own and tells the truth", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.always("ping", Scripted.down)
      yield* outcome(session.check)
      const before = server.log.length
      const polls = Effect.replicateEffect(Effect.zipLeft(session.status, TestClock.adjust("10 millis")), 500)
      const statuses = yield* polls
      assert.isTrue(statuses.every(({ health, state }) => health === "Degraded" && state === "Ready"))
      assert.strictEqual(server.log.length, before)
    })
  )
})
