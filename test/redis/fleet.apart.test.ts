// Fleets that have nothing but their Redis in common.
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Order } from "effect"
import * as fleets from "./fleet/fleet.ts"
import { missing, serve, titled } from "./server.ts"

describe.skipIf(missing)(titled("fleets on one Redis"), () => {
  it.scopedLive("never mix accounts, endpoints and prefixes", () =>
    Effect.gen(function* () {
      const redis = yield* serve()
      const here = yield* fleets.on(redis, fleets.unhurried)
      const there = yield* fleets.on(redis, fleets.unhurried)
      const started = yield* fleets.all([
        here.startAll(2, { users: ["one", "other"] }),
        here.startAll(2, { users: ["one"], prefix: "apart" }),
        there.startAll(2, { users: ["one"] })
      ])
      assert.deepStrictEqual((yield* fleets.callAll(started.flat(), 5)).ends, { ok: 5 * 8 })
      // Two accounts, one of which has a session for each prefix; and whatever is used elsewhere is another service's.
      assert.strictEqual(fleets.logins(here), 3)
      assert.strictEqual(fleets.logins(there), 1)
      const prefixes = (yield* redis.ask("KEYS", "*")).split("\n").map((key) => key.split(":")[0] ?? "")
      assert.deepStrictEqual(Arr.sort(prefixes, Order.string), ["apart", "fleet", "fleet", "fleet"])
      const sessions = yield* here.service.emulator.openSessions
      const used = started.slice(0, 2).map((members) => members.map(({ name }) => fleets.used(here, name)))
      const [[first, second] = [], [apart, apartToo] = []] = used
      assert.deepStrictEqual(first, second)
      assert.deepStrictEqual(apart, apartToo)
      assert.sameMembers(
        sessions.filter(({ ordinal }) => first?.has(ordinal)).map(({ account }) => account.user),
        ["one", "other"]
      )
      assert.isFalse(Array.from(apart ?? []).some((session) => first?.has(session)))
    })
  )
})
