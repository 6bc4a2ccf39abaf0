import { assert, describe, it } from "@effect/vitest"
import { AuthFailed } from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Transport from "@effect-clickatell/core/Transport"
import { Duration, Effect } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { credentials, GetBalance } from "./support.ts"

/** Two accounts with a service each, both logged in. */
const accounts = () => {
  const a = make("a")
  const b = make("b", { world: a.world })
  a.world.fork(Effect.all([a.session.open, b.session.open]))
  a.world.advance("1 second")
  return { a, b }
}

const state = ({ session, world }: Stage) => world.now(session.status).state

describe("inside a use of account A", () => {
  it("a rejection of account B is an error like any other, and A stays as it is", () => {
    const { a, b } = accounts()
    b.server.always("ping", Scripted.err("004"))
    const caller = a.world.fork(a.session.use(() => b.session.ping))
    a.world.advance("5 seconds")
    assert.strictEqual(ended(caller), "AuthFailed AccountFrozen 004")
    assert.deepStrictEqual([state(a), state(b)], ["Ready", "Rejected"])
    assert.notInclude(a.tags(), "Degraded")
  })

  it("a refusal of B's session costs A neither its session nor a second run", () => {
    const { a, b } = accounts()
    let runs = 0
    b.server.always("ping", Scripted.err("001"))
    const caller = a.world.fork(
      a.session.use(() => {
        runs += 1
        return b.session.ping
      })
    )
    a.world.advance("5 seconds")
    assert.strictEqual(ended(caller), "AuthFailed SessionNotAccepted 001")
    assert.deepStrictEqual([runs, a.sent("auth"), a.world.now(a.session.status).generation], [1, 1, 1])
  })

  it("a check of B without a session, and a B that is closed, change nothing for A", () => {
    const { a, b } = accounts()
    b.world.now(b.session.reset)
    const unopened = a.world.fork(a.session.use(() => b.session.check))
    b.close()
    const closed = a.world.fork(a.session.use(() => b.session.ping))
    a.world.advance("5 seconds")
    assert.deepStrictEqual(
      [ended(unopened), ended(closed)],
      ["AuthFailed SessionNotAccepted", "AuthFailed SessionClosed"]
    )
    assert.deepStrictEqual([state(a), a.sent("auth")], ["Ready", 1])
  })

  it("B's word about its session is none about A's, though both services gave them the same id", () => {
    const { a, b } = accounts()
    b.server.expire()
    const caller = a.world.fork(a.session.use(() => b.session.check))
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(caller), state(a), a.sent("auth")], ["AuthFailed SessionNotAccepted 001", "Ready", 1])
  })

  it("B's trouble with its transport leaves A's health alone, though both have the same id", () => {
    const { a, b } = accounts()
    b.server.always("ping", Scripted.status(403))
    const caller = a.world.fork(a.session.use(() => b.session.ping))
    a.world.advance("1 minute")
    assert.strictEqual(ended(caller), "TransportError Status")
    assert.deepStrictEqual([a.tags(), b.tags().at(-1)], [["Authenticating", "Authenticated"], "Degraded"])
  })

  it("a raw exchange with B's id renews B, and A's with A's id renews A", () => {
    const { a, b } = accounts()
    const both = (idOfA: Parameters<typeof Ping.ping>[0]) =>
      b.session.use((idOfB) =>
        Effect.zipRight(
          Effect.provide(Ping.ping(idOfB), b.server.layer),
          Effect.provide(Ping.ping(idOfA), a.server.layer)
        )
      )
    b.server.expire()
    const first = a.world.fork(a.session.use(both))
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(first), a.sent("auth"), b.sent("auth")], ["ok", 1, 2])
    a.server.expire()
    const second = a.world.fork(a.session.use(both))
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(second), a.sent("auth"), b.sent("auth")], ["ok", 2, 2])
  })

  it("a ping of A itself is renewed from the inside, and the effect runs once", () => {
    const { a } = accounts()
    let runs = 0
    a.server.expire()
    const caller = a.world.fork(
      a.session.use(() => {
        runs += 1
        return a.session.ping
      })
    )
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(caller), runs, a.sent("auth")], ["ok", 1, 2])
  })
})

