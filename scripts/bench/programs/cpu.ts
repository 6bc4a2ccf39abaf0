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

/** The processor time in µs of one of many once they are warm, which takes Effect far longer than a parser. */
export const each = async (work: (more: () => boolean) => unknown, warm = 2_000): Promise<number> => {
  await work(lasting(warm).more)
  const { count, more } = lasting(300)
  const spent = await of(() => work(more))
  return spent / count()
}
