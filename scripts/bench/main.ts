// Measures what this repository packs beside its peers, and holds it to its goals: see docs/performance.md.
//
//   npx pnpm bench [--quick] [--only SUITE]… [--json FILE] [--update]
import * as fs from "node:fs"
import { resolve } from "node:path"
import * as args from "./arguments.ts"
import * as chart from "./chart.ts"
import { compile } from "./compile.ts"
import { rows } from "./goals.ts"
import { install } from "./install.ts"
import { judge } from "./judge.ts"
import { replaceBetween } from "./page.ts"
import { run } from "./run.ts"
import { render, renew } from "./table.ts"

const { json, repetitions, suites, update } = args.parse(process.argv.slice(2))
const docs = resolve(import.meta.dirname, "../../docs")

const folder = install()
await compile(folder)
const { missing, samples } = await run(folder, suites, repetitions)
const judged = rows.filter(({ suite }) => suites.includes(suite)).map((row) => judge(row, samples))

console.log(`\n${render(judged)}\n`)
for (const [subject, reason] of Object.entries(missing)) console.log(`missing: ${subject}: ${reason}`)
if (json !== undefined)
  fs.writeFileSync(json, JSON.stringify({ node: process.version, repetitions, missing, samples, judged }, null, 2))
if (update) {
  const page = resolve(docs, "performance.md")
  fs.writeFileSync(
    page,
    replaceBetween(fs.readFileSync(page, "utf8"), "table", (before) => renew(before, judged, rows))
  )
  if (suites.includes("ping")) fs.writeFileSync(resolve(docs, "images/performance.svg"), chart.draw(samples))
}
process.exitCode = judged.some(({ mark }) => mark === "missed") ? 1 : 0
