// Runs whole fleets of processes with one store and one service, all simulated, and whatever can happen to them; fails with the
// seed and the log of the first that breaks a promise:
//
//   npx pnpm fleet [--seeds 10000] [--from 1]
import { parseArgs } from "node:util"
import { sweep } from "./seeds/sweep.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" }
  }
})

await sweep("fleet", new URL("../test/core/fleetLife.ts", import.meta.url), values)
