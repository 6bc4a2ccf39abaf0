import { assert, describe, it } from "@effect/vitest"
import { Cause, Chunk, Duration, Effect, Logger, LogLevel, Schedule, Scope, Stream } from "effect"
import { inspect } from "node:util"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { GetBalance, secrets } from "./support.ts"
import { recorder } from "./tracing.ts"

const logIn = (stage: Stage) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

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
