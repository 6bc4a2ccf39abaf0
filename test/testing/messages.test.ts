// What the emulator remembers of messages, and how their statuses go by the clock.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Outcome from "@effect-clickatell/testing/Outcome"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { accepted, demo, execute, outcome, request, say, strangerId, styles, to } from "./support.ts"

const world = (options: Emulator.Options = {}, transport: Emulator.TransportOptions = {}) =>
  Emulator.layerTransport(transport).pipe(Layer.provideMerge(Emulator.layer(options)))

const statusOf = (id: string) => Effect.map(execute(Commands.queryMsg({ id })), ({ status }) => status)

/** The statuses of a message at these times after it was sent, in this order. */
const statuses = (message: Partial<Commands.SendMsg>, ...times: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const [id] = yield* accepted({ to: [to], text: "hi", ...message })
    return yield* Effect.forEach(times, (time) => Effect.zipRight(TestClock.setTime(time), statusOf(id)))
  })

const minute = 60_000
const day = 24 * 60 * minute

describe.each(styles)("a message in %s", (style) => {
  it.effect("gets an id by which it is found, and is delivered within five seconds", () =>
    Effect.gen(function* () {
      const [id] = yield* accepted({ to: [to], text: "hi" })
      assert.match(id, /^[0-9a-f]{32}$/)
      assert.deepStrictEqual(yield* execute(Commands.queryMsg({ id })), { id, status: "002" })
      yield* TestClock.adjust("1 second")
      assert.strictEqual(yield* statusOf(id), "003")
      yield* TestClock.adjust("4 seconds")
      assert.strictEqual(yield* statusOf(id), "004")
    }).pipe(Effect.provide(world({}, { style })))
  )

  it.effect("is found by the client's id too", () =>
    Effect.gen(function* () {
      const [id] = yield* accepted({ to: [to], text: "hi", clientMessageId: "order17" })
      assert.strictEqual((yield* execute(Commands.queryMsg({ clientMessageId: "order17" }))).id, id)
      assert.strictEqual((yield* execute(Commands.delMsg({ clientMessageId: "order17" }))).id, id)
    }).pipe(Effect.provide(world({}, { style })))
  )

  it.effect("is stopped while it is queued, and not when it has gone out", () =>
    Effect.gen(function* () {
      const [queued] = yield* accepted({ to: [to], text: "hi" })
      const [later] = yield* accepted({ to: [to], text: "hi", deliverAfter: "1 hour" })
      assert.strictEqual((yield* execute(Commands.delMsg({ id: queued }))).status, "006")
      yield* TestClock.adjust("1 minute")
      const [sent] = yield* accepted({ to: [to], text: "hi" })
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* execute(Commands.delMsg({ id: later }))).status, "006")
      assert.strictEqual((yield* execute(Commands.delMsg({ id: sent }))).status, "003")
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* Effect.forEach([queued, later, sent], statusOf), ["006", "006", "004"])
    }).pipe(Effect.provide(world({}, { style })))
  )

  it.effect("tells what it cost", () =>
    Effect.gen(function* () {
      const [id] = yield* accepted({ to: [to], text: "x".repeat(161), concat: 2 })
      const { charge, ...rest } = yield* execute(Commands.getMsgCharge({ id }))
      assert.strictEqual(BigDecimal.format(charge), "2")
      assert.deepStrictEqual(rest, { id, status: "002" })
    }).pipe(Effect.provide(world({}, { style })))
  )
})

