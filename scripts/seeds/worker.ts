// Runs the seeds that it is given, and says after each share of them what came of it.
import type { Run, Share, Tally } from "./sweep.ts"

const { run }: { readonly run: (seed: number) => Run } = await import(process.argv[2] ?? "")

const work = ({ from, until }: Share): Tally => {
  let steps = 0
  let requests = 0
  for (let seed = from; seed < until; seed += 1) {
    const ran = run(seed)
    const [promise] = ran.violations
    steps += ran.steps
    requests += ran.requests
    if (promise !== undefined) return { steps, requests, broken: { seed, log: ran.log, promise } }
  }
  return { steps, requests, broken: undefined }
}

process.on("message", (share: Share) => process.send?.(work(share)))
