// What messages cost in the emulator, and what keeps an account from sending.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as BigDecimal from "effect/BigDecimal"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { accepted, demo, execute, outcome, styles, to } from "./support.ts"

const world = (options: Emulator.Options = {}, transport: Emulator.TransportOptions = {}) =>
  Emulator.layerTransport(transport).pipe(Layer.provideMerge(Emulator.layer(options)))

const balance = Effect.map(execute(Commands.getBalance), BigDecimal.format)
const send = (message: Partial<Commands.SendMsg> = {}) =>
  execute(Commands.sendMsg({ to: [to], text: "hi", ...message }))

const ada = Either.getOrThrow(Credentials.make({ apiId: "1", user: "ada", password: "lovelace" }))
const asAda = <A>(command: Command.Command<A>) =>
  Effect.flatMap(authenticate(ada), (id) => Command.execute(command, id))
const adasBalance = Effect.map(asAda(Commands.getBalance), BigDecimal.format)

const priceOf = (number: string) =>
  Effect.map(execute(Commands.routeCoverage(number)), (it) =>
    it._tag === "Covered" ? BigDecimal.format(it.charge) : it._tag
  )

const atMostOne = { maxCredits: BigDecimal.unsafeFromString("1") }

describe.each(styles)("the balance in %s", (style) => {
  it.effect("falls by the price of each part of each message, to the last decimal", () =>
    Effect.gen(function* () {
      yield* send({ to: ["271", "272", "441", "445"], text: "x".repeat(161), concat: 2 })
      // In binary 1 - 4 × 0.1 - 2 × 0.07 - 2 × 0.2 is 0.05999999999999994.
      assert.strictEqual(yield* balance, "0.06")
    }).pipe(Effect.provide(world({ balance: 1, coverage: { "27": 0.1, "44": 0.07, "445": 0.2 } }, { style })))
  )

  it.effect("is asked with its coverage by number or prefix", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* Effect.forEach(["27", "2799", "27990000001", "44", "2", "33"], priceOf), [
        "0.8",
        "1.25",
        "1.25",
        "0",
        "Uncovered",
        "Uncovered"
      ])
      const [sent] = yield* send({ to: ["33123"] })
      assert.deepInclude(sent, { _tag: "Refused", code: "114" })
    }).pipe(Effect.provide(world({ coverage: { "27": 0.8, "2799": 1.25, "44": 0 } }, { style })))
  )
})

describe("credits", () => {
  const amounts = ["0", "-0.5", "1e16", "123456789e12", "-1e20", "1e-17", "-1234.5e-20"]

  it.effect.each(amounts)("are written without an exponent: %s", (text) =>
    Effect.gen(function* () {
      const amount = BigDecimal.unsafeFromString(text)
      const { setBalance, setCoverage } = yield* Emulator.Emulator
      yield* setBalance(amount)
      assert.isTrue(BigDecimal.equals(yield* execute(Commands.getBalance), amount))
      yield* setCoverage({ "": BigDecimal.abs(amount) })
      const coverage = yield* execute(Commands.routeCoverage(to))
      assert.isTrue(coverage._tag === "Covered" && BigDecimal.equals(coverage.charge, BigDecimal.abs(amount)))
    }).pipe(Effect.provide(world()))
  )
})

