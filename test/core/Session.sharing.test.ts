import { assert, describe, it } from "@effect/vitest"
import * as Transport from "@effect-clickatell/core/Transport"
import type { Duration, Scheduler } from "effect"
import { Context, Deferred, Effect, FiberId, FiberRef, Layer, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { crowd, ended, ends, gaps, make } from "./stage.ts"
import { credentials, GetBalance, ownTimers, rounds } from "./support.ts"

const open = (stage: ReturnType<typeof make>) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

describe("a ping of 1,000 callers", () => {
  it("is one with its retries: two requests after one time-out, told once", () => {
    const stage = make("shared ping", { service: { latency: 1 } })
    open(stage)
    stage.server.next("ping", Scripted.broken("Timeout"))
    const callers = crowd(stage.world, 1000, stage.session.ping)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(stage.sent("ping"), 2)
    assert.deepStrictEqual(stage.tags(), [
      "Authenticating",
      "Authenticated",
      "Degraded",
      "Retrying",
      "Recovered",
      "Pinged"
    ])
  })

  it("is one with its replay when the service has lost the session", () => {
    const stage = make("shared replay")
    open(stage)
    stage.server.expire()
    const callers = crowd(stage.world, 1000, stage.session.ping)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.deepStrictEqual([stage.sent("auth"), stage.sent("ping")], [2, 2])
  })

  it("takes in those who come during its back-off, and ends for all with the same error", () => {
    const stage = make("joining a back-off")
    open(stage)
    stage.server.always("ping", Scripted.status(503))
    const early = crowd(stage.world, 500, stage.session.ping)
    stage.world.advance("300 millis")
    const late = crowd(stage.world, 500, stage.session.ping)
    stage.world.advance("10 seconds")
    assert.deepStrictEqual(ends([...early, ...late]), ["TransportError Status"])
    assert.strictEqual(stage.sent("ping"), 4)
  })

  it("is sent no more once all of them have given up", () => {
    const stage = make("deserted ping")
    open(stage)
    stage.server.always("ping", Scripted.status(503))
    crowd(stage.world, 10, Effect.timeout(stage.session.ping, "200 millis"))
    stage.world.advance("1 hour")
    assert.strictEqual(stage.sent("ping"), 1)
    assert.strictEqual(stage.world.timers(), ownTimers)
  })
})

it("a ping that everybody has left still ends, and counts as use of the session", () => {
  const stage = make("left alone", { service: { latency: "1 second" } })
  open(stage)
  stage.world.advance("1 second")
  const caller = stage.world.fork(Effect.timeout(stage.session.ping, "100 millis"))
  stage.world.advance("5 seconds")
  assert.strictEqual(ended(caller), "TimeoutException")
  assert.include(stage.tags(), "Pinged")
})

it("a check sends no second request beside a ping's, and does not share its retries", () => {
  const stage = make("check beside ping")
  open(stage)
  stage.server.next("ping", Scripted.broken("Timeout"))
  const ping = stage.world.fork(stage.session.ping)
  const check = stage.world.fork(stage.session.check)
  stage.world.advance("5 seconds")
  assert.deepStrictEqual([ended(ping), ended(check)], ["ok", "TransportError Timeout"])
  assert.strictEqual(stage.sent("ping"), 2)
})

describe("a login", () => {
  it("of callers who have all given up makes no further attempt, though their policy would", () => {
    const stage = make("deserted login", { loginRetry: Schedule.spaced("5 seconds") })
    stage.server.always("auth", Scripted.broken("Timeout"))
    crowd(stage.world, 5, Effect.timeout(stage.session.open, "1 second"))
    stage.world.advance("1 hour")
    assert.strictEqual(stage.sent("auth"), 1)
  })

  it("is tried again for a caller who joins the keep-alive's one attempt", () => {
    const stage = make("joining a renewal", { keepAlive: {}, service: { latency: "5 seconds" } })
    stage.world.fork(stage.session.open)
    stage.world.advance("10 seconds")
    stage.server.always("auth", Scripted.broken("Timeout"))
    stage.server.expire()
    while (stage.sent("auth") < 2) stage.world.advance("1 second")
    const caller = stage.world.fork(stage.session.open)
    stage.world.advance("1 minute")
    assert.strictEqual(ended(caller), "TransportError Timeout")
    assert.strictEqual(stage.sent("auth"), 4)
  })

  it("that only the keep-alive waits for makes one attempt a minute", () => {
    const stage = make("renewal alone", { keepAlive: {} })
    open(stage)
    stage.server.expire()
    stage.server.always("auth", Scripted.broken("Timeout"))
    stage.world.advance("20 minutes")
    assert.isAtLeast(Math.min(...gaps(stage.times("auth").slice(1))), 60)
  })

  it("whose only caller left while the provider was read is not sent", () => {
    const stage = make("left at the provider", {
      credentials: Effect.delay(Effect.fail("no credentials"), "5 seconds")
    })
    stage.world.fork(Effect.timeout(stage.session.open, "1 second"))
    stage.world.advance("1 minute")
    assert.deepStrictEqual([stage.server.log, stage.world.timers()], [[], ownTimers])
  })
})

describe("a caller's deadline", () => {
  it.each(["ping", "check", "open"] as const)(
    "of 0 ends its own %s alone, also where nothing can interrupt it",
    (name) => {
      const stage = make("deadline 0")
      if (name !== "open") open(stage)
      const hurried = stage.world.fork(Effect.uninterruptible(Transport.withDeadline(stage.session[name], 0)))
      const patient = stage.world.fork(stage.session[name])
      stage.world.advance("5 seconds")
      assert.deepStrictEqual([ended(hurried), ended(patient)], ["TransportError Timeout", "ok"])
      assert.isFalse(stage.tags().includes("Degraded"))
    }
  )

  it("says that the request may have reached the service", () => {
    const stage = make("may have reached")
    const hurried = stage.world.fork(Effect.flip(Transport.withDeadline(stage.session.ping, "10 millis")))
    stage.world.advance("5 seconds")
    const error = stage.world.now(hurried)
    assert.deepInclude(error, { operation: "ping", mayHaveReached: true })
  })

  it("around the building of the session is no deadline of its requests", () => {
    const seen: Array<Duration.DurationInput | undefined> = []
    const stage = make("built in a hurry", { within: Transport.withDeadline(1), keepAlive: {} })
    const spy =
      (answer: Scripted.Answer): Scripted.Answer =>
      (request) =>
        Effect.flatMap(Transport.Deadline, (deadline) => {
          seen.push(deadline)
          return answer(request)
        })
    stage.server.always("auth", spy(stage.server.honest))
    stage.server.always("ping", spy(stage.server.honest))
    stage.world.fork(Transport.withDeadline(stage.session.ping, "14 seconds"))
    stage.world.advance("15 minutes")
    assert.isAtLeast(seen.length, 3)
    assert.deepStrictEqual([...new Set(seen)], [undefined])
  })
})

/** Yields at a twentieth of its checks, from a generator of its own. */
const yielding = (seed: number) => {
  let random = seed * 2_654_435_761 + 1
  const next = () => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0
    return random / 2 ** 32
  }
  return <A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.flatMap(FiberRef.get(FiberRef.currentScheduler), (base: Scheduler.Scheduler) =>
      Effect.withScheduler(effect, {
        shouldYield: () => (next() < 0.05 ? 0 : false),
        scheduleTask: (task, priority, fiber) => base.scheduleTask(task, priority, fiber)
      })
    )
}

