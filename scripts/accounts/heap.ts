import { setImmediate } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** The heap in bytes without what can be collected: the least of some readings, since requests come and go meanwhile. */
export const settled = async (): Promise<number> => {
  let least = Infinity
  for (let turn = 0; turn < 5; turn++) {
    // Finalizers run between collections.
    await setImmediate()
    collectGarbage()
    least = Math.min(least, process.memoryUsage().heapUsed)
  }
  return least
}
