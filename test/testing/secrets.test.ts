// What the emulator shows of itself holds nothing that lets anybody in.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { inspect } from "node:util"
import { accepted, request, say, styles, to, wrong } from "./support.ts"

const ada = wrong({ apiId: "1", user: "ada" })
const world = Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer({ credentials: "any" })))

describe("the living sessions", () => {
  it.effect("are shown with their account and times, the oldest login first", () =>
    Effect.gen(function* () {
      const { account, openSessions } = yield* Emulator.Emulator
      const first = Redacted.value(yield* authenticate(ada))
      yield* TestClock.adjust("1 minute")
      yield* accepted({ to: [to], text: "hi" })
      yield* TestClock.adjust("1 second")
      const [older, newer] = yield* openSessions
      assert.deepStrictEqual(older, {
        ordinal: 1,
        account: { apiId: "1", user: "ada" },
        id: `${first.slice(0, 4)}…`,
        idle: 61_000,
        remaining: 839_000
      })
      assert.deepInclude(newer, { ordinal: 2, idle: 1000, account: { apiId: "123456", user: "demo" } })
      assert.deepStrictEqual([...(yield* account(ada).openSessions)], [older])
      yield* TestClock.adjust(839_000)
      assert.deepStrictEqual(
        (yield* openSessions).map(({ ordinal }) => ordinal),
        [2]
      )
    }).pipe(Effect.provide(world))
  )
})

describe("no secret", () => {
  it.effect("is in the log, what is printed, the sessions and the messages", () =>
    Effect.gen(function* () {
      const printed: Array<unknown> = []
      const keep = Logger.make((entry) => void printed.push(inspect(entry, { depth: 9 })))
      const secrets = yield* Effect.gen(function* () {
        const id = Redacted.value(yield* authenticate(wrong({ password: "hunter2hunter2" })))
        const identities = [{ session_id: id }, { api_id: "123456", user: "demo", password: "hunter2hunter2" }]
        for (const identity of identities) {
          for (const style of styles) {
            for (const operation of ["sendmsg", "querymsg", "delmsg", "getmsgcharge", "getbalance", "token_pay", "x"]) {
              yield* say(request(style, operation, { ...identity, to, text: "hi", apimsgid: id, climsgid: "order17" }))
            }
          }
        }
        return [id, "hunter2"]
      }).pipe(Effect.provide(Logger.replace(Logger.defaultLogger, keep)), Logger.withMinimumLogLevel(LogLevel.All))
      const { log, messages, openSessions } = yield* Emulator.Emulator
      const shown = inspect([printed, yield* log, yield* messages, yield* openSessions], {
        depth: 9,
        maxArrayLength: 999
      })
      assert.lengthOf(yield* messages, 4)
      assert.isAbove(printed.length, 20)
      for (const secret of secrets) assert.notInclude(shown, secret)
    }).pipe(Effect.provide(world))
  )
})
