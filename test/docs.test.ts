import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"

const root = new URL("../", import.meta.url)
const examples = new URL("docs/examples/", root)
const files = fs.existsSync(examples) ? fs.readdirSync(examples).filter((file) => file.endsWith(".ts")) : []

/** Everything a guide may quote: each whole example, and each region of one. */
const quotable = (source: string): ReadonlyArray<string> => [
  source.trimEnd(),
  ...Array.from(
    source.matchAll(/^[ \t]*\/\/ #region (\S+)[ \t]*\n([\s\S]*?)\n?^[ \t]*\/\/ #endregion(?: \1)?[ \t]*$/gm),
    (match) => (match[2] ?? "").trimEnd()
  )
]

const codeBlocks = (markdown: string): ReadonlyArray<string> =>
  Array.from(markdown.matchAll(/^```ts\b[^\n]*\n([\s\S]*?)^```[ \t]*$/gm), (match) => (match[1] ?? "").trimEnd())

describe("docs/examples", () => {
  it("has examples", () => assert.isAbove(files.length, 0))

  for (const file of files) {
    it.live(
      `${file} runs`,
      () =>
        Effect.gen(function* () {
          const module: { readonly program: Effect.Effect<unknown, Error> } = yield* Effect.promise(
            () => import(new URL(file, examples).href)
          )
          assert.isTrue(Effect.isEffect(module.program), `${file} must export "program", an Effect`)
          yield* module.program
        }),
      30_000
    )
  }
})

describe("README.md", () => {
  it("quotes only code that is compiled and run", () => {
    const sources = files.flatMap((file) => quotable(fs.readFileSync(new URL(file, examples), "utf8")))
    for (const block of codeBlocks(fs.readFileSync(new URL("README.md", root), "utf8"))) {
      assert.isTrue(sources.includes(block), `not the whole or a region of a file in docs/examples:\n${block}`)
    }
  })
})
