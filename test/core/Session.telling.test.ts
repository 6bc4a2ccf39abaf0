import { assert, describe, it } from "@effect/vitest"
import type { Exit } from "effect"
import { Cause, Chunk, Duration, Effect, Logger, LogLevel, Schedule, Scope, Stream, Tracer } from "effect"
import { inspect } from "node:util"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { credentials, GetBalance, secrets } from "./support.ts"

const logIn = (stage: Stage) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

interface Seen {
  readonly name: string
  readonly parent: string | undefined
  readonly links: Array<string>
  readonly attributes: Map<string, unknown>
  exit: Exit.Exit<unknown, unknown> | undefined
  startedAt: bigint
  endedAt: bigint
}

/** Remembers the spans of whatever is run with it, each known by its name and number. */
const recorder = () => {
  const spans: Array<Seen> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const spanId = `${name} ${spans.filter((it) => it.name.startsWith(name)).length + 1}`
      const seen: Seen = {
        name: spanId,
        parent: parent._tag === "Some" ? parent.value.spanId : undefined,
        links: links.map(({ span }) => span.spanId),
        attributes: new Map(),
        exit: undefined,
        startedAt: startTime,
        endedAt: startTime
      }
      spans.push(seen)
      return {
        _tag: "Span",
        spanId,
        traceId: "trace",
        sampled: true,
        status: { _tag: "Started", startTime },
        name,
        parent,
        context,
        links,
        kind,
        attributes: seen.attributes,
        attribute: (key, value) => void seen.attributes.set(key, value),
        event: () => {},
        addLinks: (more) => void seen.links.push(...more.map(({ span }) => span.spanId)),
        end: (endTime, exit) => {
          seen.endedAt = endTime
          seen.exit = exit
        }
      }
    },
    context: (run) => run()
  })
  return {
    spans,
    within: Effect.withTracer(tracer),
    named: (name: string) => spans.filter((span) => span.name.startsWith(name))
  }
}

const trees = (spans: ReadonlyArray<Seen>) =>
  spans.map(({ links, name, parent }) => [name, parent ?? "root", ...links.map((link) => `-> ${link}`)].join(" "))

describe("spans", () => {
  it("of a login have no parent, whoever asked first, and the waiting of each caller is linked to it", () => {
    const { named, within } = recorder()
    const stage = make("login spans", { within, service: { latency: "2 seconds" } })
    const call = (name: string) => stage.world.fork(within(Effect.withSpan(stage.session.open, name)))
    call("first")
    call("second")
    stage.world.advance("5 seconds")
    assert.deepStrictEqual(trees(named("clickatell.Webservice/auth")), ["clickatell.Webservice/auth 1 root"])
    assert.deepStrictEqual(trees(named("clickatell.session.open")), [
      "clickatell.session.open 1 first 1",
      "clickatell.session.open 2 second 1"
    ])
    assert.deepStrictEqual(trees(named("clickatell.session.login")), [
      "clickatell.session.login 1 clickatell.session.open 1 -> clickatell.Webservice/auth 1",
      "clickatell.session.login 2 clickatell.session.open 2 -> clickatell.Webservice/auth 1"
    ])
    const [login] = named("clickatell.Webservice/auth")
    assert.strictEqual(login && Number(login.endedAt - login.startedAt) / 1e9, 2)
  })

  it("of a login are no part of the span in which its session was built", () => {
    const { named, within } = recorder()
    const stage = make("built in a span", {
      within: (effect) => within(Effect.withSpan(effect, "build")),
      keepAlive: {}
    })
    logIn(stage)
    stage.world.advance("10 minutes")
    for (const operation of ["auth", "ping"])
      assert.deepStrictEqual(trees(named(`clickatell.Webservice/${operation}`)), [
        `clickatell.Webservice/${operation} 1 root`
      ])
  })

  it("of what callers share, and of the provider, are no part of it either", () => {
    const { named, within } = recorder()
    const stage = make("shared, built in a span", {
      within: (effect) => within(Effect.withSpan(effect, "build")),
      credentials: Effect.withSpan(Effect.sync(credentials), "provider")
    })
    stage.world.fork(within(stage.session.ping))
    stage.world.advance("1 second")
    for (const name of ["provider", "clickatell.session.login", "clickatell.session.ping"])
      assert.deepStrictEqual(
        named(name).map(({ parent }) => parent),
        [undefined],
        name
      )
  })

  it("of a wait for a login that was never sent are linked to no earlier one", () => {
    const { named, within } = recorder()
    const stage = make("unsent login", { within })
    logIn(stage)
    stage.world.now(stage.session.reset)
    stage.server.next("auth", Scripted.err("777"))
    stage.world.fork(within(stage.session.open))
    stage.world.advance("20 seconds")
    assert.deepStrictEqual(named("clickatell.session.login").at(-1)?.links, ["clickatell.Webservice/auth 2"])
  })

  it("of a wait in which the provider failed are linked to no login", () => {
    const { named, within } = recorder()
    let fails = false
    const stage = make("unread credentials", {
      within,
      credentials: Effect.suspend(() => (fails ? Effect.fail("vault") : Effect.succeed(credentials())))
    })
    logIn(stage)
    fails = true
    stage.world.now(stage.session.reset)
    stage.world.fork(within(stage.session.open))
    stage.world.advance("20 seconds")
    assert.deepStrictEqual(named("clickatell.session.login").at(-1)?.links, [])
  })

  it("of a use name its failure and hold neither the caller's error nor its value", () => {
    const { named, within } = recorder()
    const stage = make("use span", { within })
    stage.world.fork(within(stage.session.use((id) => Effect.fail({ _tag: "Mine", text: secrets.password, id }))))
    stage.world.advance("1 second")
    const [use] = named("clickatell.session.use")
    assert.strictEqual(use?.attributes.get("error.type"), "Mine")
    assert.notInclude(inspect(use?.exit, { depth: 20 }), secrets.password)
  })

  it("of the keep-alive's pings belong to no trace of whoever built the layer", () => {
    const { named, within } = recorder()
    const stage = make("keep-alive spans", { keepAlive: {}, within: (it) => within(Effect.withSpan(it, "startup")) })
    logIn(stage)
    stage.world.advance("1 hour")
    const pings = named("clickatell.Webservice/ping")
    assert.isAbove(pings.length, 4)
    assert.deepStrictEqual([...new Set(pings.map(({ parent }) => parent))], [undefined])
  })

  it("of 100 callers of one ping are all linked to its one request", () => {
    const { named, within } = recorder()
    const stage = make("ping spans", { within })
    logIn(stage)
    crowd(stage.world, 100, within(stage.session.ping))
    stage.world.advance("1 second")
    const calls = named("clickatell.Webservice/ping")
    assert.strictEqual(calls.length, 100)
    assert.deepStrictEqual([...new Set(calls.flatMap(({ links }) => links))], ["clickatell.session.ping 1"])
  })
})

