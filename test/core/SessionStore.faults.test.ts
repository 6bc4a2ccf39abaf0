import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Redacted } from "effect"
import * as fleets from "./fleet.ts"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { ended, gaps } from "./stage.ts"
import { credentials, GetBalance } from "./support.ts"

/** Has a process want another session, whatever it has. */
const beginAnew = ({ world }: fleets.Fleet, member: Stage | undefined) =>
  world.fork(Effect.zipRight(member?.session.reset ?? Effect.void, member?.session.open ?? Effect.void))

describe("a register", () => {
  it("that hangs keeps nobody from hearing that a login has failed", () => {
    const fleet = fleets.make("hangs", 1)
    const [member] = fleet.members
    fleet.server.next("auth", Scripted.slow("2 seconds", Scripted.err("001")))
    const call = fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    fleet.register.before = Effect.never
    fleet.world.advance("3 seconds")
    assert.strictEqual(ended(call), "AuthFailed BadCredentials 001")
  })

  it("that throws is away", () => {
    const fleet = fleets.make("throws", 1)
    const [member] = fleet.members
    Object.assign(fleet.register.register, {
      read: () => {
        throw new Error("not connected")
      }
    })
    const call = fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    assert.strictEqual(ended(call), "ok")
    assert.deepStrictEqual(member?.tags(), ["Detached", "Authenticating", "Authenticated"])
  })

  it("whose clock shows no time is away", () => {
    const fleet = fleets.make("timeless", 1)
    const [member] = fleet.members
    fleet.register.ahead = Number.NaN
    const call = fleet.world.fork(member?.session.open ?? Effect.void)
    fleet.world.advance("1 second")
    assert.strictEqual(ended(call), "ok")
    assert.deepStrictEqual(member?.tags(), ["Detached", "Authenticating", "Authenticated"])
    assert.strictEqual(fleet.register.values.size, 0)
  })

  it("that hangs is asked again every few seconds", () => {
    const fleet = fleets.make("asked again", 1)
    const [member] = fleet.members
    const asked: Array<number> = []
    fleet.register.before = Effect.suspend(() => {
      asked.push(fleet.world.monotonic() / 1000)
      return Effect.never
    })
    for (let half = 0; half < 120; half += 1) {
      beginAnew(fleet, member)
      fleet.world.advance("500 millis")
    }
    // Its patience, what it is left alone for, and until somebody asks.
    assert.isAtMost(Math.max(...gaps(asked)), 1 + 6 + 0.5)
  })

  it("that hangs where nothing interrupts it is asked ever less, and is back soon after it answers again", () => {
    const fleet = fleets.make("hung", 1)
    const [member] = fleet.members
    let asked = 0
    fleet.register.before = Effect.suspend(() => {
      asked += 1
      return Effect.uninterruptible(Effect.never)
    })
    for (let minute = 0; minute < 120; minute += 1) {
      beginAnew(fleet, member)
      fleet.world.advance("1 minute")
    }
    assert.isAtMost(asked, 60)
    fleet.register.before = Effect.void
    fleet.world.advance("10 minutes")
    beginAnew(fleet, member)
    fleet.world.advance("10 seconds")
    assert.include(member?.tags() ?? [], "Attached")
  })
})

it("Credentials that were wiped from memory are told nobody, and name no account", () => {
  const own = credentials()
  const fleet = fleets.make("wiped", 1, { credentials: Effect.succeed(own) })
  const [member] = fleet.members
  fleet.server.always("auth", Scripted.down)
  const call = fleet.world.fork(member?.session.open ?? Effect.void)
  fleet.world.advance("100 millis")
  const names = new Set(fleet.register.values.keys())
  Redacted.unsafeWipe(own.user)
  fleet.server.always("auth")
  fleet.world.advance("1 minute")
  assert.strictEqual(ended(call), "AuthFailed CredentialsUnavailable")
  assert.deepStrictEqual(new Set(fleet.register.values.keys()), names)
  assert.strictEqual(fleet.sent("auth"), 1)
})

// The leave is written at once, and what says so is still on its way.
const taking = (seed: string, members: number) => {
  const fleet = fleets.make(seed, members)
  fleet.register.after = Effect.sleep("300 millis")
  const [first] = fleet.members
  const call = fleet.world.fork(first?.session.open ?? Effect.void)
  fleet.world.advance("700 millis")
  assert.strictEqual(fleet.register.entry.logins.length, 1)
  return { fleet, first, call }
}

