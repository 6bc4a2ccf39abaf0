import { assert, it } from "@effect/vitest"
import { idle, run } from "./fleetLife.ts"
import { isQuick } from "./support.ts"

// For more: npx pnpm fleet --seeds 10000 --from 1
const seeds = isQuick ? 10 : 15

it(`keeps the promises of a fleet in ${seeds} lives of one`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { log, violations } = run(seed)
    assert.deepStrictEqual(violations, [], `npx pnpm fleet --seeds 1 --from ${seed}\n${log.join("\n")}`)
  }
})

it("is idle for hours, each session pinged by one", () => {
  for (let seed = 1; seed <= 10; seed += 1) {
    const { log, violations } = idle(seed)
    assert.deepStrictEqual(violations, [], log.join("\n"))
  }
})

it("lives the same life again from the same seed", () => {
  for (const seed of [1, 2, 3, 4, 5]) assert.deepStrictEqual(run(seed), run(seed))
})
