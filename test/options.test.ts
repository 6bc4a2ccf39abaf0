// docs/options.md is drawn from types, comments and code; here, that each of the three is read, and that they are held together.
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import { join, resolve } from "node:path"
import { commands } from "../packages/cli/src/cli.ts"
import { exportsOfPackages } from "../scripts/sources/exports.ts"
import { judge, optionsOf, programOf } from "../scripts/sources/options.ts"
import { draw } from "../scripts/sources/optionsPage.ts"

const root = resolve(import.meta.dirname, "..")
const groups = optionsOf(programOf(root))

const find = (group: string, name: string) =>
  groups.find((it) => it.name === group)?.options.find((option) => option.name === name)

describe("an option", () => {
  it.each([
    ["Session.Options", "life", "15 minutes"],
    ["Session.Options", "loginBudget.limit", "5"],
    ["Session.Options", "eager", "false"],
    ["Session.Options", "retry", "Retry.idempotent"],
    ["KeepAlive.Options", "retry", "Retry.keepAlive"],
    ["SessionMap.Options", "margin", "60 seconds"],
    ["SessionMap.Options", "limits.logins", "16"],
    ["UndiciTransport.Options", "timeout", "15 seconds"],
    ["Emulator.FailOptions", "operation", "any"]
  ])("of %s, %s, has the default of the code: %s", (group, name, fallback) => {
    assert.strictEqual(find(group, name)?.fallback, fallback)
  })

  it("that must be given has none, whoever else is called so", () => {
    assert.deepInclude(find("Session.Options", "credentials"), { isRequired: true, fallback: undefined })
    assert.deepInclude(find("Emulator.Options", "credentials"), { isRequired: false })
  })

  it("whose comment says another default, or nothing, is found", () => {
    assert.deepStrictEqual(judge(groups), [])
    const option = { name: "time", type: "number", isRequired: false, fallback: "10000", comment: "10,000 by default." }
    const judged = (changes: Partial<typeof option>) =>
      judge([{ name: "X.Options", comment: "", options: [{ ...option, ...changes }] }])
    assert.deepStrictEqual(judged({}), [])
    assert.lengthOf(judged({ fallback: "20000" }), 1)
    assert.lengthOf(judged({ comment: "" }), 1)
  })
})

describe("docs/options.md", () => {
  it("is current", () => {
    const page = draw({ groups, exports: exportsOfPackages(root), commands })
    assert.strictEqual(fs.readFileSync(join(root, "docs/options.md"), "utf8"), page)
  })
})
