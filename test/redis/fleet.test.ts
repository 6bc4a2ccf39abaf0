// A fleet of real processes on a real Redis. What takes longer is in the files beside this one, for `npx pnpm fleet:redis`.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fleets from "./fleet/fleet.ts"
import { missing, titled } from "./server.ts"

describe.skipIf(missing)(titled("a fleet on Redis"), () => {
  it.scopedLive("of eight processes with fifty callers each logs in once, and once when the session expires", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make(fleets.unhurried)
      const members = yield* fleet.startAll(8)
      assert.deepStrictEqual((yield* fleets.callAll(members)).ends, { ok: 400 })
      assert.strictEqual(fleets.logins(fleet), 1)
      yield* fleet.service.emulator.expireSessions
      assert.deepStrictEqual((yield* fleets.callAll(members)).ends, { ok: 400 })
      assert.strictEqual(fleets.logins(fleet), 2)
      assert.deepStrictEqual(new Set(fleets.sessionsInUse(fleet, members)), new Set([2]))
      assert.strictEqual(yield* fleets.connections(fleet), 8)
      yield* fleets.expectSilence(fleet, members)
    })
  )

  it.scopedLive("puts its session where somebody else has put something, and shows nothing of that", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make(fleets.unhurried)
      const members = yield* fleet.startAll(2)
      yield* fleets.callAll(members, 5)
      const name = yield* fleet.redis.ask("KEYS", "*")
      const sealed = yield* fleet.redis.ask("GET", name)
      const poisons = [
        fleet.redis.ask("SET", name, "p0ison"),
        // Sealed by us, and then changed.
        fleet.redis.ask("SETRANGE", name, "40", "p0ison"),
        Effect.zipRight(fleet.redis.ask("DEL", name), fleet.redis.ask("RPUSH", name, "p0ison"))
      ]
      for (const poison of poisons) {
        yield* poison
        yield* fleet.service.emulator.expireSessions
        const before = fleets.logins(fleet)
        assert.deepStrictEqual((yield* fleets.callAll(members, 5)).ends, { ok: 10 })
        assert.strictEqual(fleets.logins(fleet), before + 1)
        const held = yield* fleet.redis.ask("GET", name)
        assert.notInclude(held, "p0ison")
        assert.isAtLeast(held.length, sealed.length / 2)
      }
      for (const { printed } of members) assert.notInclude(printed(), "p0ison")
      yield* fleets.expectSilence(fleet, members)
    })
  )
})
