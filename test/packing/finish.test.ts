// What a tarball has in place of the repository around it.
import { assert, describe, it } from "@effect/vitest"
import { withoutRepository, withoutSources } from "../../scripts/packing/finish.mjs"

describe("declarations", () => {
  it("import the files that a tarball has, at the same columns", () => {
    const declarations = [
      'import type { A } from "./A.ts"',
      'export * as B from "../B.ts"',
      'declare const c: import("./internal/c.ts").C'
    ]
    const rewritten = declarations.map(withoutSources)
    assert.deepStrictEqual(rewritten, [
      'import type { A } from "./A.js"',
      'export * as B from "../B.js"',
      'declare const c: import("./internal/c.js").C'
    ])
  })

  it("keep what is no import of a source", () => {
    for (const kept of ['import { x } from "pkg/file.ts"', "/** See `./A.ts`. */", 'import a from "./a.js"']) {
      assert.strictEqual(withoutSources(kept), kept)
    }
  })
})

describe("a README", () => {
  it("links to what its tarball has, and to the web as before", () => {
    assert.strictEqual(
      withoutRepository("[a](../../docs/a.md#b) [c](https://effect.website) [d](LICENSE)"),
      "[a](docs/a.md#b) [c](https://effect.website) [d](LICENSE)"
    )
  })
})
