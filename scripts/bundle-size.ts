// Fails when our share of a program that only pings grows. The goals are missed, since what the dependencies alone take leaves
// too little below them: see docs/performance.md.
//
//   npx pnpm bundle-size [--parts]
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import type { Bundle } from "./bench/bundle.ts"
import { bundle } from "./bench/bundle.ts"
import { rows } from "./bench/goals.ts"
import { judge } from "./bench/judge.ts"
import { kilobytes } from "./bench/kilobytes.ts"
import type { Smallest } from "./bench/smallest.ts"
import { render } from "./bench/table.ts"
import * as table from "./markdown/table.ts"

/** In kB, for either transport. */
const most = 16

const root = resolve(import.meta.dirname, "..")

const build = async (program: Smallest): Promise<Bundle> => {
  const bundled = await bundle(program, root, { external: ["undici"] })
  if (bundled === undefined) throw new Error(`${program} cannot be bundled`)
  return bundled
}

const measure = async (program: "fetch" | "undici") => {
  const [whole, floor] = [await build(program), await build(`${program}-floor`)]
  const [size, least] = [kilobytes(whole.contents), kilobytes(floor.contents)]
  return {
    ours: size - least,
    samples: { [`size-${program} kilobytes`]: [size], [`size-${program}-floor kilobytes`]: [least] },
    ofPart: (part: string) => ((bytesOf(whole, part) - bytesOf(floor, part)) / 1_000).toFixed(1)
  }
}

/** What our share is made of, by where it stands; each file belongs to the first that it matches. */
const parts = new Map([
  [
    "masking and escaping a server's words",
    /core\/src\/(internal\/(soap\/(masking|views|search|base64)|unseen)|Printable)/
  ],
  ["envelopes and replies", /core\/src\/(internal\/(soap|exchange)|Envelope|Reply|Command|Ping)/],
  ["errors, secrets and settings", /core\/src\/(?!internal\/telemetry)/],
  ["spans and metrics", /core\/src\/internal\/telemetry/],
  ["the transport", /platform\/src/],
  ["what these take of Effect", /node_modules\/effect\//],
  ["what these take of @effect/platform", /node_modules\/@effect\//]
])

const bytesOf = ({ files }: Bundle, part: string): number =>
  [...files].reduce((sum, [file, bytes]) => (partOf(file) === part ? sum + bytes : sum), 0)

const partOf = (file: string): string | undefined => [...parts].find(([, pattern]) => pattern.test(file))?.[0]

const fetch = await measure("fetch")
const undici = await measure("undici")
const exchange = await build("fetch-exchange")
const samples = {
  ...fetch.samples,
  ...undici.samples,
  "size-fetch-exchange kilobytes": [kilobytes(exchange.contents)]
}
console.log(render(rows.filter(({ suite }) => suite === "size").map((row) => judge(row, samples))))
if (parseArgs({ options: { parts: { type: "boolean", default: false } } }).values.parts) {
  const lines = [...parts.keys()].map((part) => [part, undici.ofPart(part), fetch.ofPart(part)])
  console.log(table.draw(["kB of ours before compression", "over undici", "over fetch"], lines))
}
console.log(
  `ours: ${fetch.ours.toFixed(1)} kB over fetch, ${undici.ours.toFixed(1)} kB over UndiciTransport, ≤ ${most} each`
)
process.exitCode = fetch.ours <= most && undici.ours <= most ? 0 : 1
