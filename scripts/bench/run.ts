import { identity } from "effect/Function"
import type { Outcome, Runner } from "./processes.ts"
import { start, startResponder } from "./processes.ts"
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
  const responder = await startResponder(folder)
  const field = new Field((job) => start(folder, responder.url, job))
  try {
    for (const name of names) {
      const { jobs, times = identity } = suites[name]
      await field.renew(jobs)
      for (let repetition = 1; repetition <= times(repetitions); repetition++) {
        process.stderr.write(`${name} ${repetition}\n`)
        for (const job of jobs) await field.take(job)
      }
    }
  } finally {
    await field.clear()
    responder.end()
  }
  return field
}

/** The jobs that take turns, and what came of them. */
class Field implements Results {
  readonly samples: Samples = {}
  readonly missing: Record<string, string> = {}
  private readonly lasting = new Map<Job, Runner>()
  private readonly start: (job: Job) => Runner

  constructor(start: (job: Job) => Runner) {
    this.start = start
  }

  /** Starts those of these jobs that last, and has each take a turn that does not count, for which it has to warm up. */
  async renew(jobs: ReadonlyArray<Job>): Promise<void> {
    await this.clear()
    const cold = jobs.values()
    const warm = async () => {
      for (const job of cold) {
        if (job.lasts !== true) continue
        const runner = this.start(job)
        this.lasting.set(job, runner)
        this.note(job, await runner.turn())
      }
    }
    // Nothing is measured, so that they need not wait for each other.
    await Promise.all([warm(), warm()])
  }

  /** Measures a job once, unless it cannot be. */
  async take(job: Job): Promise<void> {
    if (job.subject in this.missing) return
    const lasting = this.lasting.get(job)
    const runner = lasting ?? this.start(job)
    const outcome = await runner.turn()
    if (lasting === undefined) await runner.end()
    this.note(job, outcome)
    if ("quantities" in outcome) record(this.samples, job.subject, outcome.quantities)
  }

  /** Ends those that last. */
  async clear(): Promise<void> {
    for (const runner of this.lasting.values()) await runner.end()
    this.lasting.clear()
  }

  private note({ subject }: Job, outcome: Outcome): void {
    if ("missing" in outcome) this.missing[subject] = outcome.missing
  }
}
