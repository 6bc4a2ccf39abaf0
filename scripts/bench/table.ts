import type { Judged } from "./judge.ts"
import type { Goal, Row } from "./row.ts"

const header = ["", "what", "median", "middle half", "goal"]

/** Draws the table in Markdown, its columns padded as the formatter does, so that it reads in a terminal too. */
export const render = (judged: ReadonlyArray<Judged>): string => draw(judged.map(cells))

/** The same, with the rows of an earlier table for whatever was not measured this time. */
export const renew = (before: string, judged: ReadonlyArray<Judged>, rows: ReadonlyArray<Row>): string => {
  const known = before.split("\n").map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim())
  )
  return draw(
    rows.flatMap((row) => {
      const measured = judged.find((it) => it.row === row)
      if (measured !== undefined) return [cells(measured)]
      const goal = row.goal === undefined ? "" : describe(row.goal)
      return known.filter(([, what, , , held]) => what === row.what && held === goal)
    })
  )
}

const draw = (rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [header, ...rows]
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? "").length)))
  const pad = (line: ReadonlyArray<string>) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [first = header, ...rest] = lines
  return [pad(first), pad(widths.map((width) => "-".repeat(width))), ...rest.map(pad)].join("\n")
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