describe("the status of a message", () => {
  it.effect("is 011 until it is due, and goes on from there", () =>
    Effect.gen(function* () {
      const times = [0, minute - 1, minute, minute + 1000, minute + 5000]
      const seen = yield* statuses({ deliverAfter: "1 minute" }, ...times)
      assert.deepStrictEqual(seen, ["011", "011", "002", "003", "004"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("is 010 when it was not delivered in the time that it had", () =>
    Effect.gen(function* () {
      const times = [minute - 1, minute, 2 * minute]
      assert.deepStrictEqual(yield* statuses({ validity: "1 minute" }, ...times), ["003", "010", "010"])
    }).pipe(Effect.provide(world({ statuses: { "002": 0, "003": 1000, "004": "90 seconds" } })))
  )

  it.effect("stays what it is when it was delivered or has failed before", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* statuses({ validity: "1 minute" }, minute - 1, minute), ["004", "004"])
    }).pipe(Effect.provide(world()))
  )

  it.effect("expires after a day where no time is given, counted from when it goes out", () =>
    Effect.gen(function* () {
      const times = [day + minute - 1, day + minute]
      assert.deepStrictEqual(yield* statuses({ deliverAfter: "1 minute" }, ...times), ["002", "010"])
    }).pipe(Effect.provide(world({ statuses: { "002": 0 }, sessionLife: "30 days" })))
  )

  it.effect("is that of its number where this has an outcome of its own, from then on", () =>
    Effect.gen(function* () {
      const { setNumber, setStatuses } = yield* Emulator.Emulator
      const [before] = yield* accepted({ to: [to], text: "hi" })
      yield* setStatuses({ "002": 0, "005": "5 seconds" })
      yield* setNumber(to, Outcome.undeliverable)
      const [failing] = yield* accepted({ to: [to], text: "hi" })
      yield* setNumber(to)
      const [again] = yield* accepted({ to: [to], text: "hi" })
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* Effect.forEach([before, failing, again], statusOf), ["004", "007", "005"])
    }).pipe(Effect.provide(world()))
  )
})

describe("a message that is not known", () => {
  it.effect("is 103 by the service's id, 104 by the client's, and 109 by none", () =>
    Effect.gen(function* () {
      const codes = yield* Effect.forEach(
        [
          Commands.queryMsg({ id: strangerId }),
          Commands.delMsg({ id: strangerId }),
          Commands.queryMsg({ clientMessageId: "order17" }),
          Commands.delMsg({ clientMessageId: "order17" }),
          Commands.getMsgCharge({ id: strangerId })
        ],
        (command: Command.Command<unknown>) => outcome(execute(command))
      )
      assert.deepStrictEqual(codes, ["ApiError 103", "ApiError 103", "ApiError 104", "ApiError 104", "ApiError 103"])
      const session_id = Redacted.value(yield* authenticate(demo))
      for (const operation of ["querymsg", "delmsg", "getmsgcharge"]) {
        assert.strictEqual(
          yield* say(request("document-literal", operation, { session_id })),
          `200 ${operation}Response ERR: 109, Missing message ID`
        )
      }
    }).pipe(Effect.provide(world()))
  )

  it.effect("is so after 6 days, and for its charge after 15", () =>
    Effect.gen(function* () {
      const [id] = yield* accepted({ to: [to], text: "hi", clientMessageId: "order17" })
      yield* TestClock.setTime(6 * day - 1)
      assert.strictEqual(yield* statusOf(id), "004")
      yield* TestClock.setTime(6 * day)
      assert.strictEqual(yield* outcome(statusOf(id)), "ApiError 103")
      assert.strictEqual(yield* outcome(execute(Commands.queryMsg({ clientMessageId: "order17" }))), "ApiError 104")
      yield* TestClock.setTime(15 * day - 1)
      assert.strictEqual((yield* execute(Commands.getMsgCharge({ id }))).status, "004")
      yield* TestClock.setTime(15 * day)
      assert.strictEqual(yield* outcome(execute(Commands.getMsgCharge({ id }))), "ApiError 103")
    }).pipe(Effect.provide(world({ sessionLife: "30 days" })))
  )

  it.effect("is that of another account, by either id", () =>
    Effect.gen(function* () {
      const ada = Either.getOrThrow(Credentials.make({ apiId: "1", user: "ada", password: "lovelace" }))
      const [id] = yield* accepted({ to: [to], text: "hi", clientMessageId: "order17" })
      const adas = yield* authenticate(ada)
      for (const [key, code] of [
        [{ id }, "103"],
        [{ clientMessageId: "order17" }, "104"]
      ] as const) {
        assert.strictEqual(yield* outcome(Command.execute(Commands.queryMsg(key), adas)), `ApiError ${code}`)
        assert.strictEqual(yield* outcome(Command.execute(Commands.delMsg(key), adas)), `ApiError ${code}`)
      }
      const { account, messages } = yield* Emulator.Emulator
      assert.deepStrictEqual(yield* account(ada).messages, [])
      assert.deepStrictEqual(yield* account(demo).messages, yield* messages)
    }).pipe(Effect.provide(world({ credentials: "any" })))
  )
})

const sendSame = (text: string) => accepted({ to: [to], text, clientMessageId: "same" })

const idsWith = (seed: string) =>
  accepted({ to: [to, "27990000002"], text: "hi" }).pipe(Effect.provide(world()), Effect.withRandom(Random.make(seed)))

describe("the messages that are shown", () => {
  it.effect("are those that were taken, as they are now", () =>
    Effect.gen(function* () {
      const { messages } = yield* Emulator.Emulator
      yield* TestClock.setTime(7)
      const [one] = yield* accepted({ to: [to], unicode: "é", from: "Acme", clientMessageId: "order17" })
      const [two] = yield* accepted({ to: [to], data: "00ff" })
      yield* TestClock.adjust("5 seconds")
      const common = {
        account: { apiId: "123456", user: "demo" },
        to,
        status: "004",
        charge: BigDecimal.make(1n, 0),
        at: 7
      }
      assert.deepStrictEqual(yield* messages, [
        { ...common, id: one, from: "Acme", clientMessageId: "order17", content: "é" },
        { ...common, id: two, from: undefined, clientMessageId: undefined, content: "00ff" }
      ])
    }).pipe(Effect.provide(world()))
  )

  it.effect("are the newest, and what is dropped is unknown", () =>
    Effect.gen(function* () {
      const { messages } = yield* Emulator.Emulator
      const [[first], [second], [third]] = yield* Effect.all([sendSame("1"), sendSame("2"), sendSame("3")])
      assert.deepStrictEqual(
        (yield* messages).map(({ content }) => content),
        ["2", "3"]
      )
      assert.strictEqual(yield* outcome(statusOf(first)), "ApiError 103")
      assert.strictEqual(yield* statusOf(second), "002")
      assert.strictEqual((yield* execute(Commands.queryMsg({ clientMessageId: "same" }))).id, third)
    }).pipe(Effect.provide(world({ messages: 2 })))
  )

  it.effect("have ids that follow from the seed", () =>
    Effect.gen(function* () {
      const [first, second] = yield* idsWith("a")
      assert.deepStrictEqual([first, second], yield* idsWith("a"))
      assert.notStrictEqual(first, second)
      assert.notDeepEqual([first, second], yield* idsWith("b"))
    })
  )
})
