// What is under way when a process is killed, or frozen: somebody else does it.
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect } from "effect"
import * as fleets from "./fleet/fleet.ts"
import type { Process } from "./fleet/process.ts"
import { missing, titled, until } from "./server.ts"

/** Holds up the next request for an operation; gives the process that waits for its answer, and what lets it go on. */
const hold = (fleet: fleets.Fleet, operation: string, members: ReadonlyArray<Process>) =>
  Effect.gen(function* () {
    const come = yield* Deferred.make<void>()
    const release = yield* Deferred.make<void>()
    const wait = Effect.zipRight(Deferred.succeed(come, undefined), Deferred.await(release))
    yield* fleet.service.emulator.fail(() => Effect.as(wait, undefined), { operation })
    const holder = Effect.flatMap(Deferred.await(come), () => {
      const by = fleets
        .sent(fleet, operation)
        .filter(({ outcome }) => outcome === "waiting")
        .at(-1)?.by
      return Effect.fromNullable(members.find(({ name }) => name === by))
    })
    return { holder: Effect.orDie(holder), release: Deferred.succeed(release, undefined) }
  })

const others = (members: ReadonlyArray<Process>, one: Process) => members.filter((it) => it !== one)

const lost = ["kill", "freeze"] as const

describe.skipIf(missing).concurrent(titled("a fleet one of whose processes is lost"), () => {
  for (const how of lost) {
    it.scopedLive(`while it pings (${how}) is pinged by another within its leave`, () =>
      Effect.gen(function* () {
        const fleet = yield* fleets.make()
        const members = yield* fleet.startAll(3)
        yield* fleets.callAll(members, 1)
        const from = performance.now()
        const { holder, release } = yield* hold(fleet, "ping", members)
        const pinger = yield* holder
        yield* pinger[how]
        const answered = () => fleets.sent(fleet, "ping").filter(({ outcome }) => outcome === "OK")
        yield* until(Effect.sync(() => answered().length > 0))
        const gap = fleets.longestGap(answered(), from, performance.now())
        assert.isAtMost(gap, fleets.times.interval + fleets.lease + fleets.tick)
        yield* release
        yield* pinger.thaw
        const left = how === "kill" ? others(members, pinger) : members
        assert.deepStrictEqual((yield* fleets.callAll(left, 1)).ends, { ok: left.length })
        assert.strictEqual(fleets.logins(fleet), 1)
      })
    )

    it.scopedLive(`while it logs in (${how}) logs in by another within its leave, and once`, () =>
      Effect.gen(function* () {
        const fleet = yield* fleets.make()
        const members = yield* fleet.startAll(3)
        const { holder, release } = yield* hold(fleet, "auth", members)
        yield* fleets.all(members.map(({ load }) => load(5, 1_000)))
        const login = yield* holder
        const from = performance.now()
        yield* login[how]
        const left = others(members, login)
        yield* until(Effect.sync(() => fleets.sessionsInUse(fleet, left).every((session) => session > 0)))
        // The leave and the budget lift one after the other, and each is seen by the next look.
        assert.isAtMost(performance.now() - from, fleets.lease + 2 * fleets.tick)
        // The one that was lost comes too late with its session, if it comes at all.
        yield* release
        yield* login.thaw
        const here = how === "kill" ? left : members
        const borne = fleets.sum(yield* fleets.all(here.map(({ calm }) => calm)))
        assert.deepStrictEqual(Object.keys(borne.ends), ["ok"])
        assert.isAtMost(borne.longest, fleets.bound + (how === "kill" ? 0 : performance.now() - from))
        yield* fleets.callAll(here, 1)
        assert.strictEqual(new Set(fleets.sessionsInUse(fleet, here)).size, 1)
        assert.strictEqual(fleets.logins(fleet), 2)
        yield* fleets.expectSilence(fleet, members)
      })
    )
  }
})
