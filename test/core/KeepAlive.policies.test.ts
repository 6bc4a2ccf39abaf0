import { assert, describe, it } from "@effect/vitest"
import type { Credentials } from "@effect-clickatell/core/Credentials"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { Duration, Effect, Layer, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting, Stage } from "./stage.ts"
import { ended, gaps, make } from "./stage.ts"
import { credentials, GetBalance, isQuick, rounds } from "./support.ts"

/** A session that is kept alive, and logged in at 0. */
const alive = (seed: string, keepAlive: KeepAlive.Options = {}, setting: Setting = {}) => {
  const stage = make(seed, { ...setting, keepAlive })
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
  return stage
}

const state = ({ session, world }: Stage) => world.now(session.status).state

const least = (times: ReadonlyArray<number>) => Math.min(...gaps(times))

const forever = Schedule.forever

describe("with Schedule.forever as every policy, the keep-alive", () => {
  const everywhere = { schedule: forever, retry: forever, renewal: forever }

  it("pings no more than each 30 seconds while that succeeds", () => {
    const stage = alive("forever, success", everywhere)
    stage.world.advance("20 minutes")
    assert.isAbove(stage.sent("ping"), 30)
    assert.isAtLeast(least(stage.times("ping")), 30)
  })

  it.skipIf(isQuick).each([
    ["fail at once", Scripted.reset],
    ["time out", Scripted.slow("15 seconds", Scripted.broken("Timeout"))],
    ["are answered by a proxy", Scripted.status(403)],
    ["are answered by a portal", Scripted.body("<html/>")],
    ["are answered with a fault", Scripted.fault("Server")],
    ["break the transport", Scripted.dies],
    ["are interrupted in the transport", () => Effect.interrupt]
  ])("sends pings that %s no more than each second, and logs in within the budget", (_, answer) => {
    const stage = alive("forever, failing pings", everywhere)
    stage.server.always("ping", answer)
    stage.world.advance("20 minutes")
    assert.isAtLeast(least(stage.times("ping")), 1)
    assert.isAtMost(stage.sent("auth"), 5)
  })

  it.each([
    ["time out", Scripted.broken("Timeout")],
    ["find no connection", Scripted.down],
    ["are answered by a proxy", Scripted.status(403)],
    ["break the transport", Scripted.dies]
  ])("sends logins that %s no more than the budget allows, and tells no more than one retry a second", (_, answer) => {
    const stage = alive("forever, failing logins", everywhere)
    stage.server.expire()
    stage.server.always("auth", answer)
    stage.world.advance("20 minutes")
    const logins = stage.times("auth").slice(1)
    assert.isAtLeast(least(logins), 10)
    assert.isAtMost(stage.tags().filter((tag) => tag === "Retrying").length, 1200)
  })

  it("renews one that has reached its age no more than each second while that fails", () => {
    const stage = alive("forever, retirement", everywhere, {
      maxAge: "20 minutes",
      loginBudget: { spacing: 1, limit: 1e6 }
    })
    stage.world.advance("17 minutes")
    stage.server.always("auth", Scripted.down)
    stage.world.advance("3 minutes")
    assert.isAtLeast(least(stage.times("auth").slice(1)), 1)
  })

  it("sends nothing once the session is rejected", () => {
    const stage = alive("forever, rejected", everywhere)
    stage.server.always("ping", Scripted.err("004"))
    stage.world.advance("10 hours")
    assert.deepStrictEqual([state(stage), stage.sent("ping"), stage.sent("auth")], ["Rejected", 1, 1])
    assert.strictEqual(stage.tags().at(-1), "Rejected")
  })
})

describe("what the service asks for in Retry-After", () => {
  it("is waited for before the next ping", () => {
    const stage = alive("ping retry after", { retry: forever })
    stage.server.next("ping", Scripted.status(503, "2 minutes"))
    stage.world.advance("20 minutes")
    assert.isAtLeast(gaps(stage.times("ping"))[0] ?? 0, 120)
  })

  it("is waited for before the next login", () => {
    const stage = alive("renewal retry after", { renewal: forever })
    stage.server.expire()
    stage.server.next("auth", Scripted.status(429, "17 minutes"))
    stage.world.advance("1 hour")
    assert.isAtLeast(gaps(stage.times("auth"))[1] ?? 0, 17 * 60)
    assert.strictEqual(state(stage), "Ready")
  })

  it("is waited for by the renewal too where the session ends before that", () => {
    const stage = alive("beyond the end")
    stage.server.next("ping", Scripted.status(503, "1 hour"))
    stage.world.advance("2 hours")
    const [pinged = 0] = stage.times("ping")
    assert.isAtLeast((stage.times("auth")[1] ?? 0) - pinged, 3600)
  })
})

