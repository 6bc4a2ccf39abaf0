import type { Outcome, Row } from "./outcome.ts"

const words = { Passed: "passed", Failed: "FAILED", Absent: "not here", NotAsked: "–" } as const

const word = ({ _tag }: Outcome): string => words[_tag]

/** Draws a table in Markdown, its columns padded as the formatter does. */
export const render = (header: ReadonlyArray<string>, rows: ReadonlyArray<Row>): string => {
  const lines = [header, ...rows.map(({ outcomes, what }) => [what, ...outcomes.map(word)])]
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)))
  const draw = (line: ReadonlyArray<string>) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  return [draw(header), draw(widths.map((width) => "-".repeat(width))), ...lines.slice(1).map(draw)].join("\n")
}
