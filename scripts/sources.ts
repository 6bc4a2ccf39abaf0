// Holds comments and pages against the sources: what is exported has a sentence, `@since`, `@category` and, where a program begins
// with it, an `@example`; and docs/architecture.md has the imports as they are. Fails where one is missing or differs.
import * as fs from "node:fs"
import { join, resolve } from "node:path"
import * as comments from "./sources/comments.ts"
import { exportsOfPackages } from "./sources/exports.ts"
import * as imports from "./sources/imports.ts"

const root = resolve(import.meta.dirname, "..")

const exported = exportsOfPackages(root)
const parts = imports.partsOf(fs.readFileSync(join(root, "docs/architecture.md"), "utf8"))
const sources = imports.sourcesOf(root)
const problems = [...exported.flatMap(comments.judge), ...imports.judge(parts, sources)]

for (const problem of problems) console.error(problem)
console.log(`sources: ${exported.length} exports, ${sources.size} files in ${parts.length} parts`)
process.exitCode = problems.length === 0 ? 0 : 1
