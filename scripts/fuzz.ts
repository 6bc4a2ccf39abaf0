// Runs the codec's fuzz tests for longer, or from another seed: pnpm fuzz --runs 10000000 --seed 2
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import * as wholeNumbers from "./wholeNumbers.ts"

const { values } = parseArgs({
  options: { runs: { type: "string", default: "2000000" }, seed: { type: "string", default: "1" } }
})

wholeNumbers.demand("fuzz", values, 10)

const { error, status } = spawnSync("npx", ["vitest", "run", "test/core/fuzz.test.ts", "test/interop/expat.test.ts"], {
  cwd: fileURLToPath(new URL("../", import.meta.url)),
  env: { ...process.env, FUZZ_RUNS: values.runs, FUZZ_SEED: values.seed },
  stdio: "inherit"
})
if (error !== undefined) console.error(`fuzz: vitest could not be started: ${error.message}`)
process.exit(status ?? 1)
