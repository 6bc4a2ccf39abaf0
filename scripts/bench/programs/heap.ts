import { setImmediate } from "node:timers/promises"

/** The heap in bytes once nothing more can be collected; finalizers run between collections. */
export const settled = async (): Promise<number> => {
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc?.()
    await setImmediate()
  }
  return process.memoryUsage().heapUsed
}
