// docs/architecture.md says which part may import which; here, that each way to differ from it is found.
import { assert, describe, it } from "@effect/vitest"
import { exceptionsOf, judge, partsOf, sourcesOf } from "../scripts/sources/imports.ts"
import * as fs from "node:fs"
import { resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")

const page = `
| word | means |
| ---- | ----- |
| part | a row |

| part    | files                  | imports of ours | from outside         |
| ------- | ---------------------- | --------------- | -------------------- |
| \`low\`   | \`a/Low\`, \`a/internal\`  |                 | \`effect\`             |
| \`high\`  | \`a/High\`, \`a/internal/high\` | \`low\`   | \`@effect/platform\`, \`node\` |
| \`other\` | \`b\`                    | \`high\`          |                      |

More.
`

const sound: Readonly<Record<string, string>> = {
  "a/Low": 'import * as Effect from "effect/Effect"\nimport "./internal/low.ts"',
  "a/internal/low": "/** import * as fs from 'node:fs' */\nexport const low = 1",
  "a/High":
    'import "@effect/platform/HttpClient"\nimport { low } from "./internal/low.ts"\nimport "./internal/high/x.ts"',
  "a/internal/high/x": 'export * from "../low.ts"\nimport * as fs from "node:fs"',
  "b/Other": 'import type { High } from "@effect-clickatell/a/High"'
}

const judged = (sources: Readonly<Record<string, string>>, table = page) =>
  judge(partsOf(table), new Map(Object.entries({ ...sound, ...sources })))

describe("the table of docs/architecture.md", () => {
  it("has the imports of all sources, and no other", () => {
    const page = fs.readFileSync(resolve(root, "docs/architecture.md"), "utf8")
    assert.isNotEmpty(partsOf(page))
    assert.deepStrictEqual(judge(partsOf(page), sourcesOf(root), exceptionsOf(page)), [])
  })
})

describe("a table and sources", () => {
  it("that agree have no problem", () => assert.deepStrictEqual(judged({}), []))

  it.each([
    ["b/Other", 'import "@effect-clickatell/a/Low"\nimport "@effect-clickatell/a/High"', "other may not import low"],
    ["a/internal/low", 'import type { High } from "../High.ts"', "low may not import high"],
    ["a/internal/low", 'const load = () => import("../High.ts")', "low may not import high"],
    ["a/internal/low", 'import "effect/Effect"\nimport "node:fs"', "low may not import node"],
    ["a/internal/low", 'import "undici"', "low may not import undici"],
    ["b/Other", "", "other may import high, and does not"],
    ["c/New", "", "c/New is in no part"]
  ])("that differ are found to: %s %j", (file, source, problem) => {
    const problems = judged({ [file]: source })
    assert.lengthOf(problems, 1)
    assert.include(problems[0], problem)
  })

  it("with a row that names nothing, or imports from below, are found wanting", () => {
    assert.deepStrictEqual(judged({}, page.replace("`b`", "`b`, `b/Gone`")), ["other names b/Gone, which is nothing"])
    const upwards = page.replace("`low`   | `@effect", "`low`, `other` | `@effect")
    assert.deepStrictEqual(judged({ "a/High": `${sound["a/High"]}\nimport "@effect-clickatell/b/Other"` }, upwards), [
      "high imports other, which does not stand above it"
    ])
  })

  it("may have an exception, as long as it is one", () => {
    const upwards = new Map(Object.entries({ ...sound, "a/internal/low": 'import type { High } from "../High.ts"' }))
    const exceptions = exceptionsOf("- `a/internal/low` imports `a/High`, for a reason.\n")
    assert.deepStrictEqual(judge(partsOf(page), upwards, exceptions), [])
    assert.deepStrictEqual(judge(partsOf(page), new Map(Object.entries(sound)), exceptions), [
      "a/internal/low → a/High is excepted, and is no import"
    ])
  })
})