describe("an error that a caller made itself", () => {
  it("is no refusal, though it looks like one and is thrown by many at once", () => {
    const { a } = accounts()
    const made = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted", code: "001" })
    const callers = crowd(
      a.world,
      20,
      a.session.use(() => Effect.fail(made))
    )
    a.world.advance("5 seconds")
    assert.deepStrictEqual(ends(callers), ["AuthFailed SessionNotAccepted 001"])
    assert.deepStrictEqual([a.sent("auth"), state(a)], [1, "Ready"])
  })

  it("or one kept from an earlier session says nothing about the one in use", () => {
    const { a } = accounts()
    const raw = (id: Parameters<typeof Ping.ping>[0]) => Effect.provide(Ping.ping(id), a.server.layer)
    let kept: unknown
    a.server.expire()
    a.world.fork(a.session.use((id) => Effect.tapError(raw(id), (error) => Effect.sync(() => (kept ??= error)))))
    a.world.advance("5 seconds")
    const caller = a.world.fork(a.session.use(() => Effect.fail(kept)))
    a.world.advance("5 seconds")
    assert.strictEqual(ended(caller), "AuthFailed SessionNotAccepted 001")
    assert.strictEqual(a.sent("auth"), 2)
  })
})

describe("what a caller takes for a refusal", () => {
  class Mine {
    readonly _tag = "Mine"
    readonly reason: string
    constructor(reason: string) {
      this.reason = reason
    }
  }

  it("is replayed once, and the caller's second error is returned as it is", () => {
    const { a } = accounts()
    let runs = 0
    const caller = a.world.fork(
      a.session.use(
        () => Effect.suspend(() => Effect.fail(new Mine(`run ${(runs += 1)}`))),
        ({ _tag }) => _tag === "Mine"
      )
    )
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(caller), a.sent("auth")], ["Mine run 2", 2])
  })

  it("never ends in flapping: forty in a row, with ten minutes between them", () => {
    const { a } = accounts()
    for (let turn = 0; turn < 40; turn++) {
      a.world.fork(
        a.session.use(
          () => Effect.fail(new Mine("no")),
          () => true
        )
      )
      a.world.advance("10 minutes")
    }
    assert.notInclude(a.tags(), "Rejected")
    assert.notInclude(a.tags(), "Degraded")
  })

  it("renews once for twenty callers who say so of the same session", () => {
    const { a } = accounts()
    const callers = crowd(
      a.world,
      20,
      a.session.use(
        () => (a.world.now(a.session.status).generation === 1 ? Effect.fail(new Mine("no")) : Effect.void),
        () => true
      )
    )
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ends(callers), a.sent("auth")], [["ok"], 2])
  })

  it("by a predicate that throws is that caller's defect, and the session is as good as before", () => {
    const { a } = accounts()
    const caller = a.world.fork(
      a.session.use(
        () => Effect.fail("mine"),
        () => {
          throw new Error("broken predicate")
        }
      )
    )
    a.world.advance("5 seconds")
    assert.deepStrictEqual([ended(caller), state(a), a.sent("auth")], ["defect", "Ready", 1])
  })
})

describe("the answer to a caller's own command", () => {
  it.each(["002", "004", "007", "108"])("%s is that call's error, in execute and in use", (code) => {
    const { a } = accounts()
    a.server.always("getbalance", Scripted.err(code))
    const executed = a.world.fork(a.session.execute(GetBalance))
    a.server.always("ping", Scripted.err(code))
    const used = a.world.fork(a.session.use((id) => Effect.provide(Ping.ping(id), a.server.layer)))
    a.world.advance("5 seconds")
    assert.match(ended(executed), new RegExp(`^AuthFailed \\w+ ${code}$`))
    assert.strictEqual(ended(used), ended(executed))
    assert.deepStrictEqual(
      [state(a), a.tags(), a.sent("getbalance")],
      ["Ready", ["Authenticating", "Authenticated"], 1]
    )
  })

  it.each(["002", "004", "007", "108"])(
    "%s to a ping rejects the session, and nothing more is sent for an hour",
    (code) => {
      const { a } = accounts()
      a.server.next("ping", Scripted.err(code))
      a.world.fork(a.session.ping)
      a.world.advance("1 second")
      const { check, execute, open, ping } = a.session
      const callers = [ping, check, open, Effect.asVoid(execute(GetBalance))].flatMap((call) =>
        crowd(a.world, 5, Effect.retry(call, { times: 20 }))
      )
      a.world.advance("1 hour")
      assert.lengthOf(ends(callers), 1)
      assert.match(ends(callers)[0] ?? "", new RegExp(`^AuthFailed \\w+ ${code}$`))
      assert.deepStrictEqual([state(a), a.server.log.length], ["Rejected", 2])
    }
  )
})

