// Every kind of call, disturbed before each of its steps: npx pnpm interleave --sweep 20 disturbs them more finely.
import { assert, describe, it } from "@effect/vitest"
import { cases, coarse, requests, sweep } from "../core/interleavingSweep.ts"

describe("whatever step it comes before, an interruption, a reset or the end", () => {
  for (const each of cases) {
    it(`leaves ${each.calls.join(", ")} as they should be: ${each.situation}`, () => {
      const { log, violations } = sweep(each, coarse)
      assert.deepStrictEqual(violations, [], log.join("\n"))
    })
  }
})

describe("what is shared", () => {
  for (const { calls, situation } of cases.filter(({ calls }) => new Set(calls).size < calls.length)) {
    const [call = "ping"] = calls
    if (call !== "ping" && call !== "check" && call !== "open") continue
    it(`costs ${calls.length} callers of ${call} what it costs one: ${situation}`, () => {
      assert.strictEqual(requests({ calls, situation }), requests({ calls: [call], situation }))
    })
  }
})
