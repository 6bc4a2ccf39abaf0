import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
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
