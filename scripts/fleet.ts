// Runs whole fleets of processes with one store and one service, all simulated, and whatever can happen to them; fails with the
// seed and the log of the first that breaks a promise:
//
//   npx pnpm fleet [--seeds 10000] [--from 1]
import { parseArgs } from "node:util"
import { run } from "../test/core/fleetLife.ts"
import * as wholeNumbers from "./wholeNumbers.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" }
  }
})

wholeNumbers.demand("fleet", values, 10)

const [seeds, from] = [Number(values.seeds), Number(values.from)]
let steps = 0
let requests = 0
for (let seed = from; seed < from + seeds; seed += 1) {
  const ran = run(seed)
  if (ran.violations.length > 0) {
    console.error([...ran.log, `fleet: seed ${seed}: ${ran.violations[0]}`].join("\n"))
    process.exit(1)
  }
  steps += ran.steps
  requests += ran.requests
}
console.log(`${seeds} seeds from ${from}: ${steps} steps, ${requests} requests, no promise broken`)
