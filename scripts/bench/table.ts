import * as table from "../markdown/table.ts"
import type { Judged } from "./judge.ts"
import type { Goal, Row } from "./row.ts"

const header = ["", "what", "median", "middle half", "goal"]

/** Draws what was measured and judged, as it stands in the page and is read in a terminal. */
export const render = (judged: ReadonlyArray<Judged>): string => table.draw(header, judged.map(cells))

/** The same, with the rows of an earlier table for whatever was not measured this time. */
export const renew = (before: string, judged: ReadonlyArray<Judged>, rows: ReadonlyArray<Row>): string => {
  const known = before.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim())
  )
  return table.draw(
    header,
    rows.flatMap((row) => {
      const measured = judged.find((it) => it.row === row)
      if (measured !== undefined) return [cells(measured)]
      const goal = row.goal === undefined ? "" : describe(row.goal)
      return known.filter(([, what, , , held]) => what === row.what && held === goal)
    })
  )
}

const cells = ({ mark, row, spread }: Judged): ReadonlyArray<string> => [
  mark,
  row.what,
  spread === undefined ? "–" : `${show(spread.median)} ${row.unit}`.trim(),
  spread === undefined || spread.low === spread.high ? "" : `${show(spread.low)} – ${show(spread.high)}`,
  row.goal === undefined ? "" : describe(row.goal)
]

const describe = (goal: Goal): string => {
  if ("atMost" in goal) return `≤ ${Number(goal.atMost.toPrecision(3))}`
  if ("atLeast" in goal) return `≥ ${goal.atLeast}`
  return `0 ± ${goal.within}`
}

/** Two digits that mean something, and no more than a whole number has. */
export const show = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(Math.abs(value) >= 10 ? 3 : 2)))
