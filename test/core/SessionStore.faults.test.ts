import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import * as fleets from "./fleet.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ended } from "./stage.ts"

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
