// Processes that come and go, and what they cost Redis.
import { assert, describe, it } from "@effect/vitest"
import { Console, Effect } from "effect"
import * as fleets from "./fleet/fleet.ts"
import { missing, titled } from "./server.ts"

describe.skipIf(missing).concurrent(titled("a fleet"), () => {
  it.scopedLive("of eight that are replaced one by one under load logs in no more", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make()
      const members = yield* fleet.startAll(8)
      yield* fleets.callAll(members, 1)
      yield* fleets.all(members.map(({ load }) => load(5, 500)))
      const started = yield* Effect.forEach(members, (old) =>
        Effect.gen(function* () {
          const next = yield* fleet.start()
          yield* next.load(5, 500)
          assert.deepStrictEqual(Object.keys((yield* old.calm).ends), ["ok"])
          assert.strictEqual(yield* old.quit, 0)
          return next
        })
      )
      for (const next of started) assert.deepStrictEqual(Object.keys((yield* next.calm).ends), ["ok"])
      assert.strictEqual(fleets.logins(fleet), 1)
      yield* fleets.expectSilence(fleet, [...members, ...started])
    })
  )

  it.scopedLive("sends a wrong password once, and a corrected one once", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make({ password: "canary-wr0ng" })
      const members = yield* fleet.startAll(8)
      const refused = "AuthFailed BadCredentials"
      for (const _ of ["first", "again"]) {
        assert.deepStrictEqual((yield* fleets.callAll(members, 5)).ends, { [refused]: 40 })
        assert.strictEqual(fleet.service.log().length, 1)
      }
      const states = yield* fleets.all(members.map(({ states }) => states))
      assert.deepStrictEqual(new Set(states.flat()), new Set(["Rejected"]))
      yield* fleets.all(members.map(({ password }) => password(fleets.secrets.password)))
      // Credentials that were refused are read again after half a minute.
      yield* Effect.sleep("31 seconds")
      assert.deepStrictEqual((yield* fleets.callAll(members, 5)).ends, { ok: 40 })
      assert.deepStrictEqual(
        fleets.sent(fleet, "auth").map(({ outcome }) => outcome),
        ["001", "OK"]
      )
      for (const { printed } of members) assert.notInclude(printed(), "canary-wr0ng")
      yield* fleets.expectSilence(fleet, members)
    })
  )

  it.scopedLive("is one connection for each process, however many accounts there are", () =>
    Effect.gen(function* () {
      const accounts = 200
      const users = Array.from({ length: accounts }, (_, i) => `user-${i}`)
      const fleet = yield* fleets.make({ ...fleets.unhurried, users })
      const memory = Effect.map(fleet.redis.ask("INFO", "memory"), (text) =>
        Number(/used_memory_dataset:(\d+)/.exec(text)?.[1])
      )
      const before = yield* memory
      const members = yield* fleet.startAll(2)
      assert.deepStrictEqual((yield* fleets.callAll(members, 1)).ends, { ok: 2 * accounts })
      assert.strictEqual(fleets.logins(fleet), accounts)
      assert.strictEqual(yield* fleet.redis.ask("DBSIZE"), String(accounts))
      assert.strictEqual(yield* fleets.connections(fleet), 2)
      const each = ((yield* memory) - before) / accounts
      yield* Console.log(`Redis: ${Math.round(each)} bytes for each account`)
      assert.isBelow(each, 2_048)
    })
  )
})
