// Fails when a program that only pings takes more over the wire than its goal: see docs/performance.md.
import { resolve } from "node:path"
import { bundle } from "./bench/bundle.ts"
import { rows } from "./bench/goals.ts"
import { judge } from "./bench/judge.ts"
import { kilobytes } from "./bench/kilobytes.ts"
import { render } from "./bench/table.ts"

const root = resolve(import.meta.dirname, "..")
const size = (bundled: Uint8Array | undefined) => [bundled === undefined ? Number.NaN : kilobytes(bundled)]

const samples = {
  "size-fetch kilobytes": size(await bundle("fetch", root)),
  "size-undici kilobytes": size(await bundle("undici", root, { external: ["undici"] }))
}
const judged = rows.filter(({ suite }) => suite === "size").map((row) => judge(row, samples))
console.log(render(judged))
process.exitCode = judged.every(({ mark }) => mark === "met") ? 0 : 1