describe("leave to log in", () => {
  it("is given back by who is reset while it is taken", () => {
    const { call, first, fleet } = taking("taken", 1)
    fleet.world.fork(first?.session.reset ?? Effect.void)
    fleet.world.advance("8 seconds")
    assert.strictEqual(ended(call), "ok")
  })

  it("is given back by who is closed while it is taken", () => {
    const { first, fleet } = taking("shut", 2)
    first?.close()
    const other = fleet.world.fork(fleet.members[1]?.session.open ?? Effect.void)
    fleet.world.advance("8 seconds")
    assert.strictEqual(ended(other), "ok")
  })

  it("costs nothing where nobody waits any more once it is given", () => {
    const { call, fleet } = taking("deserted", 2)
    fleet.world.fork(Fiber.interrupt(call))
    fleet.world.advance("2 seconds")
    assert.strictEqual(fleet.sent("auth"), 0)
    assert.strictEqual(fleet.register.entry.logins.length, 0)
    const other = fleet.world.fork(fleet.members[1]?.session.open ?? Effect.void)
    fleet.world.advance("4 seconds")
    assert.strictEqual(ended(other), "ok")
  })
})

/** A process whose session another one has replaced. */
const outdated = (seed: string) => {
  const fleet = fleets.make(seed, 2)
  const [first, second] = fleet.members
  for (const member of fleet.members) fleet.world.fork(member.session.open)
  fleet.world.advance("11 seconds")
  beginAnew(fleet, second)
  fleet.world.advance("11 seconds")
  assert.strictEqual(fleet.sent("auth"), 2)
  assert.deepStrictEqual(first?.tags(), ["Authenticating", "Authenticated"])
  return { fleet, first }
}

describe("a process that stood still", () => {
  it("knows that its session has grown older meanwhile, and leaves a newer one where it is", () => {
    const { first, fleet } = outdated("stood still")
    const stored = fleet.register.entry.session?.id
    fleet.register.before = Effect.never
    const call = fleet.world.fork(first?.session.ping ?? Effect.void)
    fleet.world.advance("100 millis")
    assert.strictEqual(ended(call), "ok")
    fleet.world.jump(Duration.minutes(10), 1)
    fleet.register.before = Effect.void
    fleet.world.advance("2 seconds")
    assert.strictEqual(fleet.register.entry.session?.id, stored)
    assert.strictEqual(first?.tags().at(-1), "Adopted")
  })
})

describe("a call", () => {
  it("whose session is lost is sent again with the store's, and where that is lost as well with a new one", () => {
    const { first, fleet } = outdated("both lost")
    fleet.server.expire()
    const call = fleet.world.fork(first?.session.execute(GetBalance) ?? Effect.void)
    fleet.world.advance("11 seconds")
    assert.strictEqual(ended(call), "ok")
    assert.strictEqual(fleet.sent("getbalance"), 3)
    assert.strictEqual(fleet.sent("auth"), 3)
  })

  it("is sent no fourth time", () => {
    const { first, fleet } = outdated("refused")
    fleet.server.always("getbalance", Scripted.err("001"))
    const call = fleet.world.fork(first?.session.execute(GetBalance) ?? Effect.void)
    fleet.world.advance("1 minute")
    assert.strictEqual(ended(call), "AuthFailed SessionNotAccepted 001")
    assert.strictEqual(fleet.sent("getbalance"), 3)
  })
})

describe("a session", () => {
  it("that was renewed while the store was away is not left for the one that it replaced", () => {
    const fleet = fleets.make("renewed", 2, { maxAge: "30 minutes", keepAlive: {} })
    fleet.members.map(({ session }) => fleet.world.fork(session.open))
    fleet.world.advance("26 minutes")
    assert.strictEqual(fleet.sent("auth"), 1)
    fleet.register.before = Effect.never
    fleet.world.advance("2 minutes")
    assert.strictEqual(fleet.sent("auth"), 1 + 2)
    fleet.register.before = Effect.void
    fleet.world.advance("10 seconds")
    fleet.members.map(({ session }) => fleet.world.fork(session.ping))
    fleet.world.advance("15 minutes")
    assert.strictEqual(fleet.sent("auth"), 1 + 2)
    assert.strictEqual(new Set(fleet.members.map(({ server }) => server.sent.at(-1))).size, 1)
  })
})
