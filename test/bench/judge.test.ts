import { assert, describe, it } from "@effect/vitest"
import type { Goal, Row } from "../../scripts/bench/row.ts"
import { rows } from "../../scripts/bench/goals.ts"
import { judge } from "../../scripts/bench/judge.ts"
import { suiteNames, suites } from "../../scripts/bench/suites.ts"

const row = (goal?: Goal): Row => ({
  suite: "ping",
  what: "ours",
  value: "ours cpu",
  per: "soap cpu",
  unit: "× soap",
  ...(goal === undefined ? {} : { goal })
})

/** The mark of ratios of these hundredths. */
const mark = (goal: Goal, ...hundredths: ReadonlyArray<number>) =>
  judge(row(goal), { "ours cpu": [...hundredths], "soap cpu": hundredths.map(() => 100) }).mark

describe("judge", () => {
  it("holds the median to the goal", () => {
    assert.strictEqual(mark({ atMost: 0.35 }, 30, 35, 90), "met")
    assert.strictEqual(mark({ atLeast: 2.8 }, 100, 280, 300), "met")
    assert.strictEqual(mark({ within: 100 }, -9_000, -20, 5_000), "met")
  })

  it("takes for noise what the middle half of the runs reaches", () => {
    assert.strictEqual(mark({ atMost: 0.35 }, 20, 36, 37), "noise")
    assert.strictEqual(mark({ atLeast: 2.8 }, 270, 279, 300), "noise")
    assert.strictEqual(mark({ within: 1 }, -900, 700, 900), "noise")
  })

  it("takes for missed what is beyond the goal by more than that", () => {
    assert.strictEqual(mark({ atMost: 0.35 }, 20, 90, 91, 92, 93), "missed")
    assert.strictEqual(mark({ atLeast: 2.8 }, 100, 110, 120), "missed")
    assert.strictEqual(mark({ within: 1 }, 500, 700, 900), "missed")
  })

  it("shows what has no goal without a mark", () => {
    assert.deepStrictEqual(judge(row(), { "ours cpu": [3], "soap cpu": [2] }), {
      row: row(),
      spread: { median: 1.5, low: 1.5, high: 1.5 },
      mark: ""
    })
  })

  it("says what is missing, on either side of the ratio or in one repetition", () => {
    assert.strictEqual(judge(row({ atMost: 1 }), {}).mark, "missing")
    assert.strictEqual(judge(row({ atMost: 1 }), { "ours cpu": [1] }).mark, "missing")
    assert.strictEqual(judge(row({ atMost: 1 }), { "ours cpu": [1, 2], "soap cpu": [1] }).mark, "missing")
    assert.strictEqual(judge(row({ atMost: 1 }), { "soap cpu": [1] }).mark, "missing")
  })
})

const subjects = (suite: Row["suite"]) => suites[suite].jobs.map(({ subject }) => subject)
const subjectOf = (sample: string) => sample.slice(0, sample.lastIndexOf(" "))

describe("the rows", () => {
  it("name only what their suite measures", () => {
    for (const { per = "", suite, value, what } of rows) {
      assert.include(subjects(suite), subjectOf(value), what)
      if (per !== "") assert.include(subjects(suite), subjectOf(per), what)
    }
  })

  it("show something of every suite", () => {
    assert.sameMembers([...suiteNames], Object.keys(suites))
    assert.sameMembers([...new Set(rows.map(({ suite }) => suite))], Object.keys(suites))
  })
})