describe("events", () => {
  it("are all there for a reader that subscribed before and begins to read long after", () => {
    const stage = make("subscribed in time")
    const scope = stage.world.now(Scope.make())
    const queue = stage.world.now(Scope.extend(stage.session.subscribe, scope))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    stage.world.now(stage.session.reset)
    stage.close()
    const tags = stage.world.now(
      Stream.fromQueue(queue).pipe(Stream.take(5), Stream.runCollect, Effect.map(Chunk.toArray))
    )
    assert.deepStrictEqual(
      tags.map(({ _tag }) => _tag),
      ["Authenticating", "Authenticated", "Pinged", "Reset", "Closed"]
    )
  })

  it("tell the begin of each login request, retries of one included", () => {
    const stage = make("begins")
    stage.server.next("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.open)
    stage.world.advance("20 seconds")
    assert.deepStrictEqual(stage.tags(), [
      "Authenticating",
      "Degraded",
      "Retrying",
      "Authenticating",
      "Authenticated",
      "Recovered"
    ])
  })

  it("tell a loss by our own count once, with how idle and how old the session was", () => {
    const stage = make("expiry")
    logIn(stage)
    stage.world.fork(stage.session.execute(GetBalance))
    stage.world.advance("20 minutes")
    crowd(stage.world, 50, stage.session.check)
    const losses = stage.events.filter((event) => event._tag === "Expired")
    assert.lengthOf(losses, 1)
    assert.deepStrictEqual(
      losses.flatMap(({ age, idle }) => [idle, age].map(Duration.toSeconds)),
      [1200, 1201]
    )
  })

  it("of a retry name the error that is retried, and not the one before it", () => {
    const stage = make("retried error", { keepAlive: { renewal: Schedule.spaced("5 seconds") } })
    logIn(stage)
    stage.server.expire()
    stage.server.always("auth", Scripted.broken("Timeout"))
    stage.world.advance("12 minutes")
    const retried = stage.events.flatMap((event) =>
      event._tag === "Retrying" ? [`${event.error} ${event.reason}`] : []
    )
    const budget = "AuthFailed LoginBudgetExceeded"
    assert.deepStrictEqual(new Set(retried), new Set(["TransportError Timeout", budget]))
    assert.isAtLeast(retried.filter((it) => it !== budget).length, stage.sent("auth") - 2)
  })

  it("tell one Degraded and one Recovered for a hundred calls that fail at once", () => {
    const stage = make("edges")
    logIn(stage)
    stage.server.always("getbalance", Scripted.broken("Tls"))
    crowd(stage.world, 100, stage.session.execute(GetBalance))
    stage.world.advance("1 second")
    stage.server.always("getbalance")
    crowd(stage.world, 100, stage.session.execute(GetBalance))
    stage.world.advance("1 second")
    assert.deepStrictEqual(stage.tags(), ["Authenticating", "Authenticated", "Degraded", "Recovered"])
  })

  it("are told where an exchange interrupts itself as for any other broken one", () => {
    const stage = make("interrupted exchange")
    logIn(stage)
    stage.server.next("getbalance", () => Effect.interrupt)
    const caller = stage.world.fork(stage.session.execute({ ...GetBalance, idempotent: false }))
    stage.world.advance("1 second")
    assert.deepStrictEqual([ended(caller), stage.tags().at(-1)], ["TransportError Reset", "Degraded"])
  })
})

describe("health", () => {
  it("is not good while rejected, nor after the reset until something works", () => {
    const stage = make("health")
    const health = () => stage.world.now(stage.session.status).health
    stage.server.next("auth", Scripted.err("001"))
    logIn(stage)
    assert.strictEqual(health(), "Degraded")
    stage.world.now(stage.session.reset)
    assert.strictEqual(health(), "Degraded")
    logIn(stage)
    assert.strictEqual(health(), "Healthy")
    assert.include(stage.tags(), "Recovered")
  })
})

describe("a logger that throws", () => {
  it("costs no caller anything, and the session goes on", () => {
    const logger = Logger.make(() => {
      throw new Error("disk full")
    })
    const noisy = <A, E>(effect: Effect.Effect<A, E>) =>
      effect.pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
    const stage = make("broken logger", { within: noisy, keepAlive: {} })
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("1 hour")
    stage.server.expire()
    callers.push(stage.world.fork(stage.session.ping))
    stage.world.advance("1 second")
    assert.deepStrictEqual(ends(callers), ["ok"])
  })
})

describe("no log, span or fiber that nobody watches shows a secret", () => {
  const id = Scripted.sessionId(1)
  const leaks: ReadonlyArray<readonly [string, (stage: Stage) => Effect.Effect<unknown, unknown>]> = [
    ["a caller's error", ({ session }) => session.use(() => Effect.fail(new Error(`${secrets.password} ${id}`)))],
    ["a caller's defect", ({ session }) => session.use(() => Effect.die(new Error(`${secrets.password} ${id}`)))],
    [
      "a predicate's defect",
      ({ session }) =>
        session.use(
          () => Effect.fail("mine"),
          () => {
            throw new Error(`${secrets.password} ${id}`)
          }
        )
    ],
    [
      "a transport that dies of a ping",
      ({ server, session }) => {
        server.always("ping", ({ xml }) => Effect.die(new Error(xml)))
        return session.ping
      }
    ],
    [
      "a transport that dies of a login",
      ({ server, session }) => {
        server.always("auth", ({ xml }) => Effect.die(new Error(xml)))
        return Effect.zipRight(session.reset, session.ping)
      }
    ],
    [
      "a transport that dies of a command",
      ({ server, session }) => {
        server.always("getbalance", ({ xml }) => Effect.die(new Error(xml)))
        return session.execute(GetBalance)
      }
    ],
    [
      "a reply that repeats the request",
      ({ server, session }) => {
        server.always("ping", Scripted.err("777", `no such session: ${id}`))
        return session.ping
      }
    ]
  ]

  it.each(leaks)("when it comes from %s", (_, call) => {
    const lines: Array<string> = []
    const logger = Logger.make(({ annotations, cause, message }) => {
      lines.push(inspect(message, { depth: 9 }), Cause.pretty(cause), inspect(annotations, { depth: 9 }))
    })
    const { spans, within } = recorder()
    const watched = <A, E>(effect: Effect.Effect<A, E>) =>
      within(effect).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
    const stage = make("secrets", { within: watched, keepAlive: {} })
    logIn(stage)
    stage.world.fork(watched(Effect.exit(call(stage))))
    stage.world.advance("1 hour")
    stage.close()
    const shown = [...lines, ...spans.map((span) => inspect(span, { depth: 20 }))].join("\n")
    assert.include(shown, "authenticated")
    for (const secret of [secrets.password, secrets.user, secrets.apiId, id]) assert.notInclude(shown, secret)
  })
})
