import { assert, describe, it } from "@effect/vitest"
import { parse } from "../../scripts/accounts/arguments.ts"
import type { Findings } from "../../scripts/accounts/judge.ts"
import { heapOfOne, judge } from "../../scripts/accounts/judge.ts"
import * as pings from "../../scripts/accounts/pings.ts"

const seenOf = (...came: ReadonlyArray<readonly [session: number, at: number]>) => {
  const { add, seen } = pings.make()
  for (const [session, at] of came) add(session, at)
  return seen()
}

describe("what the service sees of pings", () => {
  it("is the shortest time between two of one session", () => {
    assert.strictEqual(seenOf([1, 0], [2, 0.5], [1, 10], [2, 8], [1, 19]).smallestGap, 7.5)
    assert.strictEqual(seenOf([1, 0], [2, 0.5], [3, 0.5]).smallestGap, Infinity)
    assert.strictEqual(seenOf([1, 3], [1, 3]).smallestGap, 0)
  })

  it("is how many came to how many, and how many in the fullest second", () => {
    const { mostInASecond, pinged, pings } = seenOf([1, 0.1], [2, 0.9], [3, 1], [4, 1.5], [1, 1.9], [6, 3], [7, 3.9])
    assert.deepStrictEqual({ mostInASecond, pinged, pings }, { mostInASecond: 3, pinged: 6, pings: 7 })
    assert.deepStrictEqual(seenOf(), { pings: 0, pinged: 0, smallestGap: Infinity, mostInASecond: 0 })
  })
})

describe("the verdict on kept sessions", () => {
  const good: Findings = {
    count: 1000,
    interval: 10,
    alive: 1000,
    ready: 1000,
    pinged: 1000,
    logins: 1000,
    loggedInOnce: 1000,
    smallestGap: 7.9,
    longestPing: 0.1,
    collection: 0,
    pingsASecond: 100,
    mostInASecond: 219,
    heap: { before: 10_000_000, first: 11_000_000, second: 11_500_000 }
  }
  const broken = (change: Partial<Findings>) =>
    judge({ ...good, ...change }).flatMap(({ holds }, index) => (holds ? [] : [index]))

  it("is good where everything just holds", () => assert.deepStrictEqual(broken({}), []))

  const bad: ReadonlyArray<readonly [name: string, promise: number, change: Partial<Findings>]> = [
    ["a session that the service has forgotten", 0, { alive: 999 }],
    ["a session that the map has lost", 0, { ready: 999 }],
    ["a session that was never pinged", 0, { pinged: 999 }],
    ["an account that logged in again", 1, { logins: 1001, loggedInOnce: 999 }],
    ["two accounts that make up for each other", 1, { loggedInOnce: 998 }],
    ["pings that come too soon", 2, { smallestGap: 7.89 }],
    ["a heap that grows", 3, { heap: { before: 10_000_000, first: 11_000_000, second: 11_560_000 } }],
    ["a burst", 4, { mostInASecond: 221 }]
  ]
  it.each(bad)("tells of %s", (_, promise, change) => assert.deepStrictEqual(broken(change), [promise]))

  it("knows what one session takes", () => assert.strictEqual(heapOfOne(good), 1.5))
})

describe("the command line of accounts", () => {
  it("keeps 100,000 sessions of ten minutes by default", () =>
    assert.deepStrictEqual(parse([]), { count: 100_000, life: 600, interval: 300, json: false }))

  it("takes every flag", () =>
    assert.deepStrictEqual(parse(["--count", "7", "--life", "30", "--interval", "9", "--json"]), {
      count: 7,
      life: 30,
      interval: 9,
      json: true
    }))

  it("refuses what it cannot use, by the name of the flag", () => {
    assert.throws(() => parse(["--count", "0"]), /--count is a whole number from 1 to 9999999, not "0"/)
    assert.throws(() => parse(["--life", "1e3"]), /--life .*"1e3"/)
    assert.throws(() => parse(["--many"]), /--many/)
  })
})
