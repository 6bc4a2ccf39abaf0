import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as Predicate from "effect/Predicate"

/** An error as it may be shown anywhere: its tag, and its reason where it has one, both of them this library's words. */
export interface Trouble {
  readonly error: string
  readonly reason: string | undefined
}

export const of = (error: unknown): Trouble => ({
  error: text(error, "_tag") ?? "Error",
  reason: text(error, "reason")
})

const text = (error: unknown, key: string): string | undefined =>
  Predicate.hasProperty(error, key) && Predicate.isString(error[key]) ? error[key] : undefined

/** Where a defect happened, without its message. */
export const frames = (cause: Cause.Cause<unknown>): ReadonlyArray<string> =>
  Chunk.toReadonlyArray(Cause.defects(cause)).flatMap((defect) => {
    const stack = text(defect, "stack") ?? ""
    // A line of the message can look like a place.
    return stack
      .replace(text(defect, "message") ?? "", "")
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
  })
