import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect } from "effect"
import * as fleets from "./fleet.ts"
import * as Scripted from "./scriptedTransport.ts"
import { crowd, ended, ends } from "./stage.ts"
import { credentials } from "./support.ts"

const ok = Scripted.reply("OK:")

describe("leave to log in", () => {
  it("runs out where whoever has it is gone, and then is another's", () => {
    const fleet = fleets.make("gone", 2)
    const [first, second] = fleet.members
    fleet.server.next("auth", Scripted.never)
    const killed = fleet.world.fork(first?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    const waiting = fleet.world.fork(second?.session.open ?? Effect.void)
    // A process that is killed tells nobody anything.
    fleet.register.before = Effect.never
    first?.close()
    fleet.world.advance("5 seconds")
    fleet.register.before = Effect.void
    assert.strictEqual(ended(killed), "AuthFailed SessionClosed")
    fleet.world.advance("25 seconds")
    assert.strictEqual(ended(waiting), "ok")
    assert.strictEqual(fleet.sent("auth"), 2)
  })

  it("is given back at once by a session that closes", () => {
    const fleet = fleets.make("closing", 2)
    const [first, second] = fleet.members
    fleet.server.next("auth", Scripted.never)
    fleet.world.fork(first?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    const waiting = fleet.world.fork(second?.session.open ?? Effect.void)
    first?.close()
    // The budget has one begin in ten seconds.
    fleet.world.advance("8 seconds")
    assert.strictEqual(ended(waiting), "waiting")
    fleet.world.advance("3 seconds")
    assert.strictEqual(ended(waiting), "ok")
    assert.strictEqual(fleet.sent("auth"), 2)
  })

  it("that has run out overwrites no newer session: it is taken instead", () => {
    const fleet = fleets.make("late", 2, { service: { deadline: "60 seconds" } })
    const [first, second] = fleet.members
    fleet.server.next("auth", Scripted.slow("50 seconds", fleet.server.honest))
    const late = fleet.world.fork(first?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    // Its clock is set forward, or it stood still for that long.
    fleet.register.ahead = 120_000
    const timely = fleet.world.fork(second?.session.open ?? Effect.void)
    fleet.world.advance("2 seconds")
    assert.strictEqual(ended(timely), "ok")
    const stored = fleet.register.entry.session?.id
    fleet.world.advance("1 minute")
    assert.strictEqual(ended(late), "ok")
    assert.strictEqual(fleet.register.entry.session?.id, stored)
    assert.include(first?.tags() ?? [], "Adopted")
    assert.notInclude(first?.tags() ?? [], "Authenticated")
  })

  it("is bound to a budget that all share", () => {
    const fleet = fleets.make("budget", 3)
    fleet.server.always("auth", Scripted.status(503))
    const callers = fleet.members.flatMap(({ session }) => crowd(fleet.world, 5, session.open))
    fleet.world.advance("5 minutes")
    assert.notInclude(ends(callers), "waiting")
    for (let minute = 0; minute < 10; minute++) {
      fleet.members.flatMap(({ session }) => crowd(fleet.world, 5, session.open))
      fleet.world.advance("1 minute")
    }
    const times = fleet.server.log.flatMap((line) => (line.includes(" auth ") ? [Number(line.split(" ")[0])] : []))
    for (const [index, time] of times.entries()) {
      assert.isAtLeast((times[index + 5] ?? Number.POSITIVE_INFINITY) - time, 300 - 1)
    }
  })

  it("keeps nobody waiting for longer than two leaves", () => {
    const fleet = fleets.make("held", 1, { service: { deadline: "2 seconds" } })
    const [member] = fleet.members
    fleet.world.now(member?.session.status ?? Effect.void)
    const opened = fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    assert.strictEqual(ended(opened), "ok")
    // Somebody asks for leave again and again, and never logs in.
    fleet.server.expire()
    const [name = ""] = fleet.register.values.keys()
    const hold = Effect.sync(() => {
      const { entry } = fleet.register
      const login = { token: "somebody", until: fleet.world.wall() + fleet.register.ahead + 6_000 }
      fleet.register.values.set(name, `${name} ${JSON.stringify({ ...entry, login })}`)
    })
    fleet.world.fork(Effect.forever(Effect.zipRight(hold, Effect.sleep("500 millis"))))
    const waiting = fleet.world.fork(member?.session.ping ?? Effect.void)
    fleet.world.advance("13 seconds")
    assert.strictEqual(ended(waiting), "waiting")
    fleet.world.advance("4 seconds")
    assert.strictEqual(ended(waiting), "AuthFailed LoginBudgetExceeded")
  })
})

describe("what is shared", () => {
  it("is forgotten by a reset, but for the budget", () => {
    let password = "wrong"
    const fleet = fleets.make("reset", 2, { credentials: Effect.sync(() => credentials(password)) })
    const [first, second] = fleet.members
    fleet.server.next("auth", Scripted.err("004"))
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("20 seconds")
    assert.deepStrictEqual(fleets.states(fleet), ["Rejected", "Rejected"])
    assert.strictEqual(fleet.register.entry.refused.length, 1)
    const again = fleet.world.fork(
      Effect.zipRight(first?.session.reset ?? Effect.void, first?.session.open ?? Effect.void)
    )
    fleet.world.advance("5 seconds")
    assert.strictEqual(ended(again), "ok")
    assert.strictEqual(fleet.register.entry.refused.length, 0)
    assert.strictEqual(fleet.register.entry.logins.length, 2)
    // The other one was told that the account is frozen, and is not any more.
    fleet.world.advance("30 seconds")
    const other = fleet.world.fork(second?.session.open ?? Effect.void)
    fleet.world.advance("5 seconds")
    assert.strictEqual(ended(other), "ok")
    assert.strictEqual(fleet.sent("auth"), 2)
    password = "unread"
  })

  it("is not the session that a reset has dropped", () => {
    const fleet = fleets.make("dropped", 2)
    const [first, second] = fleet.members
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("20 seconds")
    const before = fleet.register.entry.session?.id
    fleet.world.fork(Effect.zipRight(first?.session.reset ?? Effect.void, first?.session.open ?? Effect.void))
    fleet.world.advance("5 seconds")
    assert.notStrictEqual(fleet.register.entry.session?.id, before)
    assert.strictEqual(fleet.sent("auth"), 2)
    fleet.world.fork(second?.session.ping ?? Effect.void)
    fleet.world.advance("5 seconds")
    // It learns of the new one by telling of the old one.
    assert.deepStrictEqual(second?.tags().slice(-2), ["Pinged", "Adopted"])
  })

  it("is not an address that is locked out", () => {
    const fleet = fleets.make("address", 2)
    const [first, second] = fleet.members
    fleet.server.next("auth", Scripted.err("007"), fleet.server.honest)
    const locked = fleet.world.fork(first?.session.open ?? Effect.void)
    fleet.world.advance("20 seconds")
    const free = fleet.world.fork(second?.session.open ?? Effect.void)
    fleet.world.advance("5 seconds")
    assert.deepStrictEqual([ended(locked), ended(free)], ["AuthFailed IpLockdown 007", "ok"])
  })

  it("is an account that turns out to be frozen at a ping", () => {
    const fleet = fleets.make("frozen", 2)
    const [first, second] = fleet.members
    const opened = fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("20 seconds")
    assert.deepStrictEqual(ends(opened), ["ok"])
    fleet.server.next("ping", Scripted.err("004"))
    fleet.world.fork(first?.session.ping ?? Effect.void)
    fleet.world.advance("5 seconds")
    fleet.server.expire()
    const other = fleet.world.fork(second?.session.ping ?? Effect.void)
    fleet.world.advance("5 seconds")
    assert.strictEqual(ended(other), "AuthFailed AccountFrozen 004")
    assert.strictEqual(fleet.sent("auth"), 1)
  })

  it("is renewed once for its age", () => {
    const fleet = fleets.make("age", 3, { maxAge: "30 minutes", keepAlive: {} })
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("31 minutes")
    assert.strictEqual(fleet.sent("auth"), 2)
    fleet.world.advance("1 hour")
    assert.isAtMost(fleet.sent("auth"), 2 + 3)
    assert.deepStrictEqual(new Set(fleets.states(fleet)), new Set(["Ready"]))
  })

  it("is used by a member that has slept", () => {
    const fleet = fleets.make("slept", 2, { keepAlive: {} })
    const [first] = fleet.members
    const alone = fleet.add({ keepAlive: { onExpired: "lazy", interval: Duration.minutes(10) } })
    for (const { session } of [...fleet.members, alone]) fleet.world.fork(session.open)
    fleet.world.advance("1 minute")
    alone.close()
    fleet.world.advance("2 hours")
    const woken = fleet.add()
    const call = fleet.world.fork(woken.session.ping)
    fleet.world.advance("5 seconds")
    assert.strictEqual(ended(call), "ok")
    assert.strictEqual(fleet.sent("auth"), 1)
    assert.strictEqual(first?.tags().filter((tag) => tag === "Adopted" || tag === "Authenticated").length, 1)
  })
})

describe("a store", () => {
  it("whose clock is set back keeps no session from being pinged", () => {
    const fleet = fleets.make("back", 2, { keepAlive: {} })
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("8 minutes")
    fleet.register.ahead = -120_000
    fleet.world.advance("3 hours")
    assert.strictEqual(fleet.sent("auth"), 1)
    assert.deepStrictEqual(fleets.states(fleet), ["Ready", "Ready"])
  })

  it("that holds what nobody sealed says so once, and replaces it", () => {
    const fleet = fleets.make("poisoned", 2)
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("20 seconds")
    const [name = ""] = fleet.register.values.keys()
    fleet.register.values.set(name, "poison")
    fleet.server.expire()
    const calls = fleet.members.map(({ session }) => fleet.world.fork(session.ping))
    fleet.world.advance("5 seconds")
    assert.deepStrictEqual(ends(calls), ["ok"])
    assert.notInclude(fleet.register.values.get(name), "poison")
    assert.strictEqual(fleet.sent("auth"), 2)
  })

  it("that is empty again learns of the session from those who have it", () => {
    const fleet = fleets.make("empty", 2, { keepAlive: {} })
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("1 minute")
    fleet.register.values.clear()
    fleet.world.advance("20 minutes")
    const next = fleet.add()
    const call = fleet.world.fork(next.session.ping)
    fleet.world.advance("5 seconds")
    assert.strictEqual(ended(call), "ok")
    assert.strictEqual(fleet.sent("auth"), 1)
  })

  it("that hangs while a failed login is told holds nobody up for longer than its patience", () => {
    const fleet = fleets.make("hanging", 1)
    const [member] = fleet.members
    fleet.server.always("auth", Scripted.slow("2 seconds", Scripted.err("001")))
    const call = fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    fleet.register.before = Effect.uninterruptible(Effect.never)
    fleet.world.advance("1200 millis")
    assert.strictEqual(ended(call), "waiting")
    fleet.world.advance("1200 millis")
    assert.strictEqual(ended(call), "AuthFailed BadCredentials 001")
  })

  it("is not asked by a call that has a session", () => {
    const fleet = fleets.make("healthy", 1)
    const [member] = fleet.members
    fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 minute")
    fleet.register.before = Effect.never
    fleet.server.next("ping", ok)
    const call = fleet.world.fork(member?.session.ping ?? Effect.void)
    fleet.world.advance("100 millis")
    assert.strictEqual(ended(call), "ok")
  })
})
