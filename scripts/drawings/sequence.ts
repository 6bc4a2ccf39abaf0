// Who says what to whom when the service has forgotten a session that several callers use: requests, replies and events of a
// real session on a virtual clock. The last caller's refusal is held up by the network until the login is over.
import * as Commands from "@effect-clickatell/core/Commands"
import type { Envelope } from "@effect-clickatell/core/Envelope"
import * as Session from "@effect-clickatell/core/Session"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Array as Arr, Clock, Context, Effect, Layer, Stream, TestClock } from "effect"
import * as stage from "./stage.ts"
import * as svg from "./svg.ts"

const callers = [1, 2, 3]
const latency = 100
/** For how much longer the last caller's first reply is under way. */
const delay = 200

/** Who sends a request: the number of a caller, or the session itself. */
class Sender extends Context.Reference<Sender>()("drawing/Sender", {
  defaultValue: (): number | "session" => "session"
}) {}

interface Exchange {
  readonly sender: number | "session"
  readonly begin: number
  readonly end: number
}

interface Told {
  readonly at: number
  readonly says: string
}

/** A network that remembers what went over it, in the order in which it was sent. */
const network = (exchanges: Array<Exchange>) =>
  Layer.effect(
    Transport,
    Effect.map(Transport, (transport) => ({
      ...transport,
      send: (envelope: Envelope) =>
        Effect.gen(function* () {
          const sender = yield* Sender
          const begin = yield* Clock.currentTimeMillis
          const index = exchanges.push({ sender, begin, end: begin }) - 1
          const isLate = sender === callers.at(-1) && exchanges.filter((it) => it.sender === sender).length === 1
          const reply = yield* transport.send(envelope)
          if (isLate) yield* Effect.sleep(delay)
          exchanges[index] = { sender, begin, end: yield* Clock.currentTimeMillis }
          return reply
        })
    }))
  ).pipe(Layer.provide(Emulator.layerTransport({ latency })), Layer.provideMerge(Emulator.layer()))

const play = Effect.gen(function* () {
  const exchanges: Array<Exchange> = []
  const events: Array<Told> = []
  const context = yield* Layer.build(
    Layer.provideMerge(Session.layer({ credentials: stage.credentials }), network(exchanges))
  )
  const session = Context.get(context, Session.Session)
  const emulator = Context.get(context, Emulator.Emulator)
  yield* Effect.fork(session.open)
  yield* TestClock.adjust("1 minute")
  yield* emulator.expireSessions
  const [before, { length: old }] = [exchanges.length, yield* emulator.log]
  const told = yield* session.subscribe
  yield* Effect.fork(
    Stream.runForEach(Stream.fromQueue(told), ({ _tag, at, generation }) =>
      Effect.sync(() => events.push({ at: at.epochMillis, says: `${_tag}, session ${generation}` }))
    )
  )
  for (const caller of callers) {
    const call = session.execute(Commands.sendMsg({ to: ["27990000001"], text: "hello" }))
    yield* Effect.fork(Effect.provideService(call, Sender, caller))
    yield* TestClock.adjust("10 millis")
  }
  yield* TestClock.adjust("1 minute")
  const log = (yield* emulator.log).slice(old)
  return { events, exchanges: Arr.zip(exchanges.slice(before), log) }
}).pipe(stage.play(0))

type Played = Effect.Effect.Success<typeof play>
type Party = number | "session" | "service"

/** One line of the picture: an arrow, or what the session tells at that moment if it comes from nobody. */
interface Row extends Told {
  readonly arrow?: { readonly from: Party; readonly to: Party; readonly kind: "edge" | "good" | "bad" } | undefined
}

