import type { SuiteName } from "./suites.ts"

/** What a value is held to: at most, at least, or no further than that from zero. */
export type Goal = { readonly atMost: number } | { readonly atLeast: number } | { readonly within: number }

/** One line of the table: samples, divided in each repetition by those of another subject where `per` names one. */
export interface Row {
  readonly suite: SuiteName
  readonly what: string
  readonly value: string
  readonly per?: string
  readonly unit: string
  readonly goal?: Goal
}
