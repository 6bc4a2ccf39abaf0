import { performance } from "node:perf_hooks"
import * as cpu from "./cpu.ts"
import * as task from "./task.ts"

const pings = await task.connect()
// V8 compiles what is called often, so that a slow client has to be called as often as a fast one.
const { more: longer } = cpu.lasting(task.number("measure"))
let cold = task.number("warm")
await pings(task.number("lines"), () => cold-- > 0 || longer())
const { count, more } = cpu.lasting(task.number("measure"))
const start = performance.now()
const spent = await cpu.of(() => pings(task.number("lines"), more))
task.report({ cpu: spent / count(), rate: (count() / (performance.now() - start)) * 1_000 })
