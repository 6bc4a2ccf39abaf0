import type { ChildProcess } from "node:child_process"
import { fork } from "node:child_process"
import { availableParallelism } from "node:os"
import * as wholeNumbers from "../wholeNumbers.ts"

/** What came of one seed. */
export interface Run {
  readonly violations: ReadonlyArray<string>
  readonly log: ReadonlyArray<string>
  readonly steps: number
  readonly requests: number
}

/** The seeds from one up to another, which is not one of them. */
export interface Share {
  readonly from: number
  readonly until: number
}

/** What came of a share, up to the first seed that broke a promise. */
export interface Tally {
  readonly steps: number
  readonly requests: number
  readonly broken: { readonly seed: number; readonly log: ReadonlyArray<string>; readonly promise: string } | undefined
}

/** So few that all cores are busy until the end, and so many that asking for more costs nothing. */
const shareSize = 20

/** A process with room for what a run throws away, which would be copied over and over otherwise. */
const open = (module: URL) =>
  fork(new URL("worker.ts", import.meta.url), [module.href], {
    execArgv: [...process.execArgv, "--max-semi-space-size=64"]
  })

const ask = (worker: ChildProcess, share: Share): Promise<Tally> =>
  new Promise((resolve, reject) => {
    const end = () => reject(new Error(`the process for seed ${share.from} and those after it ended`))
    worker.once("exit", end)
    worker.once("message", (tally: Tally) => {
      worker.off("exit", end)
      resolve(tally)
    })
    worker.send(share)
  })

/** Runs a module's `run` for each seed, on every core; ends the command with 1 and the log of the first that breaks a promise. */
export const sweep = async (
  command: string,
  module: URL,
  options: { readonly seeds: string; readonly from: string }
): Promise<void> => {
  wholeNumbers.demand(command, options, 10)
  const [seeds, from] = [Number(options.seeds), Number(options.from)]
  const tallies: Array<Tally> = []
  const hasFailed = () => tallies.some(({ broken }) => broken !== undefined)
  let next = from
  const keepBusy = async (worker: ChildProcess) => {
    while (next < from + seeds && !hasFailed()) {
      const share = { from: next, until: Math.min(next + shareSize, from + seeds) }
      next = share.until
      tallies.push(await ask(worker, share))
    }
    worker.disconnect()
  }
  await Promise.all(Array.from({ length: availableParallelism() }, () => keepBusy(open(module))))

  const [first] = tallies.flatMap(({ broken = [] }) => broken).toSorted((a, b) => a.seed - b.seed)
  if (first !== undefined) {
    console.error([...first.log, `${command}: seed ${first.seed}: ${first.promise}`].join("\n"))
    process.exit(1)
  }
  const sum = (of: (tally: Tally) => number) => tallies.reduce((all, tally) => all + of(tally), 0)
  const [steps, requests] = [sum((tally) => tally.steps), sum((tally) => tally.requests)]
  console.log(`${seeds} seeds from ${from}: ${steps} steps, ${requests} requests, no promise broken`)
}