describe("a session that the service refuses again", () => {
  it("at once is told to the call as what it is, and to everybody after it as flapping", () => {
    const { a } = accounts()
    a.server.always("ping", Scripted.err("003"))
    const caller = a.world.fork(a.session.ping)
    a.world.advance("5 seconds")
    const later = a.world.fork(a.session.execute(GetBalance))
    a.world.advance("5 seconds")
    assert.deepStrictEqual(
      [ended(caller), ended(later)],
      ["AuthFailed SessionNotAccepted 003", "AuthFailed SessionFlapping 003"]
    )
    assert.deepStrictEqual([a.sent("auth"), a.tags().at(-1)], [2, "Rejected"])
  })

  it("after a minute of its life is an ordinary loss, however often", () => {
    const a = make("older than a minute")
    for (let turn = 0; turn < 30; turn++) {
      a.world.fork(a.session.open)
      a.world.advance("61 seconds")
      a.server.expire()
      const caller = a.world.fork(a.session.ping)
      a.world.advance("10 minutes")
      assert.strictEqual(ended(caller), "ok")
      a.server.expire()
    }
    assert.notInclude(a.tags(), "Rejected")
  })

  it("is told with how long it was idle and how old it was", () => {
    const { a } = accounts()
    a.world.fork(Effect.delay(a.session.execute(GetBalance), "4 minutes"))
    a.world.advance("9 minutes")
    a.server.expire()
    a.world.fork(a.session.ping)
    a.world.advance("1 second")
    const [loss] = a.events.filter(({ _tag }) => _tag === "Refused")
    assert.deepInclude(loss, { error: "AuthFailed", reason: "SessionNotAccepted" })
    assert.deepStrictEqual(
      loss?._tag === "Refused" ? [loss.idle, loss.age].map((it) => Math.round(Duration.toMinutes(it))) : [],
      [5, 9]
    )
  })
})

it("a word about an older session, which comes late, costs the new one nothing", () => {
  const a = make("late word")
  a.world.fork(a.session.open)
  a.world.advance("1 second")
  a.server.next("getbalance", Scripted.slow("8 seconds", Scripted.err("001")))
  const slow = a.world.fork(a.session.execute(GetBalance))
  a.server.expire()
  a.world.fork(a.session.ping)
  a.world.advance("1 minute")
  assert.deepStrictEqual([ended(slow), a.sent("auth"), a.sent("getbalance")], ["ok", 2, 2])
})

it("two accounts of one program share nothing but the world", () => {
  const a = make("first")
  const b = make("second", { world: a.world, credentials: Effect.succeed(credentials("another")) })
  a.server.always("auth", Scripted.err("001"))
  const callers = [a, b].map(({ session }) => a.world.fork(session.ping))
  a.world.advance("5 seconds")
  assert.deepStrictEqual(callers.map(ended), ["AuthFailed BadCredentials 001", "ok"])
})

it("a caller in a hurry says nothing about the service, in a use as little as in a command", () => {
  const { a } = accounts()
  for (const operation of ["ping", "getbalance"]) a.server.always(operation, Scripted.broken("Timeout"))
  const calls = [
    a.session.use((id) => Effect.provide(Ping.ping(id), a.server.layer)),
    a.session.execute({ ...GetBalance, idempotent: false })
  ]
  for (const call of calls) a.world.fork(Transport.withDeadline<unknown, unknown, never>(call, "10 millis"))
  a.world.advance("5 seconds")
  assert.notInclude(a.tags(), "Degraded")
})
