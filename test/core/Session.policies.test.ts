import { assert, describe, it } from "@effect/vitest"
import { AuthFailed } from "@effect-clickatell/core/Errors"
import { DateTime, Effect, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { crowd, ended, ends, gaps, make } from "./stage.ts"
import type { Service } from "./support.ts"
import { credentials, GetBalance, SendMsg } from "./support.ts"

const logIn = (stage: Stage) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

const forever = Schedule.forever

describe("connections refused for 30 seconds", () => {
  it("cost no more than the ten seconds between two logins, though callers ask each second", () => {
    const stage = make("refused connections")
    const { server, session, world } = stage
    server.always("auth", Scripted.down)
    for (let second = 0; second < 30; second++) {
      world.fork(session.ping)
      world.advance("1 second")
    }
    server.always("auth")
    const callers = Array.from({ length: 15 }, () => {
      const caller = world.fork(session.ping)
      world.advance("1 second")
      return caller
    })
    world.advance("10 seconds")
    assert.include(callers.map(ended), "ok")
  })

  it("do so for one caller with a policy of its own, who asks more than five times", () => {
    const stage = make("refused often", { loginRetry: Schedule.spaced("3 seconds") })
    stage.server.always("auth", Scripted.down)
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("30 seconds")
    assert.isAbove(stage.sent("auth"), 5)
    stage.server.always("auth")
    stage.world.advance("4 seconds")
    assert.strictEqual(ended(caller), "ok")
  })

  it("do not hide what did reach the service: five time-outs still end in a spent budget", () => {
    const stage = make("some reached", { loginRetry: Schedule.spaced("1 second") })
    stage.server.next("auth", Scripted.broken("Timeout"), Scripted.down, Scripted.broken("Timeout"), Scripted.down)
    stage.server.always("auth", Scripted.broken("Timeout"))
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("30 seconds")
    assert.deepStrictEqual([ended(caller), stage.sent("auth")], ["AuthFailed LoginBudgetExceeded", 7])
  })
})

describe("a login policy without end", () => {
  it.each([
    ["each second", Schedule.spaced("1 second")],
    ["at once", forever]
  ])("that retries %s ends with the budget for everybody who waits, in seconds", (_, loginRetry) => {
    const stage = make("login policy", { loginRetry })
    stage.server.always("auth", Scripted.broken("Timeout"))
    const callers = crowd(stage.world, 100, stage.session.ping)
    stage.world.advance("10 seconds")
    assert.deepStrictEqual(ends(callers), ["AuthFailed LoginBudgetExceeded"])
    assert.strictEqual(stage.sent("auth"), 5)
    assert.isAtLeast(Math.min(...gaps(stage.times("auth"))), 1)
  })

  it("keeps nobody waiting for minutes either while connections are refused", () => {
    const stage = make("login policy, refused", { loginRetry: Schedule.spaced("1 second") })
    stage.server.always("auth", Scripted.down)
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("5 minutes")
    assert.notInclude(ends(callers), "waiting")
  })
})

describe("the login budget", () => {
  it("is asked before the provider, and says when it lifts", () => {
    let read = 0
    const stage = make("budget first", {
      credentials: Effect.sync(() => {
        read += 1
        return credentials()
      }),
      loginRetry: Schedule.stop
    })
    stage.server.always("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    const caller = stage.world.fork(Effect.flip(stage.session.ping))
    const error = stage.world.now(caller)
    assert.strictEqual(read, 1)
    assert.instanceOf(error, AuthFailed)
    assert.strictEqual(error instanceof AuthFailed && error.retryAt && DateTime.toEpochMillis(error.retryAt), 10_000)
  })

  it("ends a flight for all of its callers, and the next one after it lifts logs in", () => {
    const stage = make("budget lifts", { loginRetry: Schedule.spaced("1 second") })
    stage.server.always("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("10 seconds")
    stage.server.always("auth")
    const early = stage.world.fork(stage.session.ping)
    stage.world.advance("291 seconds")
    const late = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.deepStrictEqual([ended(early), ended(late)], ["AuthFailed LoginBudgetExceeded", "ok"])
  })
})

describe("a retry policy without end", () => {
  it.each(["ping", "getbalance"])(
    "sends %s again after 0.4 seconds at the earliest, but for the first time",
    (name) => {
      const stage = make("retry forever", { retry: forever })
      logIn(stage)
      stage.server.always(name, Scripted.broken("Timeout"))
      stage.world.fork<unknown, unknown>(name === "ping" ? stage.session.ping : stage.session.execute(GetBalance))
      stage.world.advance("1 minute")
      assert.isAtLeast(Math.min(...gaps(stage.times(name)).slice(1)), 0.4)
    }
  )

  it("never sends a command again that is not idempotent", () => {
    const stage = make("not idempotent", { retry: forever })
    logIn(stage)
    stage.server.always("sendmsg", Scripted.broken("Timeout"))
    const caller = stage.world.fork(stage.session.execute(SendMsg({ text: "hello" })))
    stage.world.advance("1 minute")
    assert.deepStrictEqual([ended(caller), stage.sent("sendmsg")], ["TransportError Timeout", 1])
  })

  it("never retries a refusal of who we are", () => {
    const stage = make("no retry of a refusal", { retry: forever, loginRetry: forever })
    stage.server.always("auth", Scripted.err("001"))
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 minute")
    assert.deepStrictEqual([ended(caller), stage.sent("auth")], ["AuthFailed BadCredentials 001", 1])
  })
})

describe("what the service asks for in Retry-After", () => {
  const policies = { retry: Schedule.spaced("1 milli"), loginRetry: Schedule.spaced("1 milli") }
  const calls: ReadonlyArray<readonly [string, (session: Service) => Effect.Effect<unknown, unknown>]> = [
    ["auth", (it) => it.open],
    ["ping", (it) => it.ping],
    ["getbalance", (it) => it.execute(GetBalance)]
  ]
  it.each(calls)("is waited for by the retries of %s, whatever their policy", (name, call) => {
    const stage = make("retry after", policies)
    if (name !== "auth") logIn(stage)
    stage.server.next(name, Scripted.status(503, "20 seconds"), Scripted.status(429, "60 seconds"))
    const caller = stage.world.fork(call(stage.session))
    stage.world.advance("2 minutes")
    assert.strictEqual(ended(caller), "ok")
    const [first = 0, second = 0] = gaps(stage.times(name))
    assert.isAtLeast(first, 20)
    assert.isAtLeast(second, 60)
  })

  it.each(calls)("ends a call of %s at once where it is over a minute", (name, call) => {
    const stage = make("retry much later", policies)
    if (name !== "auth") logIn(stage)
    stage.server.always(name, Scripted.status(503, "61 seconds"))
    const caller = stage.world.fork(call(stage.session))
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "TransportError Status")
  })
})

const delayedBy = (delay: Effect.Effect<number>) => Schedule.addDelayEffect(forever, () => delay)

const arrange = (delay: Effect.Effect<number>) =>
  make("broken policy", { retry: delayedBy(delay), loginRetry: delayedBy(delay) })

describe("a policy that is broken", () => {
  const broken: ReadonlyArray<readonly [string, Effect.Effect<number>]> = [
    ["dies", Effect.die("policy")],
    [
      "throws",
      Effect.suspend((): Effect.Effect<never> => {
        throw new Error("policy")
      })
    ],
    ["interrupts itself", Effect.interrupt]
  ]
  it.each(broken)("since it %s interrupts no caller, and the next call works", (_, delay) => {
    for (const name of ["auth", "ping", "getbalance"]) {
      const stage = arrange(delay)
      if (name !== "auth") logIn(stage)
      stage.server.next(name, Scripted.broken("Timeout"))
      const call = name === "getbalance" ? Effect.asVoid(stage.session.execute(GetBalance)) : stage.session.ping
      const caller = stage.world.fork<void, unknown>(call)
      stage.world.advance("15 seconds")
      assert.notInclude(["waiting", "interrupted"], ended(caller), name)
      const next = stage.world.fork<void, unknown>(call)
      stage.world.advance("15 seconds")
      assert.strictEqual(ended(next), "ok", name)
    }
  })

  it("since it hangs is left behind by a reset", () => {
    const stage = arrange(Effect.never)
    stage.server.next("auth", Scripted.broken("Timeout"))
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("1 minute")
    stage.world.now(stage.session.reset)
    stage.world.advance("1 second")
    assert.deepStrictEqual(ends(callers), ["ok"])
  })

  const back: ReadonlyArray<readonly [string, "auth" | "ping", (it: Service) => Effect.Effect<unknown, unknown>]> = [
    ["a ping in a ping's", "ping", (it) => it.ping],
    ["a login in a login's", "auth", (it) => it.open],
    ["a ping in a login's", "auth", (it) => it.ping],
    ["a reset in a ping's", "ping", (it) => it.reset],
    ["a reset in a login's", "auth", (it) => it.reset]
  ]
  it.each(back)("since it asks for %s does not leave its callers waiting", (_, name, call) => {
    let session: Service | undefined
    const stage = arrange(
      Effect.suspend(() => Effect.as(Effect.exit(session === undefined ? Effect.void : call(session)), 10))
    )
    session = stage.session
    if (name === "ping") logIn(stage)
    stage.server.next(name, Scripted.broken("Timeout"))
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("10 minutes")
    assert.notInclude(ends(callers), "waiting")
  })
})
