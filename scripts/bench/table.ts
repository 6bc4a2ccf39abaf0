import type { Goal } from "./row.ts"
import type { Judged } from "./judge.ts"

const header = ["", "what", "median", "middle half", "goal"]

/** Draws the table in Markdown, its columns padded as the formatter does, so that it reads in a terminal too. */
export const render = (judged: ReadonlyArray<Judged>): string => {
  const lines = [header, ...judged.map(cells)]
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => (line[column] ?? "").length)))
  const draw = (line: ReadonlyArray<string>) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  const [first = header, ...rest] = lines
  return [draw(first), draw(widths.map((width) => "-".repeat(width))), ...rest.map(draw)].join("\n")
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
