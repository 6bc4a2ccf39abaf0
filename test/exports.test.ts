// The comments of what the packages export: that what is missing is found, and that the examples compile and run.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Logger, LogLevel } from "effect"
import * as fs from "node:fs"
import { join, resolve } from "node:path"
import { pathToFileURL } from "node:url"
import ts from "typescript"
import { afterAll, beforeAll } from "vitest"
import { judge } from "../scripts/sources/comments.ts"
import { exportsOf, exportsOfPackages } from "../scripts/sources/exports.ts"

const root = resolve(import.meta.dirname, "..")

const judged = (source: string, others: Readonly<Record<string, string>> = {}) =>
  exportsOf("X.ts", source, (specifier) => others[specifier] ?? "").flatMap(judge)

const comment = (before: string, rest = "") => `/**\n${before} * @since 1.0.0\n * @category models\n */\n${rest}`

describe("a comment", () => {
  const example = " * @example\n * ```ts\n * one()\n * ```\n"

  it("that says all is not found wanting", () => {
    assert.deepStrictEqual(judged(comment(" * One.\n *\n", "export const one = 1")), [])
    assert.deepStrictEqual(judged(comment(` * One.\n *\n${example}`, "export const make = 1")), [])
    assert.deepStrictEqual(judged("const own = 1"), [])
  })

  it.each([
    ["export const one = 1", ["has no comment", "has no @since with a version", "has no @category of one word"]],
    [comment("", "export const one = 1"), ["does not begin with a sentence"]],
    [comment(" * one\n *\n", "export interface one {}"), ["does not begin with a sentence"]],
    ["/**\n * One.\n *\n * @since 1.0.0\n */\nexport type one = 1", ["has no @category of one word"]],
    ["/**\n * One.\n *\n * @category models\n */\nexport class one {}", ["has no @since with a version"]]
  ])("that lacks something is: %j", (source, problems) => {
    assert.deepStrictEqual(
      judged(source),
      problems.map((problem) => `X.ts: one ${problem}`)
    )
  })

  it.each([
    "export const make = 1",
    "export const layerFetch = 1",
    'export class It extends Context.Tag("It")<It, 1>() {}',
    "export function makeFrom() {}"
  ])("where a program begins needs an example: %s", (source) => {
    const [problem = ""] = judged(comment(" * One.\n *\n", source))
    assert.include(problem, "has no @example")
  })

  it("is looked for where a name comes from", () => {
    const passedOn = 'export { make } from "./make.ts"'
    const others = { "./make.ts": comment(" * One.\n *\n", "export const make = 1\nexport const other = 1") }
    assert.lengthOf(judged(passedOn, others), 1)
  })
})

describe("the examples of the packages", () => {
  const examples = exportsOfPackages(root)
    .flatMap(({ examples, where }) => examples.map((code) => ({ code, where })))
    .map((it, at) => ({ ...it, file: `${at}.ts` }))
  // Within the repository, whose packages they import.
  let folder = ""
  beforeAll(() => {
    folder = fs.mkdtempSync(join(root, "test/.examples-"))
    for (const { code, file } of examples) fs.writeFileSync(join(folder, file), code)
  })
  afterAll(() => fs.rmSync(folder, { recursive: true }))

  it("compile as the guides' do", () => {
    const config = ts.getParsedCommandLineOfConfigFile(
      join(root, "docs/tsconfig.json"),
      { noEmit: true, composite: false, incremental: false, rootDir: folder },
      { ...ts.sys, onUnRecoverableConfigFileDiagnostic: ({ messageText }) => assert.fail(String(messageText)) }
    )
    const program = ts.createProgram({
      rootNames: examples.map(({ file }) => join(folder, file)),
      options: config?.options ?? {},
      projectReferences: config?.projectReferences ?? []
    })
    assert.strictEqual(
      ts.formatDiagnostics(ts.getPreEmitDiagnostics(program), {
        getCanonicalFileName: (file) => file,
        getCurrentDirectory: () => folder,
        getNewLine: () => "\n"
      }),
      ""
    )
  })

  it("are there, and nothing is missing beside them", () => {
    assert.isNotEmpty(examples)
    assert.deepStrictEqual(exportsOfPackages(root).flatMap(judge), [])
  })

  it.live.each(examples.map(({ file, where }) => [where, file] as const))("of %s run", ([, file]) =>
    Effect.gen(function* () {
      const module: { readonly program?: Effect.Effect<unknown, Error> } = yield* Effect.promise(
        () => import(pathToFileURL(join(folder, file)).href)
      )
      yield* Logger.withMinimumLogLevel(module.program ?? Effect.void, LogLevel.None)
    })
  )
})
