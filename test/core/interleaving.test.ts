import { assert, it } from "@effect/vitest"
import { run } from "./interleaving.ts"
import { isQuick } from "./support.ts"

// For more: pnpm interleave --seeds 100000 --from 1
const seeds = isQuick ? 40 : 60

it(`keeps its promises in ${seeds} orders of whatever can happen at once`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { log, violations } = run(seed)
    const again = `npx pnpm interleave --seeds 1 --from ${seed}`
    assert.deepStrictEqual(violations, [], `${again}\n${log.join("\n")}`)
  }
})
