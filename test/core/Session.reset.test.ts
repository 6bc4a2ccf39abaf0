import { assert, describe, it } from "@effect/vitest"
import { Effect, Schedule } from "effect"
import { begin, logIn, moments } from "./moments.ts"
import * as Scripted from "./scriptedTransport.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { credentials, GetBalance, ownTimers } from "./support.ts"

describe("a reset", () => {
  for (const moment of moments) {
    it(`${moment.name} moves those who wait to a new login, in under a second`, () => {
      const { callers, stage } = begin(moment)
      stage.world.now(stage.session.reset)
      stage.world.advance("900 millis")
      assert.deepStrictEqual(ends(callers), ["ok"])
      assert.notInclude(stage.tags(), "Rejected")
      const next = stage.world.fork(stage.session.ping)
      stage.world.advance("1 second")
      assert.strictEqual(ended(next), "ok")
    })
  }

  for (const moment of moments) {
    it(`${moment.name} does so too where nothing can interrupt the caller`, () => {
      const { callers, stage } = begin(moment, Effect.uninterruptible)
      stage.world.now(stage.session.reset)
      stage.world.advance("900 millis")
      assert.deepStrictEqual(ends(callers), ["ok"])
    })
  }

  it("while a rejected session's provider is read is not undone by what that finds", () => {
    let times = 0
    const stage = make("reset at an appeal", {
      credentials: Effect.suspend(() =>
        Effect.delay(Effect.succeed(credentials()), (times += 1) === 2 ? "10 seconds" : 0)
      )
    })
    stage.server.next("auth", Scripted.err("001"))
    logIn(stage)
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("5 seconds")
    stage.world.now(stage.session.reset)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(stage.world.now(stage.session.status).state, "Ready")
  })

  it("lets no late answer of the old epoch reject, renew or open anything", () => {
    const stage = make("late answers")
    logIn(stage)
    stage.server.next("getbalance", Scripted.slow("5 seconds", Scripted.err("001")))
    stage.server.next("ping", Scripted.slow("5 seconds", Scripted.err("004")))
    const callers = [Effect.asVoid(stage.session.execute(GetBalance)), stage.session.ping].map((call) =>
      stage.world.fork<void, unknown>(call)
    )
    stage.world.advance("1 second")
    stage.world.now(stage.session.reset)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(stage.sent("auth"), 2)
    assert.deepStrictEqual(stage.tags(), [
      "Authenticating",
      "Authenticated",
      "Reset",
      "Authenticating",
      "Authenticated",
      "Pinged"
    ])
  })

  it("is told, and is enough after a rejection and after flapping", () => {
    const stage = make("second chances")
    stage.server.next("auth", Scripted.err("001"))
    logIn(stage)
    stage.world.advance("1 minute")
    stage.world.now(stage.session.reset)
    stage.server.next("ping", Scripted.err("001"), Scripted.err("001"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("10 minutes")
    assert.strictEqual(stage.world.now(stage.session.status).state, "Rejected")
    stage.world.now(stage.session.reset)
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
    assert.strictEqual(stage.tags().filter((tag) => tag === "Reset").length, 2)
  })

  it.each(["ping", "open"] as const)(
    "before each of a hundred tries of %s leaves the login budget as it is",
    (name) => {
      const stage = make("reset in a loop")
      stage.server.always("auth", Scripted.err("001"))
      const call = stage.session[name]
      const caller = stage.world.fork(
        Effect.retry(
          Effect.tapError(call, () => stage.session.reset),
          { times: 100 }
        )
      )
      stage.world.advance("1 second")
      assert.strictEqual(ended(caller), "AuthFailed LoginBudgetExceeded")
      assert.isAtMost(stage.sent("auth"), 2)
    }
  )

  it("each second for a quarter of an hour sends no more than five logins in five minutes", () => {
    const stage = make("reset each second")
    stage.world.fork(Effect.repeat(stage.session.reset, Schedule.spaced("1 second")))
    stage.world.fork(Effect.repeat(Effect.exit(stage.session.ping), Schedule.spaced("1 second")))
    stage.world.advance("15 minutes")
    const times = stage.times("auth")
    assert.isAbove(times.length, 5)
    for (const at of times) assert.isAtMost(times.filter((it) => it >= at && it < at + 300).length, 5)
  })

  it("with nothing under way sends nothing", () => {
    const stage = make("reset alone")
    logIn(stage)
    stage.world.now(stage.session.reset)
    stage.world.advance("1 hour")
    assert.deepStrictEqual([stage.server.log.length, stage.world.timers()], [1, ownTimers])
  })

  it("of a closed session changes nothing", () => {
    const stage = make("reset after close")
    stage.close()
    stage.world.now(stage.session.reset)
    assert.deepStrictEqual([stage.tags(), stage.world.now(stage.session.status).state], [["Closed"], "Closed"])
  })
})
