import { performance } from "node:perf_hooks"
import * as cpu from "./cpu.ts"
import * as task from "./task.ts"

const pings = await task.connect()
await pings(task.number("lines"), cpu.lasting(task.number("warm")).more)
const { count, more } = cpu.lasting(task.number("measure"))
const start = performance.now()
const spent = await cpu.of(() => pings(task.number("lines"), more))
task.report({ cpu: spent / count(), rate: (count() / (performance.now() - start)) * 1_000 })
