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

const commandCpu = await cpu.each(loops.effect(command), 2_000)
const byHandCpu = await cpu.each(loops.effect(byHand), 2_000)
task.report({
  parser: await cpu.each(loops.sync(() => parser.parse(decoder.decode(next())))),
  reading: await cpu.each(loops.sync(() => Envelope.parse(transport.style, next()))),
  span: await cpu.each(loops.effect(Effect.withSpan(Effect.void, "ping", { captureStackTrace: false }))),
  command: commandCpu,
  around: commandCpu - byHandCpu
})
