// What a tarball has in place of the repository around it.
import { assert, describe, it } from "@effect/vitest"
import { withAddress, withoutRepository, withoutSources } from "../../scripts/packing/finish.mjs"

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

describe("the address", () => {
  const manifest = { name: "it" }

  it("is left out as long as there is none", () => {
    assert.deepStrictEqual(withAddress(manifest, {}, "packages/it"), manifest)
  })

  it("is the root's, with the package's directory", () => {
    const root = {
      repository: { type: "git", url: "git+https://example.org/it.git" },
      homepage: "https://example.org/it",
      bugs: "https://example.org/it/issues"
    }
    assert.deepStrictEqual(withAddress(manifest, root, "packages/it"), {
      ...manifest,
      ...root,
      repository: { ...root.repository, directory: "packages/it" }
    })
  })
})
