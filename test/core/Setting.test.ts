import { assert, describe, it } from "@effect/vitest"
import * as Setting from "@effect-clickatell/core/Setting"
import { Duration, Either } from "effect"

/** What a setting came to, or what is said of it. */
const said = <A>(setting: Either.Either<A, { readonly _op: string }>) =>
  Either.match(setting, {
    onLeft: (error) => ("message" in error ? error.message : error._op),
    onRight: (value) => value
  })

describe("a number", () => {
  it.each([
    [1, undefined, 1],
    [Number.MAX_SAFE_INTEGER, undefined, Number.MAX_SAFE_INTEGER],
    [16, 16, 16],
    [17, 16, "limit is 17: set a whole number above 0 and up to 16"],
    [0, 16, "limit is 0: set a whole number above 0 and up to 16"],
    [-1, undefined, "limit is -1: set a whole number above 0"],
    [1.5, undefined, "limit is 1.5: set a whole number above 0"],
    [Number.NaN, undefined, "limit is NaN: set a whole number above 0"],
    [Number.POSITIVE_INFINITY, undefined, "limit is Infinity: set a whole number above 0"]
  ])("of %s, and %s at most, is %s", (input, most, expected) => {
    assert.strictEqual(said(Setting.count("limit", input, most)), expected)
  })
})

describe("a time", () => {
  const advice = "set a time above 0 and up to 24.8 days"

  it.each([
    ["1 millis", 1],
    [Setting.longestTime, 2_147_483_647],
    [Duration.millis(2_147_483_648), `pause is 2147483648 ms: ${advice}`],
    ["0 seconds", `pause is 0 seconds: ${advice}`],
    [Number.NaN, `pause is NaN: ${advice}`]
  ] as ReadonlyArray<[Duration.DurationInput, number | string]>)("of %s is %s", (input, expected) => {
    assert.strictEqual(said(Either.map(Setting.duration("pause", input), Duration.toMillis)), expected)
  })
})
