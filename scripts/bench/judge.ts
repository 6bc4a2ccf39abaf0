import type { Goal, Row } from "./row.ts"
import type { Samples } from "./samples.ts"
import type { Spread } from "./statistics.ts"
import { divide, spread } from "./statistics.ts"

// `noise` is a median beyond the goal while the middle half of the runs reaches it; only `missed` fails a run.
type Mark = "met" | "noise" | "missed" | "missing" | ""

/** A row with what was measured; the spread is undefined where there was nothing to measure. */
export interface Judged {
  readonly row: Row
  readonly spread: Spread | undefined
  readonly mark: Mark
}

/** Takes a row's numbers from the samples and holds them to its goal. */
export const judge = (row: Row, samples: Samples): Judged => {
  const values = samples[row.value] ?? []
  const numbers = row.per === undefined ? values : divide(values, samples[row.per] ?? [])
  if (numbers.length === 0 || numbers.some(Number.isNaN)) return { row, spread: undefined, mark: "missing" }
  const found = spread(numbers)
  return { row, spread: found, mark: row.goal === undefined ? "" : mark(row.goal, found) }
}

const mark = (goal: Goal, { high, low, median }: Spread): Mark => {
  if (meets(goal, median)) return "met"
  return meets(goal, low) || meets(goal, high) || low * high < 0 ? "noise" : "missed"
}

const meets = (goal: Goal, value: number): boolean => {
  if ("atMost" in goal) return value <= goal.atMost
  if ("atLeast" in goal) return value >= goal.atLeast
  return Math.abs(value) <= goal.within
}
