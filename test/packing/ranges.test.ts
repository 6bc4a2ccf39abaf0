// The ranges that the packages ask of their users, as pnpm-workspace.yaml has them.
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import { catalog, lowest, withOverrides } from "../../scripts/packing/ranges.ts"

const workspace = fs.readFileSync(new URL("../../pnpm-workspace.yaml", import.meta.url), "utf8")

describe("the ranges in pnpm-workspace.yaml", () => {
  const ranges = catalog(workspace, "public")

  it("are of the peers and of what core brings", () => {
    assert.sameMembers(Object.keys(ranges), [
      "@effect/platform",
      "@effect/platform-node",
      "effect",
      "fast-xml-parser",
      "ioredis",
      "undici"
    ])
  })

  it.each(Object.entries(ranges))("of %s, %s, begins with its lowest version and ends", (_, range) => {
    assert.match(lowest(range), /^\d+\.\d+\.\d+$/)
    assert.match(range, /^\^|^>=\S+ <\d+$/)
  })

  it("stay what they are where one version takes their place", () => {
    const changed = withOverrides(workspace, { effect: "3.22.0", "@effect/platform": "0.97.0" })
    assert.include(changed, '\noverrides:\n  "effect": 3.22.0\n  "@effect/platform": 0.97.0\n')
    assert.deepStrictEqual(catalog(changed, "public"), ranges)
    assert.throws(() => withOverrides("packages:\n", {}), /no overrides/)
  })

  it("that do not begin with their lowest version are refused", () => {
    assert.throws(() => lowest("*"), /\*/)
    assert.throws(() => lowest("<4"), /<4/)
    assert.throws(() => catalog(workspace, "private"), /private/)
  })
})
