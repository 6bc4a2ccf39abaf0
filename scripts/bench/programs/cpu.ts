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
  return {
    // Asking costs as much as a small work, so that only some ask.
    more: () => ++count % 8 !== 0 || now() < end,
    count: () => count
  }
}

/** The processor time in µs of one of many, once they are warm: V8 compiles for long before it is done with Effect. */
export const each = async (work: (more: () => boolean) => unknown): Promise<number> => {
  await work(lasting(800).more)
  const { count, more } = lasting(300)
  const spent = await of(() => work(more))
  return spent / count()
}
