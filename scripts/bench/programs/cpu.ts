import { performance } from "node:perf_hooks"

/** Processor time in µs, of this process and all its threads. */
export const now = (): number => {
  const { system, user } = process.cpuUsage()
  return system + user
}

/** The processor time in µs that something takes. */
export const of = async (work: () => unknown): Promise<number> => {
  const start = now()
  await work()
  return now() - start
}

/** True until so many ms of processor time are spent, and how often it was: on a busy machine the work is the same. */
export const lasting = (millis: number): { readonly more: () => boolean; readonly count: () => number } => {
  const end = now() + millis * 1_000
  let count = 0
  let next = 0
  // The processor time is dearer to ask for than the time of day.
  const isOver = () => {
    if (performance.now() < next) return false
    next = performance.now() + 5
    return now() >= end
  }
  return {
    more: () => {
      if (isOver()) return false
      count++
      return true
    },
    count: () => count
  }
}

type Work = (more: () => boolean) => unknown

/** Does a work for so many ms of processor time, until V8 has compiled what it runs: Effect takes far longer than a parser. */
export const warm = async (work: Work, millis = 2_000): Promise<void> => {
  await work(lasting(millis).more)
}

/** The processor time in µs of one of many. */
export const each = async (work: Work): Promise<number> => {
  const { count, more } = lasting(300)
  const spent = await of(() => work(more))
  return spent / count()
}
