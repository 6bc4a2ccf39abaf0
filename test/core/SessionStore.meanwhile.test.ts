import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fleets from "./fleet.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ended, ends } from "./stage.ts"

describe("a session of the store's that comes while a login waits for another's", () => {
  it("is what the login was for, and ends it", () => {
    const fleet = fleets.make("meanwhile", 2)
    const [first, second] = fleet.members
    const ping = (member = first) => fleet.world.fork(member?.session.ping ?? Effect.void)
    const opened = [ping(first), ping(second)]
    fleet.world.advance("1 minute")
    assert.deepStrictEqual(ends(opened), ["ok"])
    // The word of this use is long on its way, and what there is by then comes back with it.
    fleet.register.before = Effect.sleep("900 millis")
    const used = ping(second)
    fleet.world.advance("100 millis")
    assert.strictEqual(ended(used), "ok")
    fleet.register.before = Effect.void
    fleet.server.expire()
    fleet.server.next("auth", Scripted.slow("650 millis", fleet.server.honest))
    const lost = [ping(first), ping(second)]
    fleet.world.advance("2 seconds")
    assert.deepStrictEqual(ends(lost), ["ok"])
    fleet.world.advance("1 minute")
    assert.strictEqual(fleet.sent("auth"), 2)
  })
})
