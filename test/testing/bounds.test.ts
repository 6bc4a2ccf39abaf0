// What a client can send without end is not kept without end.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as directory from "../../packages/testing/src/internal/directory.ts"
import * as service from "../../packages/testing/src/internal/service.ts"
import { request, say, strangerId } from "./support.ts"

describe("the log", () => {
  it.effect("keeps 10,000 entries where nobody says how many", () =>
    Effect.gen(function* () {
      const { handle, log } = yield* Emulator.Emulator
      yield* Effect.replicateEffect(handle(new Uint8Array()), 9_999, { discard: true })
      yield* say(request("document-literal", "ping", { session_id: strangerId }))
      assert.lengthOf(yield* log, 10_000)
      yield* handle(new Uint8Array())
      const entries = yield* log
      assert.deepStrictEqual(
        [entries.length, entries.at(-2)?.operation, entries.at(-1)?.operation],
        [10_000, "ping", ""]
      )
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("cuts the names that clients write, in what is printed too, and only where they are long", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const logger = Logger.make(({ message }) => void printed.push(String(message)))
      const names = [64, 65, 2 ** 20].map((length) => "n".repeat(length))
      const { log } = yield* Emulator.Emulator
      yield* Effect.forEach(names, (name) => say(request("document-literal", name, {}))).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
      const cut = `${"n".repeat(64)}…`
      assert.deepStrictEqual(
        (yield* log).map(({ operation }) => operation),
        ["n".repeat(64), cut, cut]
      )
      assert.deepStrictEqual(printed, [`${"n".repeat(64)}: Fault`, `${cut}: Fault`, `${cut}: Fault`])
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("cuts what an operation of one's own says with a client's words", () =>
    Effect.gen(function* () {
      const { log } = yield* Emulator.Emulator
      yield* say(request("document-literal", "auth", {}))
      yield* say(request("document-literal", "echo", { session_id: "s1", text: "7".repeat(100) }))
      assert.strictEqual((yield* log)[1]?.outcome, `ERR ${"7".repeat(60)}…`)
    }).pipe(
      Effect.provide(
        Layer.suspend(() =>
          Emulator.layer({
            credentials: "any",
            sessionId: (login) => `s${login}`,
            commands: { echo: (parameters) => `ERR: ${parameters.get("text")}, x` }
          })
        )
      )
    )
  )
})

const life = 60
const auth = service.commands({}).get("auth") ?? assert.fail("no auth")

/** What the service knows after so many logins, one in each of these milliseconds. */
const after = (logins: number, every: number) =>
  Arr.reduce(
    Arr.range(1, logins),
    service.make({ directory: directory.make("any"), sessionLife: life, balance: 0 }),
    (it, login) => auth(it, new Map(), { now: login * every, sessionId: (ordinal) => `session-${ordinal}` }).service
  )

describe("sessions that are dead", () => {
  it("are forgotten once they are many", () => {
    const known = after(10_000, 1)
    assert.strictEqual(service.alive(known, 10_000), life)
    assert.isAtMost(HashMap.size(known.sessions), 1000 + 2 * life)
    assert.strictEqual(service.logins(known), 10_000)
  })

  it("are still known by their ordinals while they are few", () => {
    const known = after(1000, 1)
    assert.strictEqual(service.sessionOf(known, new Map([["session_id", "session-1"]])), 1)
  })

  it("make no room at the cost of those that live", () => {
    assert.strictEqual(HashMap.size(after(5000, 0).sessions), 5000)
  })
})
