// The recording of `start` in the README, read as what it shows.
import * as fs from "node:fs"

export const source = fs.readFileSync(new URL("../docs/images/start.svg", import.meta.url), "utf8")

const unescape = (text: string): string => text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")

/** What was printed, line by line. */
export const lines: ReadonlyArray<string> = unescape(
  /<desc id="description">([^<]*)<\/desc>/.exec(source)?.[1] ?? ""
).split("\n")

/** What is seen: the pieces of each row, with their colours. */
export const rows: ReadonlyArray<ReadonlyArray<{ readonly colour: string; readonly text: string }>> = Array.from(
  source.matchAll(/^<text id="l\d+"[^>]*>(.*)<\/text>$/gm),
  ([, row = ""]) =>
    Array.from(row.matchAll(/<tspan class="(\w+)">([^<]*)<\/tspan>/g), ([, colour = "", text = ""]) => ({
      colour,
      text: unescape(text)
    }))
)

/** The event of a session that a line tells, or `message` or `summary`, as `start --json` names them. */
export const eventOf = (line: string): string | undefined => {
  if (line.startsWith("message ")) return "message"
  if (line.startsWith("logins ")) return "summary"
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z {2}([a-z]+) +session \d+(?: {2}[a-z]+ \S+(?: m?s)?)*$/.exec(line)?.[1]
}

export const events: ReadonlyArray<string> = lines.flatMap((line) => eventOf(line) ?? [])
