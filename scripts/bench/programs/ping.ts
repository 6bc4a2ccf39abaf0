import { performance } from "node:perf_hooks"
import * as cpu from "./cpu.ts"
import * as task from "./task.ts"

const pings = await task.connect()
const lines = task.number("lines")
const measure = 300
// V8 compiles what is called often, so that a slow client has to be called as often as a fast one.
let cold = task.number("warm")
await pings(lines, () => cold-- > 0)

await task.turns(async () => {
  // Connections may have been closed while others had their turns.
  await pings(lines, cpu.lasting(measure / 2).more)
  const { count, more } = cpu.lasting(measure)
  const start = performance.now()
  const spent = await cpu.of(() => pings(lines, more))
  return { cpu: spent / count(), rate: (count() / (performance.now() - start)) * 1_000 }
})
