// The promise of the in-memory transport for the documented commands: the same story, told over any transport.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Session from "@effect-clickatell/core/Session"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Outcome from "@effect-clickatell/testing/Outcome"
import * as BigDecimal from "effect/BigDecimal"
import type { ConfigError } from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Random from "effect/Random"
import * as Struct from "effect/Struct"
import { demo, strangerId, styles, to } from "./support.ts"

const emulator = Emulator.layer({
  balance: 10,
  coverage: { "27": 0.8, "44": 1.5 },
  // At once, since this is told on the real clock.
  statuses: { "004": 0 },
  numbers: { "272": Outcome.optedOut, "273": Outcome.taken({ "009": 0 }) }
})

const messages: ReadonlyArray<Commands.SendMsg> = [
  { to: [to], text: "<é> & €", clientMessageId: "one" },
  { to: [to, "272", "273", "1"], unicode: "é€", from: "Acme" },
  { to: ["272"], data: "00ff", udh: "0102" },
  { to: ["44123"], text: "x".repeat(161), concat: 2, deliverAfter: "1 hour", validity: "1 hour" },
  { to: ["44123"], text: "x".repeat(161) },
  { to: ["441", "442", "443", "444"], text: "hi", maxCredits: BigDecimal.unsafeFromString("1") },
  { to: ["441", "442", "443", "444"], text: "hi" }
]

/** All that the commands tell, failures as they are; only times differ between two clocks, and nothing here has one. */
const story = Effect.gen(function* () {
  const id = yield* authenticate(demo)
  const tell = (command: Command.Command<unknown>) =>
    Effect.match(Command.execute(command, id), {
      onSuccess: (result) => ({ result }),
      // Copied, since errors are compared by their message alone.
      onFailure: (error) => ({ error: { ...error } })
    })
  const sent = yield* Effect.forEach(messages, (message) => tell(Commands.sendMsg(message)))
  const kept = yield* Effect.flatMap(Emulator.Emulator, ({ messages }) => messages)
  const asked = yield* Effect.forEach(
    kept.flatMap(({ id }) => [Commands.queryMsg({ id }), Commands.getMsgCharge({ id }), Commands.delMsg({ id })]),
    tell
  )
  const rest = yield* Effect.forEach(
    [
      Commands.queryMsg({ clientMessageId: "one" }),
      Commands.queryMsg({ clientMessageId: "two" }),
      Commands.delMsg({ id: strangerId }),
      Commands.routeCoverage("27"),
      Commands.routeCoverage("33"),
      Commands.getBalance
    ],
    tell
  )
  const { log } = yield* Emulator.Emulator
  const outcomes = (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`)
  return { sent, kept: kept.map((message) => Struct.omit(message, "at")), asked, rest, outcomes }
})

/** A message whose answer is lost, and one that is lost itself, both sent once. */
const lost = Effect.gen(function* () {
  const { fail, messages } = yield* Emulator.Emulator
  const session = yield* Session.make({ credentials: Effect.succeed(demo) })
  const send = (clientMessageId: string) => Commands.sendMsgOnce(session, { to: [to], text: "hi", clientMessageId })
  yield* fail(Fault.drop, { operation: "sendmsg" })
  const dropped = yield* send("dropped")
  yield* fail(Fault.reset, { operation: "sendmsg" })
  const reset = yield* send("reset")
  const { log } = yield* Emulator.Emulator
  const outcomes = (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`)
  return { dropped, reset, outcomes, kept: (yield* messages).map(({ id, clientMessageId }) => [id, clientMessageId]) }
}).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None))

// A generator of its own each time, so that the ids are the same.
const seeded = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.suspend(() => Effect.withRandom(effect, Random.make("seed")))

describe.each(styles)("the commands in %s", (style) => {
  const memory = Emulator.layerTransport({ style }).pipe(Layer.provideMerge(emulator))
  const http = (layer: (options: UndiciTransport.Options) => Layer.Layer<Transport, ConfigError>) =>
    Layer.unwrapEffect(Effect.map(EmulatorServer, ({ endpoint }) => layer({ endpoint: endpoint(style), style }))).pipe(
      Layer.provide(Server.layer()),
      Layer.provideMerge(emulator)
    )
  for (const [name, overHttp] of Object.entries({
    fetch: http(HttpTransport.layerFetch),
    UndiciTransport: http(UndiciTransport.layer)
  })) {
    it.live(`tell the same in memory and over ${name}`, () =>
      Effect.gen(function* () {
        const inMemory = yield* seeded(Effect.provide(story, memory))
        assert.deepStrictEqual(yield* seeded(Effect.provide(story, overHttp)), inMemory)
      })
    )

    it.live(`send once in memory and over ${name}, whatever is lost`, () =>
      Effect.gen(function* () {
        const inMemory = yield* seeded(Effect.provide(lost, memory))
        assert.deepStrictEqual(yield* seeded(Effect.provide(lost, overHttp)), inMemory)
      })
    )
  }

  it.live("tell what there is to tell", () =>
    Effect.gen(function* () {
      const { outcomes } = yield* Effect.provide(story, memory)
      assert.deepStrictEqual(outcomes.slice(1, 8), [
        "sendmsg OK",
        "sendmsg OK",
        "sendmsg ERR 122",
        "sendmsg OK",
        "sendmsg ERR 113",
        "sendmsg ERR 302",
        "sendmsg ERR 301"
      ])
      const { dropped, kept, outcomes: sending, reset } = yield* Effect.provide(lost, memory)
      assert.deepStrictEqual(sending, [
        "auth OK",
        "sendmsg drop",
        "querymsg OK",
        "sendmsg reset",
        "querymsg ERR 104",
        "sendmsg OK"
      ])
      assert.deepStrictEqual(
        kept,
        [dropped, reset].map(([sent], index) => [
          sent._tag === "Accepted" ? sent.id : sent.code,
          ["dropped", "reset"][index]
        ])
      )
    })
  )
})
