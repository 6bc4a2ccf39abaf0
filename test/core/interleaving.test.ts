import { assert, describe, it } from "@effect/vitest"
import { run } from "./interleaving.ts"
import { isQuick } from "./support.ts"
import { cases, coarse, requests, sweep } from "./interleavingSweep.ts"

// For more: pnpm interleave --seeds 100000 --from 1
const seeds = isQuick ? 60 : 200

it(`keeps its promises in ${seeds} orders of whatever can happen at once`, () => {
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { log, violations } = run(seed)
    const again = `npx pnpm interleave --seeds 1 --from ${seed}`
    assert.deepStrictEqual(violations, [], `${again}\n${log.join("\n")}`)
  }
})

describe.skipIf(isQuick)("whatever step it comes before, an interruption, a reset or the end", () => {
  for (const each of cases) {
    it(`leaves ${each.callers} × ${each.call} as they should be: ${each.situation}`, () => {
      const { log, violations } = sweep(each, coarse)
      assert.deepStrictEqual(violations, [], log.join("\n"))
    })
  }
})

describe.skipIf(isQuick)("what is shared", () => {
  for (const each of cases.filter(({ call, callers }) => callers > 1 && ["ping", "check", "open"].includes(call))) {
    it(`costs ${each.callers} callers of ${each.call} what it costs one: ${each.situation}`, () => {
      assert.strictEqual(requests(each), requests({ ...each, callers: 1 }))
    })
  }
})
