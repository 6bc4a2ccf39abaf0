// Fails when our share of a program that only pings grows. The goals are missed, since what the dependencies alone take leaves
// too little below them: see docs/performance.md.
import { resolve } from "node:path"
import { bundle } from "./bench/bundle.ts"
import { rows } from "./bench/goals.ts"
import { judge } from "./bench/judge.ts"
import { kilobytes } from "./bench/kilobytes.ts"
import type { Smallest } from "./bench/smallest.ts"
import { render } from "./bench/table.ts"

/** In kB, for either transport. */
const most = 16

const root = resolve(import.meta.dirname, "..")
const sizeOf = async (program: Smallest): Promise<number> => {
  const bundled = await bundle(program, root, { external: ["undici"] })
  if (bundled === undefined) throw new Error(`${program} cannot be bundled`)
  return kilobytes(bundled)
}

const measure = async (program: "fetch" | "undici") => {
  const [size, floor] = [await sizeOf(program), await sizeOf(`${program}-floor`)]
  return {
    ours: size - floor,
    samples: { [`size-${program} kilobytes`]: [size], [`size-${program}-floor kilobytes`]: [floor] }
  }
}

const fetch = await measure("fetch")
const undici = await measure("undici")
const samples = { ...fetch.samples, ...undici.samples }
console.log(render(rows.filter(({ suite }) => suite === "size").map((row) => judge(row, samples))))
console.log(
  `ours: ${fetch.ours.toFixed(1)} kB over fetch, ${undici.ours.toFixed(1)} kB over UndiciTransport, ≤ ${most} each`
)
process.exitCode = fetch.ours <= most && undici.ours <= most ? 0 : 1
