/** Draws a table in Markdown, its columns padded as the formatter does. */
export const draw = (header: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [header, ...rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|")))]
  const widths = header.map((_, column) => Math.max(3, ...lines.map((line) => line[column]?.length ?? 0)))
  const pad = (line: ReadonlyArray<string>) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(" | ")} |`
  return [pad(header), pad(widths.map((width) => "-".repeat(width))), ...lines.slice(1).map(pad)].join("\n")
}