describe("an idle session", () => {
  it("of a service that restarts every ten minutes is never rejected, however often", () => {
    const stage = alive("restarts")
    for (let turn = 0; turn < rounds(72); turn++) {
      stage.server.expire()
      stage.world.advance("10 minutes")
    }
    assert.notInclude(stage.tags(), "Rejected")
    const caller = stage.world.fork(stage.session.execute(GetBalance))
    stage.world.advance("5 seconds")
    assert.strictEqual(ended(caller), "ok")
  })

  it("of a service that keeps sessions for 8 minutes is never rejected, for a day, and says how idle each was", () => {
    const stage = alive("short lives", {}, { service: { life: "8 minutes" } })
    stage.world.advance("24 hours")
    const losses = stage.events.filter((event) => event._tag === "Refused")
    assert.notInclude(stage.tags(), "Rejected")
    assert.isAbove(losses.length, 100)
    for (const { age, idle } of losses) {
      assert.isTrue(Duration.greaterThan(idle, "8 minutes"))
      assert.isTrue(Duration.greaterThanOrEqualTo(age, idle))
    }
  })

  it("whose service is away for an hour is back a minute and a half after it, at the latest", () => {
    const stage = alive("away for an hour")
    stage.world.advance("5 minutes")
    stage.server.expire()
    for (const operation of ["auth", "ping"]) stage.server.always(operation, Scripted.down)
    stage.world.advance("1 hour")
    for (const operation of ["auth", "ping"]) stage.server.always(operation)
    stage.world.advance("90 seconds")
    assert.strictEqual(state(stage), "Ready")
    assert.strictEqual(stage.tags().filter((tag) => tag === "Degraded").length, 1)
  })
})

