import { assert, describe, it } from "@effect/vitest"
import { run } from "./interleaving.ts"
import { isQuick } from "./support.ts"
import { cases, coarse, requests, sweep } from "./interleavingSweep.ts"

// For more: pnpm interleave --seeds 100000 --from 1
const seeds = isQuick ? 40 : 60

it(`keeps its promises in ${seeds} orders of whatever can happen at once`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { log, violations } = run(seed)
    const again = `npx pnpm interleave --seeds 1 --from ${seed}`
    assert.deepStrictEqual(violations, [], `${again}\n${log.join("\n")}`)
  }
})

describe.skipIf(isQuick)("whatever step it comes before, an interruption, a reset or the end", () => {
  for (const each of cases) {
    it(`leaves ${each.calls.join(", ")} as they should be: ${each.situation}`, () => {
      const { log, violations } = sweep(each, coarse)
      assert.deepStrictEqual(violations, [], log.join("\n"))
    })
  }
})

describe.skipIf(isQuick)("what is shared", () => {
  for (const { calls, situation } of cases.filter(({ calls }) => new Set(calls).size < calls.length)) {
    const [call = "ping"] = calls
    if (call !== "ping" && call !== "check" && call !== "open") continue
    it(`costs ${calls.length} callers of ${call} what it costs one: ${situation}`, () => {
      assert.strictEqual(requests({ calls, situation }), requests({ calls: [call], situation }))
    })
  }
})
