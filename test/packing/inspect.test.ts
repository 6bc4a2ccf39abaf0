// An unpacked package with one trouble each, since a check that finds nothing is easily written.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { inspect } from "../../scripts/packing/inspect.mjs"

const sound: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "it", "dependencies": { "other": "^1.0.0" } }',
  LICENSE: "",
  "CHANGELOG.md": "# Changes\n\n## One, and `two`\n",
  "README.md": "# It\n\n[changes](CHANGELOG.md#one-and-two), [guide](docs/guide.md), [web](https://example.org)\n",
  "docs/guide.md": "# Guide\n\n[back](../README.md), [below](#below)\n\n```\n[no link](nowhere)\n```\n\n## Below\n",
  "dist/It.d.ts": 'export * from "./internal/it.js"\nimport type { Other } from "other/x.ts"\n'
}

/** What is found in a package that has these files in addition, or instead. */
const inspected = (files: Readonly<Record<string, string>>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-inspect-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      for (const [file, text] of Object.entries({ ...sound, ...files })) {
        fs.mkdirSync(dirname(join(folder, file)), { recursive: true })
        fs.writeFileSync(join(folder, file), text)
      }
      return inspect(folder)
    }
  ).pipe(Effect.scoped)

describe("an unpacked package", () => {
  it.effect("that is sound has no problem", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* inspected({}), [])
    })
  )

  it.effect.each([
    [{ "README.md": "[a](docs/none.md)" }, "README.md links to docs/none.md, which is not there"],
    [{ "README.md": "[a](../other/README.md)" }, "README.md links to ../other/README.md, which is not there"],
    [{ "README.md": "[a](CHANGELOG.md#three)" }, "README.md links to CHANGELOG.md#three, which is not there"],
    [{ "docs/guide.md": "![a](images/a.svg)" }, "docs/guide.md links to images/a.svg, which is not there"],
    [{ "dist/It.d.ts": 'export * from "./internal/it.ts"' }, "dist/It.d.ts imports sources"],
    [{ "dist/It.d.ts": 'declare const a: import("../a.ts").A' }, "dist/It.d.ts imports sources"],
    [{ "package.json": '{ "dependencies": { "a": "workspace:^" } }' }, "the manifest holds a protocol of workspaces"],
    [
      { "package.json": '{ "dependencies": { "a": "catalog:public" } }' },
      "the manifest holds a protocol of workspaces"
    ],
    [{ "dist/.tsbuildinfo": "" }, "dist/.tsbuildinfo is build state"]
  ] as const)("is found wanting: %j", ([files, problem]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* inspected(files), [problem])
    })
  )
})
