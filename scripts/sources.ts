// Holds comments and pages against the sources: what is exported has a sentence, `@since`, `@category` and, where a program begins
// with it, an `@example`; the default in an option's comment is the code's; docs/architecture.md has the imports as they are. Writes
// docs/options.md, or with --check fails where it is not current.
import * as fs from "node:fs"
import { join, resolve } from "node:path"
import { commands } from "../packages/cli/src/cli.ts"
import * as comments from "./sources/comments.ts"
import { exportsOfPackages } from "./sources/exports.ts"
import * as imports from "./sources/imports.ts"
import * as options from "./sources/options.ts"
import * as optionsPage from "./sources/optionsPage.ts"

const root = resolve(import.meta.dirname, "..")
const onlyChecks = process.argv.includes("--check")
const read = (file: string) => (fs.existsSync(join(root, file)) ? fs.readFileSync(join(root, file), "utf8") : "")

const exports = exportsOfPackages(root)
const architecture = read("docs/architecture.md")
const parts = imports.partsOf(architecture)
const sources = imports.sourcesOf(root)
const groups = options.optionsOf(options.programOf(root))

const page = optionsPage.draw({ groups, exports, commands })
if (!onlyChecks) fs.writeFileSync(join(root, "docs/options.md"), page)

const problems = [
  ...exports.flatMap(comments.judge),
  ...imports.judge(parts, sources, imports.exceptionsOf(architecture)),
  ...options.judge(groups),
  ...(read("docs/options.md") === page ? [] : ['docs/options.md is not current: run the script "fix"'])
]
for (const problem of problems) console.error(problem)
console.log(
  `sources: ${exports.length} exports, ${sources.size} files in ${parts.length} parts, ${groups.length} groups of options`
)
process.exitCode = problems.length === 0 ? 0 : 1