describe("a balance", () => {
  it.effect("that does not suffice for all sends to none, and costs nothing", () =>
    Effect.gen(function* () {
      const { messages, setBalance } = yield* Emulator.Emulator
      assert.strictEqual(yield* outcome(send({ to: ["1", "2", "3"] })), "ApiError 301")
      assert.strictEqual(yield* balance, "2")
      yield* accepted({ to: ["1", "2"], text: "hi" })
      assert.strictEqual(yield* balance, "0")
      assert.strictEqual(yield* outcome(send()), "ApiError 301")
      assert.lengthOf(yield* messages, 2)
      yield* setBalance(BigDecimal.unsafeFromString("1.0"))
      yield* send()
      assert.strictEqual(yield* balance, "0")
    }).pipe(Effect.provide(world({ balance: 2 })))
  )

  it.effect("is not asked for what is refused", () =>
    Effect.gen(function* () {
      const [sent] = yield* send({ to: ["44"] })
      assert.deepInclude(sent, { _tag: "Refused", code: "114" })
      const results = yield* send({ to: ["44", "27"] })
      assert.deepStrictEqual(
        results.map(({ _tag }) => _tag),
        ["Refused", "Accepted"]
      )
      assert.strictEqual(yield* balance, "0")
    }).pipe(Effect.provide(world({ balance: 1, coverage: { "27": 1 } })))
  )

  it.effect("pays no more for a message than its client allows", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* outcome(send({ ...atMostOne, text: "x".repeat(161), concat: 2 })), "ApiError 302")
      yield* send(atMostOne)
      assert.strictEqual(yield* balance, "122.4")
    }).pipe(Effect.provide(world()))
  )

  it.effect("is each account's own, as it is listed or for all", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      assert.deepStrictEqual([yield* adasBalance, yield* balance], ["0.5", "7"])
      assert.strictEqual(yield* outcome(asAda(Commands.sendMsg({ to: [to], text: "hi" }))), "ApiError 301")
      yield* send()
      assert.deepStrictEqual([yield* adasBalance, yield* balance], ["0.5", "6"])
      yield* emulator.account(ada).setBalance(3)
      yield* asAda(Commands.sendMsg({ to: [to], text: "hi" }))
      assert.deepStrictEqual([yield* adasBalance, yield* balance], ["2", "6"])
      yield* emulator.account(ada).setCoverage({ "27": 2 })
      yield* asAda(Commands.sendMsg({ to: [to], text: "hi" }))
      yield* send()
      assert.deepStrictEqual([yield* adasBalance, yield* balance], ["0", "5"])
      yield* emulator.setBalance(-1)
      assert.deepStrictEqual([yield* adasBalance, yield* balance], ["-1", "-1"])
    }).pipe(Effect.provide(world({ accounts: [{ ...ada, balance: 0.5 }, demo], balance: 7 })))
  )
})

/** Until when this is refused by a quota, in milliseconds. */
const until = (sending: ReturnType<typeof send>) =>
  Effect.map(Effect.flip(sending), (error) =>
    error._tag === "ApiError" && error.code === "130" && error.retryAt !== undefined
      ? DateTime.toEpochMillis(error.retryAt)
      : assert.fail(error.message)
  )

describe("a quota", () => {
  it.effect("ends with its last message, until its period does", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(1500)
      yield* send({ to: ["1", "2"] })
      // The first period is from 0 to 60 seconds.
      assert.strictEqual(yield* until(send({ to: ["3", "4"] })), 60_000)
      assert.strictEqual(yield* balance, "121.4")
      yield* send({ to: ["3"] })
      yield* TestClock.setTime(59_999)
      assert.strictEqual(yield* outcome(send()), "ApiError 130")
      yield* TestClock.setTime(60_000)
      yield* send({ to: ["1", "2", "3"] })
      assert.strictEqual(yield* outcome(send()), "ApiError 130")
      // Some periods later, in which nothing was sent.
      yield* TestClock.setTime(250_000)
      yield* send({ to: ["1", "2", "3"] })
      assert.strictEqual(yield* until(send()), 300_000)
    }).pipe(Effect.provide(world({ quota: { messages: 3, within: "1 minute" } })))
  )

  it.effect("that has no end tells none", () =>
    Effect.gen(function* () {
      yield* send()
      const error = yield* Effect.flip(send())
      assert.deepInclude({ ...error }, { _tag: "ApiError", code: "130", description: "Maximum MT limit exceeded" })
    }).pipe(Effect.provide(world({ quota: { messages: 1, within: Infinity } })))
  )

  it.effect("is set and lifted, for one account or for all", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.setQuota({ messages: 0, within: "1 day" })
      assert.strictEqual(yield* outcome(send()), "ApiError 130")
      yield* emulator.account(demo).setQuota()
      yield* send()
      assert.strictEqual(yield* outcome(asAda(Commands.sendMsg({ to: [to], text: "hi" }))), "ApiError 130")
      yield* emulator.setQuota()
      yield* asAda(Commands.sendMsg({ to: [to], text: "hi" }))
    }).pipe(Effect.provide(world({ credentials: "any" })))
  )

  it.effect("counts no message that is refused, and lets all be refused", () =>
    Effect.gen(function* () {
      const [sent] = yield* send({ to: ["44"] })
      assert.deepInclude(sent, { _tag: "Refused", code: "114" })
    }).pipe(Effect.provide(world({ coverage: {}, quota: { messages: 0, within: "1 day" } })))
  )
})
