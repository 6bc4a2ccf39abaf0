// What the core adds to a call, on a transport that answers at once: each in terms of something that every such client does.
import * as Command from "@effect-clickatell/core/Command"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { XMLParser } from "fast-xml-parser"
import * as instant from "../clients/instant.ts"
import * as cpu from "./cpu.ts"
import * as loops from "./loops.ts"
import { replay } from "./replay.ts"
import * as task from "./task.ts"

const next = replay(0, 1_000)
const decoder = new TextDecoder()
const parser = new XMLParser()
const transport = instant.make()
const id = Either.getOrThrow(SessionId.make("0".repeat(32)))

const byHand = Effect.flatMap(
  Effect.suspend(() =>
    transport.send(Envelope.make(transport.style, "ping", [{ name: "session_id", type: "xsd:string", value: id }]))
  ),
  ({ body }) => Envelope.parse(transport.style, body)
)
const command = Effect.provideService(Command.execute(Ping.Ping, id), Transport, transport)

const works = {
  parser: loops.sync(() => parser.parse(decoder.decode(next()))),
  reading: loops.sync(() => Envelope.parse(transport.style, next())),
  span: loops.effect(Effect.withSpan(Effect.void, "ping", { captureStackTrace: false })),
  command: loops.effect(command),
  byHand: loops.effect(byHand)
}
for (const work of Object.values(works)) await cpu.warm(work)

await task.turns(async () => {
  const commandCpu = await cpu.each(works.command)
  const byHandCpu = await cpu.each(works.byHand)
  return {
    parser: await cpu.each(works.parser),
    reading: await cpu.each(works.reading),
    span: await cpu.each(works.span),
    command: commandCpu,
    around: commandCpu - byHandCpu
  }
})
