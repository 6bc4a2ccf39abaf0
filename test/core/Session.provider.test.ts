import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Session from "@effect-clickatell/core/Session"
import { Config, ConfigProvider, Deferred, Effect, FiberId, FiberRef, Layer, ManagedRuntime } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting } from "./stage.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import type { Service } from "./support.ts"
import { credentials, GetBalance, secrets } from "./support.ts"

const unavailable = "AuthFailed CredentialsUnavailable"

/** Counts what the provider is asked, and answers the n-th time with the n-th of these, the last one from then on. */
const answering = (...answers: ReadonlyArray<Effect.Effect<Credentials.Credentials, unknown>>) => {
  const asked = { times: 0 }
  const provider = Effect.suspend(() => {
    asked.times += 1
    return answers[Math.min(asked.times, answers.length) - 1] ?? Effect.die("no answer")
  })
  return { asked, provider }
}

const good = Effect.succeed(credentials())

const sends = (password: string) => (xml: string) => xml.includes(`>${password}<`)

describe("a credentials provider that", () => {
  it("hangs once costs its callers 30 seconds, and the next ones nothing", () => {
    const { provider } = answering(Effect.never, good)
    const stage = make("hangs once", { credentials: provider })
    const callers = crowd(stage.world, 100, stage.session.ping)
    stage.world.advance("29 seconds")
    assert.deepStrictEqual(ends(callers), ["waiting"])
    stage.world.advance("1 second")
    assert.deepStrictEqual(ends(callers), [unavailable])
    const next = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(next), "ok")
  })

  it("hangs where nothing can interrupt it is left behind, and the next read works", () => {
    const { provider } = answering(Effect.uninterruptible(Effect.never), good)
    const stage = make("hangs hard", { credentials: provider })
    const callers = crowd(stage.world, 5, Effect.uninterruptible(stage.session.open))
    stage.world.advance("30 seconds")
    assert.deepStrictEqual(ends(callers), [unavailable])
    const next = stage.world.fork(stage.session.open)
    stage.world.advance("1 second")
    assert.strictEqual(ended(next), "ok")
  })

  it("always hangs where nothing can interrupt it leaves at most one read behind beside the one under way", () => {
    const { asked, provider } = answering(Effect.uninterruptible(Effect.never))
    const stage = make("hangs hard for ever", { credentials: provider })
    for (let turn = 0; turn < 50; turn++) {
      const caller = stage.world.fork(stage.session.open)
      stage.world.advance("31 seconds")
      assert.strictEqual(ended(caller), unavailable)
    }
    assert.isAtMost(asked.times, 2)
  })

  it.each([
    ["11 seconds", 3],
    // Two reads at a time: the third begins when the first is gone.
    ["100 millis", 2]
  ] as const)(
    "takes its time to be interrupted holds up nobody who resets, three times with %s between",
    (pause, reads) => {
      const slow = Effect.onInterrupt(Effect.never, () => Effect.sleep("10 seconds"))
      const { provider } = answering(...Array.from({ length: reads }, () => slow), good)
      const stage = make("slow to go", { credentials: provider })
      const caller = stage.world.fork(stage.session.open)
      for (let turn = 0; turn < 3; turn++) {
        stage.world.advance(pause)
        stage.world.now(stage.session.reset)
      }
      stage.world.advance("11 seconds")
      assert.strictEqual(ended(caller), "ok")
    }
  )

  it.each<[string, Effect.Effect<Credentials.Credentials, unknown>]>([
    ["fails", Effect.fail(new Error("vault"))],
    ["dies", Effect.die(new Error("vault"))],
    ["interrupts itself", Effect.interrupt],
    [
      "interrupts itself from a child",
      Effect.flatMap(Effect.fork(Effect.interrupt), (it) => Effect.zipRight(it, good))
    ],
    ["spins until its time is over", Effect.forever(Effect.sleep("10 millis"))]
  ])("%s is told as unavailable credentials to those who wait, and to nobody else", (_, broken) => {
    const { provider } = answering(Effect.zipRight(Effect.sleep("1 second"), broken), good)
    const stage = make("broken provider", { credentials: provider })
    const callers = [
      ...crowd(stage.world, 10, stage.session.ping),
      ...crowd(stage.world, 10, Effect.asVoid(stage.session.execute(GetBalance))),
      ...crowd(
        stage.world,
        10,
        stage.session.use(() => Effect.void)
      )
    ]
    stage.world.advance("30 seconds")
    assert.deepStrictEqual(ends(callers), [unavailable])
    const next = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(next), "ok")
  })

  it("answers when nobody waits any more sends nothing", () => {
    const { asked, provider } = answering(Effect.delay(good, "2 seconds"), good)
    const stage = make("left alone", { credentials: provider })
    const caller = stage.world.fork(Effect.timeout(stage.session.open, "1 second"))
    stage.world.advance("1 minute")
    assert.deepStrictEqual([ended(caller), asked.times, stage.server.log], ["TimeoutException", 1, []])
    assert.deepStrictEqual(stage.tags(), [])
  })

  it("throws before it is an effect's step is told as unavailable credentials too", () => {
    const stage = make("throws", {
      credentials: Effect.suspend((): Effect.Effect<never> => {
        throw new Error("vault")
      })
    })
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.deepStrictEqual([ended(caller), stage.server.log], [unavailable, []])
  })

  it("is rejected is read once in 30 seconds for 1,000 callers, whoever comes and whenever", () => {
    const { asked, provider } = answering(good)
    const stage = make("rejected readings", { credentials: provider })
    stage.server.always("auth", Scripted.err("001"))
    stage.world.fork(stage.session.open)
    stage.world.advance("20 seconds")
    const before = asked.times
    for (let turn = 0; turn < 10; turn++) {
      const callers = [
        ...crowd(stage.world, 50, stage.session.ping),
        ...crowd(stage.world, 50, Effect.asVoid(stage.session.execute(GetBalance)))
      ]
      stage.world.advance("29 seconds")
      assert.deepStrictEqual(ends(callers), ["AuthFailed BadCredentials 001"])
    }
    assert.isAtMost(asked.times - before, 10)
    assert.strictEqual(stage.sent("auth"), 1)
  })

  it("hangs while the session is rejected keeps nobody waiting for longer than the first to ask", () => {
    const { provider } = answering(good, Effect.never)
    const stage = make("rejected and hanging", { credentials: provider })
    stage.server.always("auth", Scripted.err("001"))
    stage.world.fork(stage.session.open)
    stage.world.advance("20 seconds")
    const callers = crowd(stage.world, 100, stage.session.ping)
    stage.world.advance("30 seconds")
    assert.notInclude(ends(callers), "waiting")
    assert.strictEqual(stage.world.now(stage.session.status).state, "Rejected")
  })
})

