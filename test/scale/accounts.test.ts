import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { run } from "../cli/process.ts"

describe("npx pnpm accounts", () => {
  it.live("keeps 2,000 sessions through two intervals", () =>
    Effect.gen(function* () {
      const { code, json, stderr } = yield* run(
        "scripts/accounts/main.ts",
        "--count 2000 --life 15 --interval 5 --json".split(" ")
      )
      assert.strictEqual(code, 0, `${JSON.stringify(json)}\n${stderr}`)
    })
  )
})
