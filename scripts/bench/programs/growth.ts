// How the processor time of a ping grows with the calls at once, and with the size of the reply.
import * as cpu from "./cpu.ts"
import * as task from "./task.ts"

const sizes = [1, 16, 64]
const usual = { lines: 16, client: await task.connect() }
let cold = task.number("warm")
await usual.client(usual.lines, () => cold-- > 0)

/** The processor time in µs of one of many. */
const each = async (lines: number, client = usual.client): Promise<number> => {
  await client(lines, cpu.lasting(150).more)
  return cpu.each((more) => client(lines, more))
}

const measured: Record<string, number> = {}
for (const lines of [1, usual.lines, 128, 1_000]) measured[`lines-${lines}`] = await each(lines)
for (const size of sizes) measured[`size-${size}`] = await each(usual.lines, await task.connect(size * 1_000))
task.report(measured)
