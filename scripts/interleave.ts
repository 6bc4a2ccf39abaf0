// Runs the session in more orders of what can happen at once, and fails with the seed and the log of the first that breaks a
// promise. With --sweep it also disturbs every kind of call before each of its steps, its fibers making way every so many
// operations:
//
//   npx pnpm interleave [--seeds 10000] [--from 1] [--sweep 20]
import { parseArgs } from "node:util"
import { cases, sweep } from "../test/core/interleavingSweep.ts"
import * as seeds from "./seeds/sweep.ts"
import * as wholeNumbers from "./wholeNumbers.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "10000" },
    from: { type: "string", default: "1" },
    sweep: { type: "string" }
  }
})

wholeNumbers.demand("interleave", values, 10)

const stopAt = (
  what: string,
  { log, violations }: { log: ReadonlyArray<string>; violations: ReadonlyArray<string> }
) => {
  if (violations.length === 0) return
  console.error([...log, `interleave: ${what}: ${violations[0]}`].join("\n"))
  process.exit(1)
}

await seeds.sweep("interleave", new URL("../test/core/interleaving.ts", import.meta.url), values)

if (values.sweep !== undefined) {
  const pace = Number(values.sweep)
  let runs = 0
  for (const each of cases) {
    // From any offset on, so that each operation comes to be one before which a fiber makes way.
    const swept = sweep(each, { pace, offset: Number(values.from) % pace })
    stopAt(`${each.calls.join(", ")}, ${each.situation}`, swept)
    runs += swept.runs
  }
  console.log(`${cases.length} kinds of call, disturbed before each step: ${runs} runs, no promise broken`)
}
