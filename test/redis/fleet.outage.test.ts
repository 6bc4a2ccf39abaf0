// What becomes of a fleet while its Redis comes and goes.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fleets from "./fleet/fleet.ts"
import type { Process } from "./fleet/process.ts"
import { missing, serveReplicated, titled, until } from "./server.ts"

const haveAll = (members: ReadonlyArray<Process>, event: string, times = 1) =>
  until(Effect.sync(() => members.every((member) => fleets.happened(member, event) >= times)))

const calm = (members: ReadonlyArray<Process>) => Effect.map(fleets.all(members.map(({ calm }) => calm)), fleets.sum)

const load = (members: ReadonlyArray<Process>, callers: number, pause: number) =>
  fleets.all(members.map(({ load }) => load(callers, pause)))

/** The fleet shares one session: a lost one is opened once, and all go on with the new one. */
const expectOneLogin = (fleet: fleets.Fleet, members: ReadonlyArray<Process>) =>
  Effect.gen(function* () {
    const before = fleets.logins(fleet)
    yield* fleet.service.emulator.expireSessions
    assert.deepStrictEqual((yield* fleets.callAll(members, 1)).ends, { ok: members.length })
    assert.strictEqual(fleets.logins(fleet), before + 1)
    assert.strictEqual(new Set(fleets.sessionsInUse(fleet, members)).size, 1)
  })

describe.skipIf(missing).concurrent(titled("a fleet whose Redis"), () => {
  it.scopedLive("is pulled out under fifty callers of each of eight processes, and comes back empty", () =>
    Effect.gen(function* () {
      // So many at once take a slow machine long enough for a request.
      const waits = { timeout: 15_000, patience: 2_000 }
      const fleet = yield* fleets.make(waits)
      const members = yield* fleet.startAll(8)
      yield* fleets.callAll(members, 1)
      yield* load(members, 50, 10_000)
      yield* fleet.redis.kill
      yield* fleet.service.emulator.expireSessions
      yield* haveAll(members, "Detached")
      yield* Effect.sleep("3 seconds")
      const away = fleets.logins(fleet)
      assert.isAtMost(away, 1 + members.length)
      yield* fleet.redis.start
      yield* haveAll(members, "Attached")
      yield* until(Effect.sync(() => new Set(fleets.sessionsInUse(fleet, members)).size === 1))
      assert.strictEqual(fleets.logins(fleet), away)
      yield* expectOneLogin(fleet, members)
      const { ends, longest } = yield* calm(members)
      assert.deepStrictEqual(Object.keys(ends), ["ok"])
      assert.isAtMost(longest, fleets.boundOf(waits))
      yield* fleets.expectSilence(fleet, members)
    })
  )

  it.scopedLive("is restarted empty, hangs for five seconds or drops all connections loses no session", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make()
      const members = yield* fleet.startAll(3)
      yield* fleets.callAll(members, 1)
      yield* load(members, 2, 500)
      yield* fleet.redis.kill
      yield* fleet.redis.start
      yield* Effect.sleep("1 second")
      yield* fleet.redis.freeze
      yield* Effect.sleep("5 seconds")
      yield* fleet.redis.thaw
      yield* Effect.sleep("1 second")
      yield* fleet.redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
      yield* until(
        Effect.sync(() =>
          members.every((member) => fleets.happened(member, "Detached") === fleets.happened(member, "Attached"))
        )
      )
      assert.strictEqual(fleets.logins(fleet), 1)
      yield* expectOneLogin(fleet, members)
      const { ends, longest } = yield* calm(members)
      assert.deepStrictEqual(Object.keys(ends), ["ok"])
      assert.isAtMost(longest, fleets.bound)
    })
  )

  it.scopedLive("is replaced by its replica goes on there with its session", () =>
    Effect.gen(function* () {
      const { first, known, second, watched } = yield* serveReplicated
      const fleet = yield* fleets.on(second, { redis: watched })
      const members = yield* fleet.startAll(3)
      yield* fleets.callAll(members, 1)
      yield* load(members, 2, 500)
      yield* until(Effect.map(second.ask("DBSIZE"), (size) => size === "1"))
      yield* known
      yield* first.kill
      yield* until(Effect.map(second.ask("ROLE"), (role) => role.startsWith("master")))
      yield* until(
        Effect.sync(() =>
          members.every((member) => fleets.happened(member, "Detached") === fleets.happened(member, "Attached"))
        )
      )
      assert.strictEqual(fleets.logins(fleet), 1)
      const started = yield* fleet.start()
      assert.deepStrictEqual((yield* started.call(1)).ends, { ok: 1 })
      yield* expectOneLogin(fleet, [...members, started])
      assert.deepStrictEqual(Object.keys((yield* calm(members)).ends), ["ok"])
    })
  )
})
