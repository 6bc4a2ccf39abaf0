/** What became of a check. What could not be had here is no failure, and never a success. */
export type Outcome =
  | { readonly _tag: "Passed" }
  | { readonly _tag: "Failed"; readonly said: string }
  | { readonly _tag: "Absent"; readonly why: string }
  | { readonly _tag: "NotAsked" }

export const passed: Outcome = { _tag: "Passed" }
export const notAsked: Outcome = { _tag: "NotAsked" }
export const failed = (said: string): Outcome => ({ _tag: "Failed", said })
export const absent = (why: string): Outcome => ({ _tag: "Absent", why })

/** One line of the table: a runtime or a compiler, and its outcome by column. */
export interface Row {
  readonly what: string
  readonly outcomes: ReadonlyArray<Outcome>
}
