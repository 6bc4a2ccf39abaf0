import { assert, describe, it } from "@effect/vitest"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

// Nothing is imported above: a module that cannot be loaded would keep this file from being a test at all.
const source = fileURLToPath(new URL("../../packages/core/src/", import.meta.url))

describe("what a module does when it is loaded", () => {
  const modules = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"))

  it.each(modules)("succeeds for %s", async (path) => {
    assert.strictEqual(typeof (await import(/* @vite-ignore */ join(source, path))), "object")
  })
})