describe("each look", () => {
  it("renews a session that is lost, though a call succeeded since the one before", () => {
    const stage = alive("lost after use")
    stage.world.advance("4 minutes")
    stage.world.fork(stage.session.execute(GetBalance))
    stage.world.advance("1 minute")
    stage.server.expire()
    stage.server.next("auth", Scripted.broken("Tls"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("5 minutes")
    assert.notInclude(stage.tags(), "Skipped")
    assert.strictEqual(state(stage), "Ready")
  })

  it("at a lost session sends nothing where it is to be renewed by its next use", () => {
    const stage = alive("lost and lazy", { onExpired: "lazy" })
    stage.world.advance("4 minutes")
    stage.server.expire()
    stage.server.next("auth", Scripted.broken("Tls"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 minute")
    const before = stage.server.log.length
    stage.world.advance("5 hours")
    assert.strictEqual(stage.server.log.length, before)
    stage.world.fork(stage.session.open)
    stage.world.advance("11 minutes")
    assert.strictEqual(stage.server.log.at(-1)?.split(" ")[1], "ping")
  })
})

describe("a session that is renewed ahead of its age", () => {
  it("is used until its end where the credentials were refused meanwhile, and rejected then, without another login", () => {
    const stage = alive("refused ahead", {}, { maxAge: "1 hour" })
    stage.server.always("auth", Scripted.err("001"))
    stage.world.advance("58 minutes")
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("20 seconds")
    assert.deepStrictEqual([ended(caller), state(stage), stage.sent("auth")], ["ok", "Ready", 2])
    stage.world.advance("20 hours")
    assert.deepStrictEqual([state(stage), stage.sent("auth")], ["Rejected", 2])
  })

  it("serves its callers while the provider of the next one hangs", () => {
    const reads: Array<Effect.Effect<Credentials>> = [Effect.succeed(credentials()), Effect.never]
    const provider = Effect.suspend(() => reads.shift() ?? Effect.succeed(credentials()))
    const stage = alive("hanging ahead", {}, { maxAge: "1 hour", credentials: provider })
    while (reads.length > 0) stage.world.advance("1 second")
    const caller = stage.world.fork(stage.session.execute(GetBalance))
    stage.world.advance("1 second")
    assert.deepStrictEqual([ended(caller), state(stage)], ["ok", "Ready"])
    stage.world.advance("3 minutes")
    assert.strictEqual(stage.sent("auth"), 2)
  })
})

describe("a schedule", () => {
  it("that waits for longer than the session lives pings before its end", () => {
    const stage = alive("too long", { schedule: Schedule.spaced("3 hours") })
    stage.world.advance("10 hours")
    assert.isAtMost(Math.max(...gaps(stage.times("ping"))), 14 * 60)
    assert.strictEqual(stage.sent("auth"), 1)
  })

  it.each<[string, Effect.Effect<number>]>([
    ["dies", Effect.die("schedule")],
    ["interrupts itself", Effect.interrupt]
  ])("that %s is told in the status, and asked again no more than each second", (_, delay) => {
    let asked = 0
    const stage = alive("broken schedule", {
      schedule: Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () =>
        Effect.zipRight(
          Effect.sync(() => (asked += 1)),
          delay
        )
      )
    })
    stage.world.advance("1 hour")
    assert.isAbove(asked, 50)
    assert.isBelow(asked, 100)
    assert.strictEqual(stage.world.now(stage.session.status).lastError, "Defect")
  })

  it("that hangs holds up nobody who uses the session", () => {
    const stage = alive("hanging schedule", {
      schedule: Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () => Effect.never)
    })
    stage.world.advance("1 hour")
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
  })

  it("that calls the session back goes on", () => {
    let ping: Effect.Effect<void, unknown> = Effect.void
    const stage = alive("calls back", {
      schedule: Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () =>
        Effect.suspend(() => Effect.as(Effect.exit(ping), "5 minutes"))
      )
    })
    ping = stage.session.ping
    stage.world.advance("1 hour")
    assert.isAbove(stage.sent("ping"), 10)
  })
})

describe("after a rejection", () => {
  it("a reset and one use are enough for the keep-alive to go on", () => {
    const stage = alive("goes on")
    stage.server.next("ping", Scripted.err("004"))
    stage.world.advance("1 hour")
    assert.strictEqual(state(stage), "Rejected")
    stage.world.now(stage.session.reset)
    stage.world.fork(stage.session.open)
    stage.world.advance("1 hour")
    assert.isAbove(stage.sent("ping"), 4)
  })

  it("a reset in the middle of a failing ping leaves one loop, which renews", () => {
    const stage = alive("reset in a look")
    stage.server.next("ping", Scripted.never)
    stage.world.advance(Duration.seconds(600))
    stage.world.now(stage.session.reset)
    stage.world.advance("1 hour")
    assert.strictEqual(stage.sent("auth"), 2)
    assert.isAtLeast(least(stage.times("ping").slice(1)), 480)
  })
})

const building = (keepAlive: KeepAlive.Options, session: Partial<Session.Options> = {}) => {
  const { server, world } = make("layer")
  const base = Session.layer({ credentials: Effect.succeed(credentials()), ...session })
  const layer = KeepAlive.layer(keepAlive).pipe(Layer.provide(base), Layer.provide(server.layer))
  return ended(world.fork(Effect.mapError(Effect.scoped(Layer.build(layer)), ({ _op }) => _op)))
}

describe("the layer", () => {
  const schedule = Schedule.spaced("1 minute")

  it.each<[string, KeepAlive.Options, Partial<Session.Options>, string]>([
    ["takes a schedule on a session of 5 minutes", { schedule }, { life: "5 minutes" }, "ok"],
    ["takes a schedule beside an interval that it does not use", { schedule, interval: "20 minutes" }, {}, "ok"],
    ["takes a schedule on a session of 40 seconds", { schedule }, { life: "40 seconds", margin: "5 seconds" }, "ok"],
    ["takes no options on a session of 5 minutes", {}, { life: "5 minutes" }, "ok"],
    ["takes no options on a session of a minute", {}, { life: "1 minute", margin: "5 seconds" }, "ok"],
    ["refuses an interval of 14 minutes", { interval: "14 minutes" }, {}, "InvalidData"],
    ["refuses an interval below the floor", { interval: "20 seconds" }, {}, "InvalidData"],
    ["refuses a floor that outlasts the session", { schedule, floor: "14 minutes" }, {}, "InvalidData"]
  ])("%s", (_, keepAlive, session, expected) => {
    assert.strictEqual(building(keepAlive, session), expected)
  })

  it("refuses a session that was wrapped, with a ConfigError that says so", () => {
    const { session, world } = make("wrapped")
    const layer = KeepAlive.layer().pipe(Layer.provide(Layer.succeed(Session.Session, { ...session })))
    const error = world.now(Effect.flip(Effect.scoped(Layer.build(layer))))
    assert.deepStrictEqual(error._op === "InvalidData" ? error.path : error._op, ["session"])
    assert.include(String(error), "Session.make")
  })
})
