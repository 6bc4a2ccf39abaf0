// A shortened hour: six intervals, of which each is six seconds and not ten minutes.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fleets from "./fleet/fleet.ts"
import { missing, titled } from "./server.ts"

const { interval } = fleets.times
const hour = 6 * interval

/** Processes whose clocks differ by as much as four minutes. */
const skews = [0, 120_000, -120_000, 0, 0, 60_000, 0, 0]

describe.skipIf(missing).concurrent(titled("a fleet for an hour"), () => {
  it.scopedLive("of eight that are idle is pinged as one process is, whatever their clocks say", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make()
      const members = yield* fleets.all(skews.map((skew) => fleet.start({ skew })))
      assert.deepStrictEqual((yield* fleets.callAll(members, 1)).ends, { ok: 8 })
      const start = performance.now()
      yield* Effect.sleep(hour)
      const pings = fleets.sent(fleet, "ping").filter(({ at }) => at > start && at < start + hour)
      // One process pings after an interval, less up to a fifth; and one at either edge.
      assert.isAtLeast(pings.length, hour / interval - 1)
      assert.isAtMost(pings.length, hour / (0.8 * interval) + 1)
      assert.isAtMost(fleets.longestGap(pings, start, start + hour), interval + fleets.lease + fleets.tick)
      assert.strictEqual(fleets.logins(fleet), 1)
      yield* fleets.expectSilence(fleet, members)
    })
  )

  it.scopedLive("is not pinged while one of its processes is busy", () =>
    Effect.gen(function* () {
      const fleet = yield* fleets.make()
      const members = yield* fleet.startAll(4)
      yield* fleets.callAll(members, 1)
      const [busy] = members
      yield* busy?.load(1, 500) ?? Effect.void
      // Whoever was about to ping has done so by then.
      yield* Effect.sleep(interval)
      const before = fleets.sent(fleet, "ping").length
      yield* Effect.sleep(3 * interval)
      assert.strictEqual(fleets.sent(fleet, "ping").length, before)
      const { ends } = yield* busy?.calm ?? Effect.dieMessage("nobody is there")
      assert.deepStrictEqual(Object.keys(ends), ["ok"])
      assert.strictEqual(fleets.logins(fleet), 1)
    })
  )
})