describe("a provider that calls its own session", () => {
  const calls: ReadonlyArray<readonly [string, (session: Service) => Effect.Effect<unknown, unknown>]> = [
    ["ping", (it) => it.ping],
    ["check", (it) => it.check],
    ["open", (it) => it.open],
    ["execute", (it) => it.execute(GetBalance)],
    ["use", (it) => it.use(() => Effect.void)],
    ["ping in a child", (it) => Effect.flatMap(Effect.fork(it.ping), (fiber) => fiber)],
    ["ping where nothing can interrupt it", (it) => Effect.uninterruptible(it.ping)]
  ]
  it.each(calls)("by %s fails at once, and with it the login", (_, call) => {
    let session: Service | undefined
    const stage = make("calls back", {
      credentials: Effect.suspend(() =>
        session === undefined ? Effect.die("too early") : Effect.zipRight(call(session), good)
      )
    })
    session = stage.session
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("1 milli")
    assert.deepStrictEqual(ends(callers), [unavailable])
  })

  it("and goes on when that fails logs in", () => {
    let session: Service | undefined
    const stage = make("calls back and goes on", {
      credentials: Effect.suspend(() => Effect.zipRight(Effect.ignore(session?.ping ?? Effect.void), good))
    })
    session = stage.session
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
  })

  it("by reset changes nothing, and does not hold up the login", () => {
    let session: Service | undefined
    const stage = make("resets", {
      credentials: Effect.suspend(() => Effect.zipRight(session?.reset ?? Effect.void, good))
    })
    session = stage.session
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
    assert.notInclude(stage.tags(), "Reset")
  })

  it("from a fiber that it leaves behind can do so once it has ended", () => {
    let session: Service | undefined
    const behind = Deferred.unsafeMake<void, unknown>(FiberId.none)
    const late = Effect.suspend((): Effect.Effect<void, unknown> => session?.ping ?? Effect.fail("too early"))
    const stage = make("leaves a fiber", {
      credentials: Effect.suspend(() =>
        Effect.as(Effect.forkDaemon(Effect.intoDeferred(Effect.delay(late, "1 second"), behind)), credentials())
      )
    })
    session = stage.session
    stage.world.fork(stage.session.open)
    stage.world.advance("5 seconds")
    assert.strictEqual(ended(stage.world.fork(Deferred.await(behind))), "ok")
  })

  it("through a second session and back ends both in half a minute", () => {
    let first: Service | undefined
    const b = make("b", {
      credentials: Effect.suspend(() => Effect.zipRight(first?.ping ?? Effect.void, good))
    })
    const a = make("a", { world: b.world, credentials: Effect.zipRight(b.session.ping, good) })
    first = a.session
    const callers = [a, b].map(({ session }) => a.world.fork(session.ping))
    a.world.advance("31 seconds")
    assert.notInclude(ends(callers), "waiting")
  })

  it("may use another session, whose own provider is read for it", () => {
    const vault = make("vault")
    const stage = make("uses a vault", {
      world: vault.world,
      credentials: Effect.zipRight(vault.session.execute(GetBalance), good)
    })
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.deepStrictEqual([ended(caller), vault.sent("getbalance")], ["ok", 1])
  })
})

