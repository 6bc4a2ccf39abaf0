import { assert, describe, it } from "@effect/vitest"
import { Cause } from "effect"
import * as trouble from "../../packages/core/src/internal/trouble.ts"

const bug = (message: string, stack: string) => Object.assign(new Error(message), { stack })

describe("an error is told by", () => {
  it("its tag and its reason, where they are texts", () => {
    assert.deepStrictEqual(trouble.of({ _tag: "AuthFailed", reason: "IpLockdown" }), {
      error: "AuthFailed",
      reason: "IpLockdown"
    })
    assert.deepStrictEqual(trouble.of({ _tag: "ApiError" }), { error: "ApiError", reason: undefined })
    assert.deepStrictEqual(trouble.of({ _tag: 7, reason: {} }), { error: "Error", reason: undefined })
  })

  it.each(["a text", null, undefined, 7])("a word for any, where it is no object: %s", (error) => {
    assert.deepStrictEqual(trouble.of(error), { error: "Error", reason: undefined })
  })
})

describe("where a defect happened", () => {
  it("is told without its message, though a line of that looks like a place", () => {
    const message = "secret\n    at secret (secret.ts:1:1)"
    const stack = `Error: ${message}\n    at place (file.ts:2:3)\nno place at all`
    assert.deepStrictEqual(trouble.frames(Cause.die(bug(message, stack))), ["    at place (file.ts:2:3)"])
  })

  it("is told of each defect of a cause, and of nothing else", () => {
    const first = bug("one", "Error: one\n    at first")
    const second = bug("two", "Error: two\n    at second")
    const cause = Cause.parallel(Cause.sequential(Cause.die(first), Cause.fail(second)), Cause.die(second))
    assert.deepStrictEqual(trouble.frames(cause), ["    at first", "    at second"])
  })

  it("is not known of what has no stack, and a message may be missing", () => {
    assert.deepStrictEqual(trouble.frames(Cause.die("a text")), [])
    assert.deepStrictEqual(trouble.frames(Cause.die({ stack: "    at place" })), ["    at place"])
  })

  it("is a line that begins with a space", () => {
    assert.deepStrictEqual(trouble.frames(Cause.die({ stack: "we look at places" })), [])
  })
})
