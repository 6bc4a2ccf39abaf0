import { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import * as fleets from "./fleet.ts"
import * as Scripted from "./scriptedTransport.ts"
import { crowd, ended, ends, gaps } from "./stage.ts"
import { credentials, ofMap } from "./support.ts"

const everybody = (fleet: fleets.Fleet, callers = 50) =>
  fleet.members.flatMap(({ session }) => crowd(fleet.world, callers, session.ping))

/** How many pings so many idle members send in ten hours, beyond those of the callers who opened the session. */
const idlePings = (members: number): number => {
  const fleet = fleets.make("idle", members, { keepAlive: {} })
  everybody(fleet, 1)
  fleet.world.advance("10 hours")
  assert.strictEqual(fleet.sent("auth"), 1)
  const times = fleet.server.log.flatMap((line) => (line.includes(" ping ") ? [Number(line.split(" ")[0])] : []))
  // The interval, a leave that was not used, and what a look takes.
  assert.isAtMost(Math.max(...gaps(times)), 600 + 20 + 1)
  return times.length - members
}

describe("a session that is shared", () => {
  it("is opened once by eight processes with fifty callers each, and once more when it is lost", () => {
    const fleet = fleets.make("shared", 8)
    const first = everybody(fleet)
    fleet.world.advance("5 seconds")
    assert.deepStrictEqual(ends(first), ["ok"])
    assert.strictEqual(fleet.sent("auth"), 1)
    fleet.world.advance("1 minute")
    fleet.server.expire()
    const second = everybody(fleet)
    fleet.world.advance("5 seconds")
    assert.deepStrictEqual(ends(second), ["ok"])
    assert.strictEqual(fleet.sent("auth"), 2)
    const [tags] = fleet.members.map(({ tags }) => tags().filter((tag) => tag === "Adopted" || tag === "Authenticated"))
    assert.strictEqual(tags?.length, 2)
  })

  it("is opened by nobody else while others are known to be refused", () => {
    const fleet = fleets.make("rejected", 8)
    fleet.server.always("auth", Scripted.err("001"))
    const callers = everybody(fleet)
    fleet.world.advance("10 seconds")
    assert.deepStrictEqual(ends(callers), ["AuthFailed BadCredentials 001"])
    assert.strictEqual(fleet.sent("auth"), 1)
    assert.deepStrictEqual(new Set(fleets.states(fleet)), new Set(["Rejected"]))
    const later = everybody(fleet, 2)
    fleet.world.advance("10 minutes")
    assert.deepStrictEqual(ends(later), ["AuthFailed BadCredentials 001"])
    assert.strictEqual(fleet.sent("auth"), 1)
  })

  it("is open to all again once one of them has other credentials", () => {
    let password = "wrong"
    const fleet = fleets.make("corrected", 8, { credentials: Effect.sync(() => credentials(password)) })
    fleet.server.next("auth", Scripted.err("001"))
    everybody(fleet, 1)
    fleet.world.advance("1 minute")
    password = "right"
    const callers = everybody(fleet)
    fleet.world.advance("10 seconds")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(fleet.sent("auth"), 2)
    assert.deepStrictEqual(fleet.register.entry.refused.length, 1)
  })

  it("is pinged by one of eight that are idle", () => {
    const [one, eight] = [idlePings(1), idlePings(8)]
    assert.isAtMost(Math.abs(eight - one), 10 * 6)
    assert.isAtMost(eight, 10 * 7.5 + 1)
  })

  it("is pinged by none while it is used somewhere", () => {
    const fleet = fleets.make("busy", 4, { keepAlive: {} })
    everybody(fleet, 1)
    fleet.world.advance("1 minute")
    const before = fleet.sent("ping")
    const [busy] = fleet.members
    for (let minute = 0; minute < 120; minute++) {
      const call = fleet.world.fork(busy?.session.use(() => Effect.void) ?? Effect.void)
      fleet.world.advance("1 minute")
      assert.strictEqual(ended(call), "ok")
    }
    assert.strictEqual(fleet.sent("ping"), before)
    assert.deepStrictEqual(new Set(fleets.states(fleet)), new Set(["Ready"]))
    assert.strictEqual(fleet.sent("auth"), 1)
  })

  it("is taken by a process that starts, without a login", () => {
    const fleet = fleets.make("rolling", 2, { keepAlive: {} })
    everybody(fleet)
    fleet.world.advance("8 minutes")
    for (let deployed = 0; deployed < 8; deployed++) {
      const next = fleet.add()
      const callers = crowd(fleet.world, 50, next.session.ping)
      fleet.world.advance("1 minute")
      assert.deepStrictEqual(ends(callers), ["ok"])
      assert.include(next.tags(), "Adopted")
      next.close()
      fleet.world.advance("1 minute")
    }
    assert.strictEqual(fleet.sent("auth"), 1)
  })
})

it.skipIf(ofMap)("Services at one host and port are told apart by their endpoints", () => {
  const fleet = fleets.make("endpoints", 1)
  const at = (path: string) => {
    const layer = Layer.map(fleet.server.layer, (context) =>
      Context.make(Transport, { ...Context.get(context, Transport), endpoint: `https://soap.example/${path}` })
    )
    return fleet.add({ server: { ...fleet.server, layer } })
  }
  const members = [at("one"), at("one"), at("other")]
  for (const { session } of members) {
    const call = fleet.world.fork(session.open)
    fleet.world.advance("1 second")
    assert.strictEqual(ended(call), "ok")
  }
  assert.strictEqual(fleet.sent("auth"), 2)
  assert.deepStrictEqual(
    members.map(({ tags }) => tags().at(-1)),
    ["Authenticated", "Adopted", "Authenticated"]
  )
})

describe("a store that is away", () => {
  it.skipIf(ofMap)("leaves each process to itself, says so once, and brings them together without a login", () => {
    const fleet = fleets.make("away", 3, { keepAlive: {} })
    everybody(fleet)
    fleet.world.advance("1 minute")
    fleet.register.before = Effect.never
    fleet.server.expire()
    const alone = everybody(fleet)
    fleet.world.advance("10 seconds")
    assert.deepStrictEqual(ends(alone), ["ok"])
    assert.strictEqual(fleet.sent("auth"), 1 + 3)
    fleet.world.advance("1 hour")
    fleet.register.before = Effect.void
    fleet.world.advance("1 hour")
    assert.strictEqual(fleet.sent("auth"), 1 + 3)
    assert.strictEqual(new Set(fleet.members.map(({ server }) => server.sent.at(-1))).size, 1)
    for (const { tags } of fleet.members) {
      assert.deepStrictEqual(
        tags().filter((tag) => tag === "Detached" || tag === "Attached"),
        ["Detached", "Attached"]
      )
    }
  })
})
