import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { ping } from "@effect-clickatell/core/Ping"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { demo, getbalance, outcome, request, say, stranger, strangerId, wrong } from "./support.ts"

describe("the levers", () => {
  const world = Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer()))

  it.effect("expireSessions forgets every id and nothing else", () =>
    Effect.gen(function* () {
      const { expireSessions, sessions } = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* expireSessions
      assert.strictEqual(yield* sessions, 0)
      assert.strictEqual(yield* outcome(ping(id)), "AuthFailed SessionNotAccepted 001")
      yield* Effect.flatMap(authenticate(demo), ping)
    }).pipe(Effect.provide(world))
  )

  it.effect("freeze and lockIp refuse login and session until they are undone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* emulator.freeze
      assert.strictEqual(yield* outcome(ping(id)), "AuthFailed AccountFrozen 004")
      assert.strictEqual(yield* outcome(authenticate(demo)), "AuthFailed AccountFrozen 004")
      // Who does not know the password does not learn that the account is frozen.
      assert.strictEqual(yield* outcome(authenticate(wrong({ password: "x" }))), "AuthFailed BadCredentials 001")
      yield* emulator.lockIp
      assert.strictEqual(yield* outcome(ping(id)), "AuthFailed IpLockdown 007")
      assert.strictEqual(yield* outcome(authenticate(demo)), "AuthFailed IpLockdown 007")
      yield* emulator.unfreeze
      yield* emulator.unlockIp
      yield* ping(id)
      yield* authenticate(demo)
    }).pipe(Effect.provide(world))
  )

  it.effect("a refused command does not renew its session", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* emulator.freeze
      yield* TestClock.adjust("10 minutes")
      yield* outcome(ping(id))
      yield* emulator.unfreeze
      yield* TestClock.adjust("5 minutes")
      assert.strictEqual(yield* outcome(ping(id)), "AuthFailed SessionNotAccepted 001")
    }).pipe(Effect.provide(world))
  )

  it.effect("setPassword leaves sessions alone", () =>
    Effect.gen(function* () {
      const { setPassword } = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      yield* setPassword(Redacted.make("n&w <p>"))
      yield* ping(id)
      assert.strictEqual(yield* outcome(authenticate(demo)), "AuthFailed BadCredentials 001")
      yield* authenticate(wrong({ password: "n&w <p>" }))
    }).pipe(Effect.provide(world))
  )

  it.effect("refuseSessions lets logins succeed in vain", () =>
    Effect.gen(function* () {
      const { refuseSessions } = yield* Emulator.Emulator
      yield* refuseSessions(true)
      const id = yield* authenticate(demo)
      assert.strictEqual(yield* outcome(ping(id)), "AuthFailed SessionNotAccepted 001")
      yield* refuseSessions(false)
      yield* ping(id)
    }).pipe(Effect.provide(world))
  )

  it.effect("takes credentials, session life and balance from its options", () =>
    Effect.gen(function* () {
      const mine = Either.getOrThrow(Credentials.make({ apiId: "7", user: "ü", password: "]]> & 'x'" }))
      yield* Effect.gen(function* () {
        const id = yield* authenticate(mine)
        yield* TestClock.adjust("1999 millis")
        assert.strictEqual(yield* Command.execute(getbalance, id), "0.5")
        yield* TestClock.adjust("2 seconds")
        assert.strictEqual(yield* outcome(ping(id)), "AuthFailed SessionNotAccepted 001")
      }).pipe(
        Effect.provide(
          Emulator.layerTransport().pipe(
            Layer.provideMerge(Emulator.layer({ credentials: mine, sessionLife: "2 seconds", balance: 0.5 }))
          )
        )
      )
    })
  )
})

describe("the log", () => {
  const world = Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer()))

  it.effect("says when, what, in whose session and how it ended, and no secret", () =>
    Effect.gen(function* () {
      const { log } = yield* Emulator.Emulator
      const first = yield* authenticate(demo)
      yield* TestClock.adjust("1 minute")
      const second = yield* authenticate(demo)
      yield* TestClock.adjust("14 minutes")
      yield* outcome(ping(first))
      yield* ping(second)
      yield* outcome(ping(stranger))
      yield* outcome(authenticate(wrong({ password: "hunter2hunter2" })))
      yield* say("<nonsense")
      yield* say(request("rpc-encoded", "token_pay", { session_id: Redacted.value(second) }))
      assert.deepStrictEqual(yield* log, [
        { at: 0, operation: "auth", session: 1, outcome: "OK" },
        { at: 60_000, operation: "auth", session: 2, outcome: "OK" },
        { at: 900_000, operation: "ping", session: 1, outcome: "ERR 001" },
        { at: 900_000, operation: "ping", session: 2, outcome: "OK" },
        { at: 900_000, operation: "ping", session: 0, outcome: "ERR 001" },
        { at: 900_000, operation: "auth", session: 0, outcome: "ERR 001" },
        { at: 900_000, operation: "", session: 0, outcome: "Fault" },
        { at: 900_000, operation: "token_pay", session: 0, outcome: "Fault" }
      ])
      const printed = JSON.stringify(yield* log)
      for (const secret of [Redacted.value(first), Redacted.value(second), strangerId, "hunter2"]) {
        assert.notInclude(printed, secret)
      }
    }).pipe(Effect.provide(world))
  )

  it.effect("shows in Effect's log what a client wrote, and lets no terminal obey it", () => {
    const lines: Array<unknown> = []
    return Effect.gen(function* () {
      yield* say(request("document-literal", "pi\u200dng", {}))
      assert.deepStrictEqual(lines, [["pi\\u200dng: Fault"]])
    }).pipe(
      Effect.provide(Emulator.layer()),
      Effect.provide(
        Logger.replace(
          Logger.defaultLogger,
          Logger.make(({ message }) => void lines.push(message))
        )
      ),
      Logger.withMinimumLogLevel(LogLevel.Debug)
    )
  })

  it.effect("writes the same to Effect's log at debug level", () => {
    const lines: Array<string> = []
    return Effect.gen(function* () {
      const id = yield* authenticate(demo)
      yield* ping(id)
      assert.deepStrictEqual(
        lines.map((line) => line.replace(/timestamp=\S+ |fiber=\S+ /g, "")),
        [`level=DEBUG message="auth: OK" session=1`, `level=DEBUG message="ping: OK" session=1`]
      )
    }).pipe(
      Effect.provide(world),
      Effect.provide(
        Logger.replace(
          Logger.defaultLogger,
          Logger.map(Logger.logfmtLogger, (line) => void lines.push(line))
        )
      ),
      Logger.withMinimumLogLevel(LogLevel.Debug)
    )
  })
})