/** The same service, which says so when a request goes out. */
const watching = (server: Scripted.Server, seen: () => void): Scripted.Server => ({
  ...server,
  layer: Layer.map(server.layer, (context) => {
    const transport = Context.get(context, Transport.Transport)
    const send: typeof transport.send = (envelope) => Effect.zipRight(Effect.sync(seen), transport.send(envelope))
    return Context.make(Transport.Transport, { ...transport, send })
  })
})

describe("on a scheduler that yields at any moment", () => {
  const seeds = Array.from({ length: rounds(60) }, (_, seed) => seed)

  it("five callers of any kind share one login", () => {
    for (const seed of seeds) {
      const within = yielding(seed)
      const { server, session, world } = make(`seed ${seed}`, { within })
      const calls = [
        session.ping,
        session.open,
        Effect.asVoid(session.execute(GetBalance)),
        session.use(() => Effect.void),
        session.ping
      ]
      const callers = calls.map((call) => world.fork(within(call)))
      world.advance("5 seconds")
      assert.deepStrictEqual(ends(callers), ["ok"], `seed ${seed}`)
      assert.strictEqual(server.logins.most, 1, `seed ${seed}`)
    }
  })

  it("a caller who comes in the moment in which a login that others left succeeds, uses it", () => {
    for (const seed of seeds) {
      const within = yielding(seed)
      const { sent, server, session, world } = make(`seed ${seed}`, { within })
      const answered = Deferred.unsafeMake<void>(FiberId.none)
      server.next("auth", (request) => Effect.tap(server.honest(request), () => Deferred.succeed(answered, undefined)))
      world.fork(within(Effect.timeout(session.open, "50 millis")))
      const late = world.fork(within(Effect.zipRight(Deferred.await(answered), session.open)))
      world.advance("5 seconds")
      assert.strictEqual(ended(late), "ok", `seed ${seed}`)
      assert.strictEqual(sent("auth"), 1, `seed ${seed}`)
    }
  })

  it("a caller who comes in the moment in which the provider of such a login answers, has a session at once", () => {
    for (const seed of seeds) {
      const within = yielding(seed)
      const answered = Deferred.unsafeMake<void>(FiberId.none)
      const { session, world } = make(`seed ${seed}`, {
        within,
        credentials: Effect.sleep("1 second").pipe(
          Effect.as(credentials()),
          Effect.tap(() => Deferred.succeed(answered, undefined))
        )
      })
      world.fork(within(Effect.timeout(session.open, "50 millis")))
      const late = world.fork(within(Effect.zipRight(Deferred.await(answered), session.open)))
      world.advance("3 seconds")
      assert.strictEqual(ended(late), "ok", `seed ${seed}`)
    }
  })
})

it.each([1, 2, 3, 4, 5])(
  "a command is not sent after a ping has rejected the session, %i turns after it began",
  (turns) => {
    const states: Array<string> = []
    let status = Effect.succeed("Idle")
    const server = watching(Scripted.make(), () => states.push(Effect.runSync(status)))
    const { session, world } = make("about to be sent", { server })
    status = Effect.map(session.status, ({ state }) => state)
    world.fork(session.open)
    world.advance("1 second")
    const answered = Deferred.unsafeMake<void>(FiberId.none)
    server.next("ping", (request) =>
      Scripted.err("004")(request).pipe(
        Effect.tap(() => Deferred.succeed(answered, undefined)),
        Effect.tap(() => Effect.repeatN(Effect.yieldNow(), turns - 1))
      )
    )
    world.fork(session.ping)
    for (let caller = 0; caller < 4; caller++) {
      world.fork(Effect.zipRight(Deferred.await(answered), session.execute(GetBalance)))
    }
    world.advance("1 second")
    assert.notInclude(states, "Rejected")
  }
)
