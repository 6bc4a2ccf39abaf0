import { assert, describe, it } from "@effect/vitest"
import { draw } from "../../scripts/bench/chart.ts"
import type { Judged } from "../../scripts/bench/judge.ts"
import { replaceBetween } from "../../scripts/bench/page.ts"
import { render, renew, show } from "../../scripts/bench/table.ts"

const judged: ReadonlyArray<Judged> = [
  {
    row: { suite: "ping", what: "ours", value: "ours cpu", unit: "× soap", goal: { atMost: 0.35 } },
    spread: { median: 0.3012, low: 0.25, high: 0.4 },
    mark: "met"
  },
  {
    row: { suite: "memory", what: "retained", value: "ours retained", unit: "B", goal: { within: 100 } },
    spread: undefined,
    mark: "missing"
  },
  {
    row: { suite: "connections", what: "connections", value: "ours connections", unit: "" },
    spread: { median: 2, low: 2, high: 2 },
    mark: ""
  }
]

describe("the table", () => {
  it("is one of Markdown, as the formatter would have it", () => {
    assert.deepStrictEqual(render(judged).split("\n"), [
      "|         | what        | median     | middle half | goal    |",
      "| ------- | ----------- | ---------- | ----------- | ------- |",
      "| met     | ours        | 0.3 × soap | 0.25 – 0.4  | ≤ 0.35  |",
      "| missing | retained    | –          |             | 0 ± 100 |",
      "|         | connections | 2          |             |         |"
    ])
  })
})

describe("a table that is renewed", () => {
  it("has what was measured, and the rows of before for what was not", () => {
    const [ours, retained, connections] = judged
    const again = { ...ours, spread: { median: 0.4, low: 0.4, high: 0.4 }, mark: "missed" } as Judged
    const rows = [ours, retained, connections].flatMap((it) => (it === undefined ? [] : [it.row]))
    assert.deepStrictEqual(
      renew(`\n\n${render(judged)}\n`, [again], rows)
        .split("\n")
        .slice(2),
      [
        "| missed  | ours        | 0.4 × soap |             | ≤ 0.35  |",
        "| missing | retained    | –          |             | 0 ± 100 |",
        "|         | connections | 2          |             |         |"
      ]
    )
  })
})

describe("show", () => {
  it.each([
    [0, "0"],
    [0.0123, "0.012"],
    [1.25, "1.3"],
    [12.34, "12.3"],
    [117.2, "117"],
    [-437.4, "-437"]
  ])("writes %d as %s", (value, text) => {
    assert.strictEqual(show(value), text)
  })
})

describe("the chart", () => {
  it("has a bar for each client that was measured, as long as its ratio, and a legend", () => {
    const svg = draw({ "soap cpu": [100, 200], "undiciTransport cpu": [50, 100] })
    assert.deepStrictEqual(
      Array.from(svg.matchAll(/class="(ours|peer)".* width="(\d+)"/g), ([, kind, width]) => [kind, width]),
      [
        ["peer", "400"],
        ["ours", "200"],
        ["ours", "14"],
        ["peer", "14"]
      ]
    )
    assert.include(svg, ">0.5</text>")
    assert.notInclude(svg, "strong-soap")
  })
})

describe("a page", () => {
  it("gets a new text between its markers and keeps all else", () => {
    assert.strictEqual(
      replaceBetween("a\n<!-- table -->\nold\n<!-- /table -->\nb", "table", (before) => `new for${before.trimEnd()}`),
      "a\n<!-- table -->\n\nnew for\nold\n\n<!-- /table -->\nb"
    )
  })

  it("must have both markers", () => {
    assert.throws(() => replaceBetween("<!-- table -->", "table", () => "new"), /no <!-- table -->/)
  })
})
