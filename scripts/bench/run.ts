import type { Outcome } from "./processes.ts"
import { runJob, startResponder } from "./processes.ts"
import type { Samples } from "./samples.ts"
import { record } from "./samples.ts"
import type { Job, SuiteName } from "./suites.ts"
import { suites } from "./suites.ts"

/** What a run found out, and why what is missing is missing. */
export interface Results {
  readonly samples: Samples
  readonly missing: Readonly<Record<string, string>>
}

/** Runs the jobs of each suite in turn, again for each repetition, so that what slows the machine slows them all. */
export const run = async (folder: string, names: ReadonlyArray<SuiteName>, repetitions: number): Promise<Results> => {
  const samples: Samples = {}
  const missing: Record<string, string> = {}
  const { end, url } = await startResponder(folder)
  const take = (job: Job, outcome: Outcome) => {
    if ("missing" in outcome) missing[job.subject] = outcome.missing
    else record(samples, job.subject, outcome.quantities)
  }
  try {
    for (const name of names) {
      const { jobs, most = repetitions } = suites[name]
      for (let repetition = 1; repetition <= Math.min(most, repetitions); repetition++) {
        process.stderr.write(`${name} ${repetition}\n`)
        for (const job of jobs) if (!(job.subject in missing)) take(job, await runJob(folder, url, job))
      }
    }
  } finally {
    end()
  }
  return { samples, missing }
}