const alternating = (...passwords: ReadonlyArray<string>) => {
  let next = 0
  return Effect.sync(() => credentials(passwords[next++ % passwords.length]))
}

const ask = (stage: ReturnType<typeof make>, hours: number) => {
  for (let turn = 0; turn < hours * 60; turn++) {
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 minute")
  }
}

describe("of credentials that alternate", () => {
  it("two refused ones are each sent once, in six hours of asking", () => {
    const stage = make("two refused", { credentials: alternating("first", "second") })
    stage.server.always("auth", Scripted.err("001"))
    ask(stage, 6)
    assert.deepStrictEqual(
      ["first", "second"].map((it) => stage.server.sent.filter(sends(it)).length),
      [1, 1]
    )
  })

  it("a refused one is not sent again after an unknown outcome of the other", () => {
    const stage = make("refused and unknown", { credentials: alternating("first", "second") })
    stage.server.always("auth", (request) =>
      sends("first")(request.xml) ? Scripted.err("001")(request) : Scripted.broken("Timeout")(request)
    )
    ask(stage, 6)
    assert.strictEqual(stage.server.sent.filter(sends("first")).length, 1)
  })

  it("forty refused ones are sent sixteen times, and no more until a reset", () => {
    const stage = make("forty", {
      credentials: alternating(...Array.from({ length: 40 }, (_, at) => `password ${at}`))
    })
    stage.server.always("auth", Scripted.err("001"))
    ask(stage, 6)
    assert.strictEqual(stage.sent("auth"), 16)
    stage.world.now(stage.session.reset)
    stage.server.always("auth")
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
  })

  it("the good one after a refused one ends the rejection without a reset", () => {
    const stage = make("rotated", { credentials: alternating("old", "new") })
    stage.server.next("auth", Scripted.err("001"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    const caller = stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
  })
})

describe("the login runs as the session's layer was built:", () => {
  const fromConfig = Effect.zipRight(Config.string("MARK"), Credentials.config)
  const provider = ConfigProvider.fromMap(
    new Map([
      ["MARK", "1"],
      ["CLICKATELL_API_ID", secrets.apiId],
      ["CLICKATELL_USER", secrets.user],
      ["CLICKATELL_PASSWORD", secrets.password]
    ])
  )

  it("with its ConfigProvider, for a first caller in another root fiber", async () => {
    const server = Scripted.make({ latency: 0 })
    const runtime = ManagedRuntime.make(
      Session.layer({ credentials: fromConfig }).pipe(
        Layer.provide(server.layer),
        Layer.provide(Layer.setConfigProvider(provider))
      )
    )
    const session = await runtime.runPromise(Session.Session)
    await Effect.runPromise(session.ping)
    assert.strictEqual(server.log.length, 2)
    await runtime.dispose()
  })

  it("and with its FiberRefs, whatever the first caller's are", () => {
    const mark = FiberRef.unsafeMake("none")
    const seen: Array<string> = []
    const setting: Setting = {
      within: Effect.locally(mark, "the layer's"),
      credentials: Effect.map(FiberRef.get(mark), (value) => {
        seen.push(value)
        return credentials()
      })
    }
    const stage = make("marked", setting)
    stage.world.fork(Effect.locally(stage.session.ping, mark, "the caller's"))
    stage.world.advance("1 second")
    assert.deepStrictEqual(seen, ["the layer's"])
  })
})
