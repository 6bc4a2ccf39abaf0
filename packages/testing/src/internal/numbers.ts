import * as HashMap from "effect/HashMap"
import type { Outcome } from "../Outcome.ts"

/** What becomes of the messages to some numbers. */
export type Numbers = HashMap.HashMap<string, Outcome>

/** The numbers with another outcome for one of them, or none of its own any more. */
export const set = (numbers: Numbers, number: string, outcome: Outcome | undefined): Numbers =>
  outcome === undefined ? HashMap.remove(numbers, number) : HashMap.set(numbers, number, outcome)
