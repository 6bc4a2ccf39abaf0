import { assert, describe } from "@effect/vitest"
import { Duration, Effect, Schedule, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { GetBalance, isQuick, seeded, succeeds } from "./support.ts"
import { alive, at } from "./keptAlive.ts"
import { gaps } from "./stage.ts"

describe("a ping that fails", () => {
  it.virtual("three times with a reset is tried again after 5, 15 and 45 seconds: no login, two edges of health", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session, tags } = yield* alive(server)
      server.next("ping", Scripted.reset, Scripted.reset, Scripted.reset)
      yield* TestClock.adjust("12 minutes")
      assert.deepStrictEqual(tags(), [
        "Authenticating",
        "Authenticated",
        "Degraded",
        "Retrying",
        "Retrying",
        "Retrying",
        "Recovered",
        "Pinged"
      ])
      const pings = at(server, "ping")
      assert.strictEqual(pings.length, 4)
      assert.strictEqual(at(server, "auth").length, 1)
      for (const [index, delay] of [5, 15, 45].entries()) {
        const pause = (gaps(pings)[index] ?? 0) - 0.1
        assert.isAtLeast(pause, 0.8 * delay)
        assert.isAtMost(pause, delay + 0.002)
      }
      const announced = events.flatMap((event) => (event._tag === "Retrying" ? [Duration.toSeconds(event.delay)] : []))
      assert.deepStrictEqual(
        announced.map((delay) => Math.round(delay * 1000)),
        gaps(pings).map((pause) => Math.round((pause - 0.1) * 1000))
      )
      assert.isTrue(events.every((event) => !("error" in event) || event.error === "TransportError"))
      const { health, state } = yield* session.status
      assert.deepStrictEqual({ health, state }, { health: "Healthy", state: "Ready" })
    }).pipe(seeded("three resets"))
  )

  it.virtual("goes on being tried, every 60 seconds less up to a fifth, for as long as the session may live", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.always("ping", Scripted.down)
      yield* TestClock.adjust("20 minutes")
      const pings = at(server, "ping")
      assert.isBelow(pings.at(-1) ?? 0, 840)
      assert.isAbove(pings.at(-1) ?? 0, 775)
      assert.isTrue(
        gaps(pings)
          .slice(3)
          .every((pause) => pause >= 48 && pause <= 60.2)
      )
      assert.strictEqual((yield* session.status).state, "Idle")
      assert.strictEqual((yield* session.status).health, "Degraded")
    }).pipe(seeded("on and on"))
  )

  it.virtual.skipIf(isQuick)("is not tried again when another call has succeeded meanwhile", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("getbalance", Scripted.reply("OK:"))
      const { session, tags } = yield* alive(server)
      server.next("ping", Scripted.reset, Scripted.reset)
      yield* TestClock.adjust("479 seconds")
      yield* Effect.repeat(TestClock.adjust("1 second"), { until: () => at(server, "ping").length === 2 })
      yield* succeeds(session.execute(GetBalance))
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(at(server, "ping").length, 2)
      assert.include(tags(), "Skipped")
    }).pipe(seeded("meanwhile"))
  )

  it.virtual("with an answer that is no refusal is tried again too, by a policy of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { retry: Schedule.intersect(Schedule.recurs(2), Schedule.spaced("7 seconds")) })
      server.always("ping", Scripted.err("777"))
      yield* TestClock.adjust("13 minutes")
      const pings = at(server, "ping")
      assert.deepStrictEqual(
        gaps(pings).map((pause) => Math.round(pause * 1000)),
        [7100, 7100]
      )
    }).pipe(seeded("own policy"))
  )
})

describe("20 minutes without a network", () => {
  it.virtual("end a session by our own count, without a ping of a dead session, and cost one login", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.setTime(20 * 60_000)
      assert.isTrue(at(server, "ping").every((time) => time < 840))
      assert.isTrue(
        at(server, "auth")
          .slice(1)
          .every((time) => time >= 840)
      )
      server.always("ping")
      server.always("auth")
      const before = at(server, "auth").length
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(at(server, "auth").length - before, 1)
      const { generation, health, state } = yield* session.status
      assert.deepStrictEqual({ generation, health, state }, { generation: 2, health: "Healthy", state: "Ready" })
    }).pipe(seeded("20 minutes"))
  )

  it.virtual("leave the login to the next use in lazy mode, however long nobody uses it", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.always("ping", Scripted.down)
      yield* TestClock.setTime(20 * 60_000)
      server.always("ping")
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(at(server, "auth").length, 1)
      assert.isTrue(at(server, "ping").every((time) => time < 840))
      yield* succeeds(session.ping)
      assert.strictEqual(at(server, "auth").length, 2)
      const pings = at(server, "ping").length
      yield* TestClock.adjust("1 hour")
      assert.isAtLeast(at(server, "ping").length - pings, 6)
    }).pipe(seeded("lazy"))
  )
})

describe("hours without a network", () => {
  it.virtual.skipIf(isQuick)("are met with one login attempt a minute at most, within the budget", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { tags } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.adjust("3 hours")
      const logins = at(server, "auth").slice(1)
      assert.isAtLeast(logins.length, 130)
      assert.isAtLeast(Math.min(...gaps(logins)), 60)
      assert.isAtMost(Math.max(...gaps(logins)), 72.2)
      assert.strictEqual(tags().filter((tag) => tag === "Degraded").length, 1)
      server.always("ping")
      server.always("auth")
      yield* TestClock.adjust("2 minutes")
      assert.strictEqual(tags().filter((tag) => tag === "Recovered").length, 1)
    }).pipe(seeded("hours"))
  )

  it.virtual.skipIf(isQuick)("leave room for the logins of callers, who share the budget", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server)
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.broken("Timeout"))
      yield* Effect.forkScoped(Effect.forever(Effect.delay(Effect.ignore(session.ping), "7 seconds")))
      yield* TestClock.adjust("40 minutes")
      const logins = at(server, "auth")
      assert.isAtMost(Math.max(...logins.map((from) => logins.filter((to) => to >= from && to < from + 300).length)), 5)
      server.always("ping")
      server.always("auth")
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual((yield* session.status).state, "Ready")
    }).pipe(seeded("shared"))
  )

  it.virtual("are met by a renewal policy of the caller's own", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server, {}, { renewal: Schedule.intersect(Schedule.recurs(2), Schedule.spaced("10 minutes")) })
      server.always("ping", Scripted.down)
      server.always("auth", Scripted.down)
      yield* TestClock.adjust("6 hours")
      assert.deepStrictEqual(gaps(at(server, "auth").slice(1)).map(Math.round), [600, 600])
    })
  )
})
