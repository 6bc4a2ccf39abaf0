import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import * as fs from "node:fs"

const root = new URL("../", import.meta.url)
const examples = new URL("docs/examples/", root)
const files = fs.existsSync(examples) ? fs.readdirSync(examples).filter((file) => file.endsWith(".ts")) : []
const pages = [
  "README.md",
  ...fs.readdirSync(new URL("docs/", root)).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : [])),
  ...fs.readdirSync(new URL("packages/", root)).map((name) => `packages/${name}/README.md`)
]

/** Everything a guide may quote: each whole example, and each region of one. */
const quotable = (source: string): ReadonlyArray<string> => [
  source.trimEnd(),
  ...Array.from(
    source.matchAll(/^[ \t]*\/\/ #region (\S+)[ \t]*\n([\s\S]*?)\n?^[ \t]*\/\/ #endregion(?: \1)?[ \t]*$/gm),
    (match) => (match[2] ?? "").trimEnd()
  )
]

const codeBlocks = (markdown: string): ReadonlyArray<string> =>
  Array.from(markdown.matchAll(/^```(?:ts|js|javascript)\b[^\n]*\n([\s\S]*?)^```[ \t]*$/gm), (match) =>
    (match[1] ?? "").trimEnd()
  )

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
          yield* Logger.withMinimumLogLevel(module.program, LogLevel.None)
        }),
      30_000
    )
  }
})

const read = (file: string) => fs.readFileSync(new URL(file, root), "utf8")

describe("the site", () => {
  const { projectDocuments }: { readonly projectDocuments: ReadonlyArray<string> } = JSON.parse(read("typedoc.json"))
  const others = ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
  const documents = [...pages.filter((page) => page.startsWith("docs/")), ...others]

  it("has a place for each page", () => {
    assert.sameMembers([...projectDocuments], documents)
  })

  it.each(documents)("names %s and puts it into a group", (page) => {
    assert.match(read(page), /^---\ntitle: \S.*\ngroup: (?:Start|Guides|Reference|Project)\n---\n/)
  })

  it.each(documents)("lists the headings of %s as they are, which leaves out what is code", (page) => {
    assert.notMatch(read(page), /^#+ .*`/m)
  })
})

/** Programs that run by themselves, and so are no examples: the tests of the pages that show them run them. */
const programs = ["docs/programs/", "scripts/compat/programs/"].flatMap((folder) =>
  fs.readdirSync(new URL(folder, root)).map((file) => new URL(folder + file, root))
)

describe("a page", () => {
  const sources = [...files.map((file) => new URL(file, examples)), ...programs].flatMap((file) =>
    quotable(fs.readFileSync(file, "utf8"))
  )

  it.each(pages)("%s quotes only code that is compiled and run", (page) => {
    for (const block of codeBlocks(read(page))) {
      assert.isTrue(sources.includes(block), `not the whole or a region of an example or a program:\n${block}`)
    }
  })
})
