// Fleets of real processes on a real Redis, to which anything happens that can happen to either; fails with the log of the first
// seed that breaks a promise. With a seed comes what happens, and not what a machine makes of it.
//
//   npx pnpm chaos [--seeds 20] [--from 1] [--seconds 15] [--at-once 8]
import { Cause, Console, Effect, Exit } from "effect"
import { parseArgs } from "node:util"
import type { Ran } from "../test/redis/fleet/run.ts"
import { run } from "../test/redis/fleet/run.ts"
import { missing } from "../test/redis/server.ts"
import * as wholeNumbers from "./wholeNumbers.ts"

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "20" },
    from: { type: "string", default: "1" },
    seconds: { type: "string", default: "15" },
    "at-once": { type: "string", default: "8" }
  }
})

wholeNumbers.demand("chaos", values, 6)

const [seeds, from, seconds] = [Number(values.seeds), Number(values.from), Number(values.seconds)]

const judge = ({ deeds, log, requests, seed, violations }: Ran) =>
  violations.length === 0
    ? Console.log(`seed ${seed}: ${deeds} deeds, ${requests} requests, no promise broken`)
    : Effect.zipRight(
        Console.error([...log, ...violations.map((it) => `chaos: seed ${seed}: ${it}`)].join("\n")),
        Effect.fail(`seed ${seed} has broken a promise`)
      )

const all = Effect.forEach(
  Array.from({ length: seeds }, (_, i) => from + i),
  (seed) => Effect.flatMap(run(seed, seconds), judge),
  { concurrency: Number(values["at-once"]), discard: true }
)

if (missing) {
  console.log("chaos: skipped, since there is no redis-server here")
} else {
  const exit = await Effect.runPromiseExit(all)
  if (Exit.isFailure(exit)) console.error(`chaos: ${Cause.pretty(exit.cause)}`)
  process.exitCode = Exit.isSuccess(exit) ? 0 : 1
}
