import * as heap from "./heap.ts"
import * as task from "./task.ts"

const times = (count: number) => () => count-- > 0

const pings = await task.connect()
await pings(1, times(3_000))

await heap.settled()
const start = process.memoryUsage().heapUsed
await pings(1, times(100))
const allocated = (process.memoryUsage().heapUsed - start) / 100

// A collection throws away code that was compiled, which comes back with the next pings: a few hundred KB in all, so that what each
// ping retains shows only over many.
await pings(1, times(3_000))
const before = await heap.settled()
await pings(1, times(10_000))
const retained = ((await heap.settled()) - before) / 10_000
task.report({ allocated, retained })
