/** Reads the milliseconds of the processor that were spent since this moment, however busy the machine is with other things. */
export const stopwatch = (): (() => number) => {
  const start = process.cpuUsage()
  return () => {
    const { system, user } = process.cpuUsage(start)
    return (user + system) / 1000
  }
}
