// Reading replies of a size, by the KB, and what the parser alone takes for them.
import * as Envelope from "@effect-clickatell/core/Envelope"
import { XMLParser } from "fast-xml-parser"
import * as cpu from "./cpu.ts"
import * as loops from "./loops.ts"
import { replay } from "./replay.ts"
import * as task from "./task.ts"

const size = task.number("size") * 1_000
const next = replay(size, 10)
const parser = new XMLParser()
const decoder = new TextDecoder()
const ours = loops.sync(() => Envelope.parse("document-literal", next()))
const bare = loops.sync(() => parser.parse(decoder.decode(next())))
const eachKb = (micros: number) => (micros / next().length) * 1_000
await cpu.warm(ours)
await cpu.warm(bare)

await task.turns(async () => ({ kb: eachKb(await cpu.each(ours)), parser: eachKb(await cpu.each(bare)) }))
