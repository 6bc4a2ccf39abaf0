import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import { ping } from "@effect-clickatell/core/Ping"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { demo, getbalance, outcome, request, say, stranger, strangerId, styles, wrong } from "./support.ts"

for (const style of styles) {
  const world = Emulator.layerTransport({ style }).pipe(Layer.provideMerge(Emulator.layer()))

  describe(`the emulated service, ${style}`, () => {
    it.effect("hands out a session, keeps it by ping and reports the balance", () =>
      Effect.gen(function* () {
        const id = yield* authenticate(demo)
        assert.match(Redacted.value(id), /^[0-9a-f]{32}$/)
        yield* ping(id)
        assert.strictEqual(yield* Command.execute(getbalance, id), "123.4")
      }).pipe(Effect.provide(world))
    )

    it.effect("lets a session live 15 minutes from its last accepted command", () =>
      Effect.gen(function* () {
        const { sessions } = yield* Emulator.Emulator
        const id = yield* authenticate(demo)
        for (let i = 0; i < 20; i++) {
          yield* TestClock.adjust("899999 millis")
          yield* i % 2 === 0 ? ping(id) : Command.execute(getbalance, id)
        }
        assert.strictEqual(yield* sessions, 1)
        yield* TestClock.adjust("15 minutes")
        assert.strictEqual(yield* sessions, 0)
        assert.strictEqual(yield* outcome(ping(id)), "AuthFailed SessionNotAccepted 001")
        // Ping cannot revive, and other commands cannot either.
        assert.strictEqual(yield* outcome(Command.execute(getbalance, id)), "AuthFailed SessionNotAccepted 001")
      }).pipe(Effect.provide(world))
    )

    it.effect("keeps several sessions of the account apart", () =>
      Effect.gen(function* () {
        const first = yield* authenticate(demo)
        yield* TestClock.adjust("10 minutes")
        const second = yield* authenticate(demo)
        assert.notStrictEqual(Redacted.value(first), Redacted.value(second))
        yield* TestClock.adjust("5 minutes")
        assert.strictEqual(yield* outcome(ping(first)), "AuthFailed SessionNotAccepted 001")
        yield* ping(second)
      }).pipe(Effect.provide(world))
    )

    it.effect("refuses wrong credentials", () =>
      Effect.gen(function* () {
        const cases = [
          [wrong({ password: "Demo" }), "AuthFailed BadCredentials 001"],
          [wrong({ user: "demo " }), "AuthFailed BadCredentials 001"],
          [wrong({ apiId: "123457" }), "AuthFailed InvalidApiId 108"],
          [wrong({ apiId: "x" }), "AuthFailed InvalidApiId 108"]
        ] as const
        for (const [credentials, expected] of cases) {
          assert.strictEqual(yield* outcome(authenticate(credentials)), expected)
        }
        assert.strictEqual(yield* (yield* Emulator.Emulator).sessions, 0)
      }).pipe(Effect.provide(world))
    )

    it.effect("refuses a session id that is unknown or missing", () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* outcome(ping(stranger)), "AuthFailed SessionNotAccepted 001")
        const missing = "200 pingResponse ERR: 005, Missing session ID"
        assert.strictEqual(yield* say(request(style, "ping", {})), missing)
        assert.strictEqual(yield* say(request(style, "ping", { session_id: " " })), missing)
      }).pipe(Effect.provide(world))
    )

    it.effect("takes credentials in place of a session for getbalance", () =>
      Effect.gen(function* () {
        const credentials = { api_id: "123456", user: "demo", password: "demo" }
        assert.strictEqual(
          yield* say(request(style, "getbalance", credentials)),
          "200 getbalanceResponse Credit: 123.4"
        )
        assert.strictEqual(
          yield* say(request(style, "getbalance", { ...credentials, password: "x" })),
          "200 getbalanceResponse ERR: 001, Authentication failed"
        )
        assert.strictEqual(
          yield* say(request(style, "getbalance", { user: "demo" })),
          "200 getbalanceResponse ERR: 108, Invalid or missing API ID"
        )
        assert.strictEqual(
          yield* say(request(style, "getbalance", {})),
          "200 getbalanceResponse ERR: 005, Missing session ID"
        )
        assert.strictEqual(
          yield* say(request(style, "getbalance", { ...credentials, session_id: strangerId })),
          "200 getbalanceResponse ERR: 001, Authentication failed"
        )
      }).pipe(Effect.provide(world))
    )
  })
}

describe("an emulator that lets anybody in", () => {
  it.effect("asks for a password once that is set", () =>
    Effect.gen(function* () {
      const { lockIp, setPassword, unlockIp } = yield* Emulator.Emulator
      const mine = wrong({ apiId: "7", user: "me", password: "first" })
      yield* authenticate(mine)
      yield* lockIp
      assert.strictEqual(yield* outcome(authenticate(mine)), "AuthFailed IpLockdown 007")
      yield* unlockIp
      yield* setPassword("second")
      assert.strictEqual(yield* outcome(authenticate(mine)), "AuthFailed BadCredentials 001")
      yield* authenticate(wrong({ password: "second" }))
    }).pipe(Effect.provide(Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer({ credentials: "any" })))))
  )
})

const idsWith = (seed: string) =>
  Effect.all([authenticate(demo), authenticate(demo)]).pipe(
    Effect.map((ids) => ids.map(Redacted.value)),
    Effect.provide(Emulator.layerTransport().pipe(Layer.provide(Emulator.layer()))),
    Effect.withRandom(Random.make(seed))
  )

const draws = (requests: number) =>
  Effect.gen(function* () {
    yield* Effect.replicateEffect(authenticate(demo), requests)
    return yield* Random.nextInt
  }).pipe(
    Effect.provide(Emulator.layerTransport().pipe(Layer.provide(Emulator.layer()))),
    Effect.withRandom(Random.make("seed"))
  )

describe("session ids", () => {
  it.effect("follow from the seed", () =>
    Effect.gen(function* () {
      const ids = yield* idsWith("a")
      assert.deepStrictEqual(ids, yield* idsWith("a"))
      assert.notDeepEqual(ids, yield* idsWith("b"))
      assert.notStrictEqual(ids[0], ids[1])
    })
  )

  it.effect("cost the client no random number", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* draws(0), yield* draws(5))
    })
  )
})
