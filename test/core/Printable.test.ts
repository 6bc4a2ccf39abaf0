import * as Printable from "@effect-clickatell/core/Printable"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck } from "effect"
import { obeyed, unseen } from "./hostileWords.ts"

const text = FastCheck.string({ unit: "binary" })

describe("escape", () => {
  it.each(Object.entries(unseen))("writes out %s", (_, char) => {
    const escaped = Printable.escape(`a${char}b`)
    assert.match(escaped, /^a(?:\\[rt]|(?:\\u[0-9a-f]{4}){1,2})b$/)
    assert.strictEqual(JSON.parse(`"${escaped}"`), `a${char}b`)
  })

  it("writes a line feed as such", () => assert.strictEqual(Printable.escape("a\nb"), "a\\nb"))

  it("leaves every text alone that is what it looks like", () => {
    for (const plain of ["", "OK: 1", "d'où ça «vient»?", "Привет", "اختبار", "テスト", "📨 👍🏽", "\\u001b", "\u00a0"]) {
      assert.strictEqual(Printable.escape(plain), plain)
    }
  })

  it.prop("leaves nothing that is obeyed, and is done when it was done once", [text], ([text]) => {
    const once = Printable.escape(text)
    assert.deepStrictEqual(obeyed(once), [])
    assert.notInclude(once, "\n")
    assert.strictEqual(Printable.escape(once), once)
  })

  it("cuts to 512 characters or to as many as it is told, escapes included", () => {
    assert.strictEqual(Printable.escape("x".repeat(512)), "x".repeat(512))
    assert.strictEqual(Printable.escape("x".repeat(513)), `${"x".repeat(512)}…`)
    assert.strictEqual(Printable.escape("\u001b".repeat(512)), `${"\\u001b".repeat(85)}…`)
    assert.strictEqual(Printable.escape("abcdef", 3), "abc…")
    assert.strictEqual(Printable.escape("x".repeat(9_999), Infinity), "x".repeat(9_999))
  })

  it.prop(
    "cuts through no character and no escape",
    [FastCheck.array(FastCheck.constantFrom("x", "📨", "\u001b", "\n", "\u{e0041}")), FastCheck.nat(24)],
    ([chars, limit]) => {
      const whole = Printable.escape(chars.join(""), Infinity)
      const cut = Printable.escape(chars.join(""), limit)
      if (whole.length <= limit) return assert.strictEqual(cut, whole)
      assert.isAtMost(cut.length, limit + 1)
      assert.isTrue(whole.startsWith(cut.slice(0, -1)) && cut.endsWith("…"))
      assert.match(cut, /^(?:x|📨|\\n|\\u[0-9a-f]{4})*…$/u)
    }
  )
})

describe("stringify", () => {
  it.prop("is one line that shows all, and means what JSON means", [FastCheck.dictionary(text, text)], ([value]) => {
    const line = Printable.stringify(value)
    assert.deepStrictEqual(obeyed(line), [])
    assert.notInclude(line, "\n")
    assert.deepStrictEqual(JSON.parse(line), JSON.parse(JSON.stringify(value)))
  })

  it.each(Object.entries(unseen))("writes out %s", (_, char) => {
    assert.match(Printable.stringify({ char }), /^\{"char":"(?:\\[rt]|(?:\\u[0-9a-f]{4}){1,2})"\}$/)
  })
})
