import { assert, describe } from "@effect/vitest"
import { Array as Arr, Duration, Effect, Fiber, Metric, Option, Order, TestClock } from "effect"
import { inspect } from "node:util"
import { isIn, read } from "./metrics.ts"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { credentials, fails, GetBalance, outcome, secrets, seeded, start, succeeds } from "./support.ts"
import { recorder } from "./recorder.ts"

describe("metrics", () => {
  it.virtual("count logins, keep-alives and replays by outcome, and gauge generation, health and idle time", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { name: "metrics" }, {})
      server.next("auth", Scripted.down, Scripted.down)
      yield* succeeds(session.ping, "30 seconds")
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
      const { age, idle, ...rest } = yield* read("metrics")
      assert.deepStrictEqual(rest, {
        "logins outcome=error": 2,
        "logins outcome=ok": 2,
        "logins outcome=rejected": 1,
        "keepalives outcome=ok": 4,
        "keepalives outcome=skipped": 1,
        "keepalives outcome=refused": 2,
        "keepalives outcome=error": 1,
        replays: 1,
        generation: 2,
        healthy: 0,
        ...isIn("rejected")
      })
      assert.deepStrictEqual([age, idle], [0, Duration.toSeconds((yield* session.status).idle ?? 0)])
    }).pipe(seeded("metrics"))
  )

  it.virtual("count no commands as keep-alives, and no login that was not sent", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let sealed = true
      const provider = Effect.suspend(() => (sealed ? Effect.fail("sealed") : Effect.succeed(credentials())))
      const session = yield* start(server, { name: "commands", credentials: provider })
      yield* fails(session.open)
      sealed = false
      server.next("getbalance", Scripted.broken("Tls"), Scripted.err("001"), Scripted.err("777"))
      const command = { ...GetBalance, idempotent: false }
      yield* fails(session.execute(command))
      yield* fails(session.execute(command))
      const { age: _age, idle: _idle, ...rest } = yield* read("commands")
      assert.deepStrictEqual(rest, {
        "logins outcome=ok": 2,
        replays: 1,
        generation: 2,
        healthy: 1,
        ...isIn("ready")
      })
    })
  )

  it.virtual("gauge health at its edges", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { name: "edges" })
      const healthy = Effect.map(read("edges"), (values) => values["healthy"])
      yield* succeeds(session.open)
      const before = yield* healthy
      server.next("getbalance", Scripted.err("777"))
      yield* fails(session.execute(GetBalance))
      const unharmed = yield* healthy
      server.next("ping", Scripted.broken("Tls"))
      yield* fails(session.check)
      const degraded = yield* healthy
      yield* succeeds(session.check)
      const recovered = yield* healthy
      server.next("ping", Scripted.err("004"))
      yield* fails(session.check)
      assert.deepStrictEqual([before, unharmed, degraded, recovered, yield* healthy], [1, 1, 0, 1, 0])
    })
  )

  it.virtual("say what they count", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, { name: "described" })
      yield* succeeds(session.open)
      server.next("ping", Scripted.broken("Tls"), Scripted.err("001"))
      yield* fails(session.check)
      yield* succeeds(session.ping)
      const described = (yield* Metric.snapshot).flatMap(({ metricKey: { description, name } }) =>
        name.startsWith("clickatell.session.") ? [[name, Option.getOrElse(description, () => "").length > 10]] : []
      )
      assert.deepStrictEqual(Object.fromEntries(described), {
        "clickatell.session.logins": true,
        "clickatell.session.keepalives": true,
        "clickatell.session.replays": true,
        "clickatell.session.generation": true,
        "clickatell.session.healthy": true,
        "clickatell.session.idle": true,
        "clickatell.session.age": true,
        "clickatell.session.state": true
      })
    }).pipe(seeded("described"))
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
        "server.port": "443",
        unit: "s"
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

describe("spans", () => {
  it.virtual("are one for each logical call, whatever it took", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      const { spans, told, tracer } = recorder()
      yield* Effect.withTracer(
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
        }),
        tracer
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
      const text = inspect([told, spans.map((span) => [...span.attributes, span.name])], { depth: 12 })
      for (const secret of [...Object.values(secrets), "decafbad"]) assert.notInclude(text, secret)
    }).pipe(seeded("spans"))
  )
})