// What a reply causes happens at the same moment as the reply.
const rowsOf = ({ events, exchanges }: Played): ReadonlyArray<Row> => {
  const opened = events.find(({ says }) => says.startsWith("Authenticated"))?.at ?? Infinity
  const replies = exchanges.map(([{ end, sender }, { outcome }]): Row => {
    const isOk = outcome === "OK"
    return {
      at: end,
      says: isOk ? "OK" : `${outcome}${end > opened ? ", late" : ""}`,
      arrow: { from: "service", to: isOk ? sender : "session", kind: isOk ? "good" : "bad" }
    }
  })
  const requests = exchanges.map(([{ begin, sender }, { operation, session }]): Row => ({
    at: begin,
    says: sender === "session" ? operation : `${operation}, session ${session}`,
    arrow: { from: sender, to: "service", kind: "edge" }
  }))
  return [...replies, ...events, ...requests].toSorted((one, other) => one.at - other.at)
}

const top = 96
const tall = 30

const x = (party: Party): number => {
  if (party === "service") return 436
  return party === "session" ? 280 : 48 + (party - 1) * 70
}

const drawRow = ({ arrow, says }: Row, index: number): string => {
  const y = top + index * tall
  if (arrow === undefined) {
    return [
      svg.rect(x("session") - 84, y - 12, 168, 22, "box", 11),
      svg.text(x("session"), y + 3, says, "small", "middle")
    ].join("\n")
  }
  const middle = (x("session") + x("service")) / 2
  return [
    svg.arrow(`M${x(arrow.from)} ${y}H${x(arrow.to)}`, arrow.kind),
    svg.text(middle, y - 5, says, "small over", "middle")
  ].join("\n")
}

const lifeline = (party: Party, bottom: number): ReadonlyArray<string> => {
  const name = typeof party === "number" ? `caller ${party}` : party
  return [
    svg.line(x(party), top - 24, x(party), bottom, "grid"),
    svg.rect(x(party) - 33, top - 48, 66, 26, "box", 5),
    svg.text(x(party), top - 31, name, "small", "middle")
  ]
}

/** From a caller's first request to its last reply. */
const wait = (caller: number, rows: ReadonlyArray<Row>): string => {
  const own = rows.flatMap(({ arrow }, index) => (arrow?.from === caller || arrow?.to === caller ? [index] : []))
  const [from, to] = [Math.min(...own), Math.max(...own)]
  return svg.rect(x(caller) - 5, top + from * tall, 10, (to - from) * tall, "band-solid", 3)
}

export const draw = Effect.map(play, (played) => {
  const rows = rowsOf(played)
  const bottom = top + rows.length * tall
  const count = (is: (row: Row) => boolean) => rows.filter(is).length
  const logins = count(({ says }) => says === "auth")
  const refusals = count(({ arrow }) => arrow?.kind === "bad")
  const late = count(({ says }) => says.endsWith(", late"))
  const isTwice = callers.every((caller) => count(({ arrow }) => arrow?.from === caller) === 2)
  if (!isTwice || logins !== 1 || late !== 1) throw new Error("the run is not what the drawing says of it")
  const title = `${callers.length} callers, ${logins} login, each call sent again once`
  const parties: ReadonlyArray<Party> = [...callers, "session", "service"]
  return svg.picture(
    bottom + 104,
    title,
    `${refusals} refusals, ${late} of them after the login, which therefore changes nothing. In their order: ` +
      rows
        .map(
          ({ arrow, says }) => `${arrow === undefined ? "the session tells" : `${arrow.from} to ${arrow.to}`}: ${says}`
        )
        .join("; "),
    [
      svg.text(svg.margin, 30, title, "title"),
      ...parties.flatMap((party) => lifeline(party, bottom)),
      ...callers.map((caller) => wait(caller, rows)),
      ...rows.map(drawRow),
      svg.legend(bottom + 22, [
        [(at, y) => svg.arrow(`M${at - 8} ${y}H${at + 8}`), "request"],
        [(at, y) => svg.arrow(`M${at - 8} ${y}H${at + 8}`, "good"), "accepted"],
        [(at, y) => svg.arrow(`M${at - 8} ${y}H${at + 8}`, "bad"), "session refused"],
        [(at, y) => svg.rect(at - 5, y - 8, 10, 16, "band-solid", 3), "a caller waits"]
      ]),
      svg.paragraph(
        bottom + 70,
        "The late refusal is of session 1. It changes nothing for session 2, with which that call is then sent again."
      )
    ]
  )
})
