import * as table from "../markdown/table.ts"
import type { Outcome, Row } from "./outcome.ts"

const words = { Passed: "passed", Failed: "FAILED", Absent: "not here", NotAsked: "–" } as const

const word = ({ _tag }: Outcome): string => words[_tag]

/** Draws what came of each try. */
export const render = (header: ReadonlyArray<string>, rows: ReadonlyArray<Row>): string =>
  table.draw(
    header,
    rows.map(({ outcomes, what }) => [what, ...outcomes.map(word)])
  )
