import { assert, it } from "@effect/vitest"
import { over, stale } from "../../packages/core/src/internal/session/outcome.ts"

it("a call is told of a session that is over, and of one that was gone before anything was sent", () => {
  assert.deepInclude(over.error, { _tag: "AuthFailed", operation: "session", reason: "SessionClosed" })
  assert.deepInclude(stale.error, { _tag: "AuthFailed", operation: "session", reason: "SessionNotAccepted" })
  assert.deepStrictEqual([over.verdict, stale.verdict], ["Shut", "Stale"])
})
