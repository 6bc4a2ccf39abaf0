import { assert, describe, it } from "@effect/vitest"
import { record } from "../../scripts/bench/samples.ts"
import type { Samples } from "../../scripts/bench/samples.ts"
import { divide, quantile, spread } from "../../scripts/bench/statistics.ts"

describe("quantile", () => {
  it("takes the number in the middle, whatever their order", () => {
    assert.strictEqual(quantile([10, 9, 100], 0.5), 10)
  })

  it("takes a number between the two nearest", () => {
    assert.strictEqual(quantile([1, 2, 3, 4], 0.5), 2.5)
    assert.strictEqual(quantile([0, 10], 0.25), 2.5)
  })

  it("has none of none", () => {
    assert.isNaN(quantile([], 0.5))
  })

  it("leaves the numbers as they were", () => {
    const numbers = [3, 1, 2]
    quantile(numbers, 0.5)
    assert.deepStrictEqual(numbers, [3, 1, 2])
  })
})

describe("spread", () => {
  it("is the middle half, which one wild run does not widen", () => {
    assert.deepStrictEqual(spread([1, 2, 3, 4, 1_000]), { median: 3, low: 2, high: 4 })
  })
})

describe("divide", () => {
  it("divides within each repetition, so that a slow one does not show", () => {
    assert.deepStrictEqual(divide([2, 20, 4], [4, 40, 8]), [0.5, 0.5, 0.5])
  })

  it("gives no number where there is nothing to divide by", () => {
    assert.deepStrictEqual(divide([2, 4], [1]), [2, Number.NaN])
  })
})

describe("record", () => {
  it("adds a repetition to what is known of the subject", () => {
    const samples: Samples = {}
    record(samples, "soap", { cpu: 1, rate: 10 })
    record(samples, "soap", { cpu: 2, rate: 20 })
    assert.deepStrictEqual(samples, { "soap cpu": [1, 2], "soap rate": [10, 20] })
  })
})
