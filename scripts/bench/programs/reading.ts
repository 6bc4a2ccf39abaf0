// Reading replies of a size, by the KB.
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as cpu from "./cpu.ts"
import * as loops from "./loops.ts"
import { replay } from "./replay.ts"
import * as task from "./task.ts"

const size = task.number("size") * 1_000
const next = replay(size, 10)
const spent = await cpu.each(loops.sync(() => Envelope.parse("document-literal", next())))
task.report({ kb: (spent / next().length) * 1_000 })
