// What a fleet costs its store: commands for each start, ping interval and call, of a real redis-server, and its memory for each
// account. The processes of the fleet are sessions in this one, each with a store and a connection of its own.
//
//   npx pnpm fleet-cost [--processes 1,8,100] [--accounts 1,1000] [--intervals 5] [--simulated]
//
// What is simulated runs on a virtual clock and a register in memory: it takes as long as its work, and its interval is the real one.
import { Console, Effect, Logger, LogLevel } from "effect"
import { parseArgs } from "node:util"
import * as wholeNumbers from "../wholeNumbers.ts"
import * as counting from "./counting.ts"
import * as real from "./real.ts"
import * as simulated from "./simulated.ts"

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "1,8,100" },
    accounts: { type: "string", default: "1,1000" },
    intervals: { type: "string", default: "5" },
    simulated: { type: "boolean", default: false }
  }
})
const { simulated: isSimulated, ...lists } = values
for (const [name, list] of Object.entries(lists)) {
  for (const value of list.split(",")) wholeNumbers.demand("fleet-cost", { [name]: value }, 7)
}

const run = isSimulated ? simulated.run : real.run
const tabulate = (list: string, count: (size: number, intervals: number) => counting.Count) =>
  Effect.flatMap(
    Effect.forEach(list.split(","), (size) => run(Number(size), count(Number(size), Number(values.intervals)))),
    Console.table
  )

const program = Effect.zipRight(
  tabulate(values.processes, counting.processes),
  tabulate(values.accounts, counting.accounts)
)

await Effect.runPromise(Logger.withMinimumLogLevel(program, LogLevel.Error))
