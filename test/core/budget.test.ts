import { assert, describe, it } from "@effect/vitest"
import type { Entry, Leave } from "../../packages/core/src/internal/session/machine/budget.ts"
import * as budget from "../../packages/core/src/internal/session/machine/budget.ts"
import { at } from "./machineInputs.ts"

const limits = { spacing: 10_000, limit: 5, window: 300_000 }

type Sent = readonly [second: number, what: "login" | "retry" | "unreached login" | "unreached retry"]

const entries = (...sent: ReadonlyArray<Sent>): ReadonlyArray<Entry> =>
  sent.map(([second, what]) => ({
    at: at(second),
    begins: what.endsWith("login"),
    reached: !what.startsWith("unreached")
  }))

const wait = (sent: ReadonlyArray<Sent>, second: number, leave: Leave): number =>
  budget.wait(limits, entries(...sent), at(second), leave) / 1000

describe("logins are spaced", () => {
  const relogin: ReadonlyArray<Sent> = [
    [0, "login"],
    [1, "login"]
  ]
  it.each<[what: string, sent: ReadonlyArray<Sent>, second: number, leave: Leave, seconds: number]>([
    ["a first login begins at once", [], 0, "Ordinary", 0],
    ["the next one waits for 10 s", [[0, "login"]], 4, "Ordinary", 6],
    ["to the last millisecond", [[0, "login"]], 9.999, "Ordinary", 0.001],
    ["and no longer", [[0, "login"]], 10, "Ordinary", 0],
    ["one that was asked for begins at once", [[0, "login"]], 1, "AtOnce", 0],
    ["but never a third", relogin, 2, "AtOnce", 8],
    ["within 10 s", relogin, 10, "AtOnce", 0],
    ["an ordinary one waits for the latest, whoever asked for it", relogin, 10, "Ordinary", 1],
    ["a retry has a schedule of its own", relogin, 2, "Retry", 0],
    [
      "and holds no login up",
      [
        [0, "login"],
        [9, "retry"]
      ],
      10,
      "Ordinary",
      0
    ],
    ["a request that did not reach the service holds the next login up", [[0, "unreached login"]], 1, "Ordinary", 9]
  ])("%s", (_, sent, second, leave, seconds) => {
    assert.strictEqual(wait(sent, second, leave), seconds)
  })
})

describe("five requests go out in 5 minutes", () => {
  const five: ReadonlyArray<Sent> = [
    [0, "login"],
    [4, "retry"],
    [12, "retry"],
    [20, "login"],
    [24, "retry"]
  ]
  it.each<[what: string, sent: ReadonlyArray<Sent>, second: number, leave: Leave, seconds: number]>([
    ["the fifth", five.slice(0, 4), 24, "Retry", 0],
    ["not a sixth, were it a retry", five, 30, "Retry", 270],
    ["nor one that was asked for", five, 30, "AtOnce", 270],
    ["until the first is 5 minutes old", five, 300, "Ordinary", 0],
    [
      "a request that did not reach the service is none",
      [...five.slice(0, 4), [24, "unreached retry"]],
      30,
      "Retry",
      0
    ],
    ["wherever it stands", [[0, "unreached login"], ...five.slice(1)], 100, "Retry", 0],
    [
      "the longer of both waits counts",
      [
        [0, "login"],
        [4, "retry"],
        [12, "retry"],
        [16, "retry"],
        [299, "login"]
      ],
      299.5,
      "Ordinary",
      9.5
    ]
  ])("%s", (_, sent, second, leave, seconds) => {
    assert.strictEqual(wait(sent, second, leave), seconds)
  })
})

describe("time passes by the clock that saw more of it", () => {
  const sent = entries([0, "login"])
  it.each<[clock: string, wall: number, monotonic: bigint]>([
    ["the wall clock, when the machine slept", 10_000, 0n],
    ["the monotonic one, when the wall clock was set back", -3_600_000, 10_000_000_000n]
  ])("%s", (_, wall, monotonic) => {
    assert.strictEqual(budget.wait(limits, sent, { wall, monotonic }, "Ordinary"), 0)
  })
})

describe("what is remembered", () => {
  const add = (sent: ReadonlyArray<Sent>, second: number, leave: Leave) =>
    budget.add(limits, entries(...sent), at(second), leave)

  it.each<[leave: Leave, what: Sent[1]]>([
    ["Ordinary", "login"],
    ["AtOnce", "login"],
    ["Retry", "retry"]
  ])("%s adds a %s that is taken to have reached the service", (leave, what) => {
    assert.deepStrictEqual(add([[0, "login"]], 20, leave), entries([0, "login"], [20, what]))
  })

  it("is what still counts, and no more", () => {
    const sent: ReadonlyArray<Sent> = [
      [0, "login"],
      [4, "retry"],
      [289, "unreached login"],
      [291, "unreached login"],
      [295, "unreached retry"]
    ]
    const kept: ReadonlyArray<Sent> = [
      [4, "retry"],
      [291, "unreached login"],
      [300, "login"]
    ]
    assert.deepStrictEqual(add(sent, 300, "Ordinary"), entries(...kept))
  })

  it("is kept for the spacing where that is the longer one", () => {
    const spaced = { ...limits, spacing: 600_000 }
    const sent = entries([0, "login"], [0, "retry"])
    assert.deepStrictEqual(budget.add(spaced, sent, at(400), "AtOnce"), entries([0, "login"], [400, "login"]))
  })

  it("is excused for the latest request alone", () => {
    assert.deepStrictEqual(
      budget.excuse(entries([0, "login"], [4, "retry"])),
      entries([0, "login"], [4, "unreached retry"])
    )
    assert.deepStrictEqual(budget.excuse([]), [])
  })
})
