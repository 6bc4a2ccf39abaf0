import { assert, describe } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { credentials, GetBalance, seeded, succeeds } from "./support.ts"
import { alive, at } from "./keptAlive.ts"

describe("a renewal", () => {
  it.virtual("goes on while the credentials cannot be read", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let sealed = false
      const provider = Effect.suspend(() => (sealed ? Effect.fail("sealed") : Effect.succeed(credentials())))
      const { session } = yield* alive(server, { credentials: provider })
      sealed = true
      server.expire()
      yield* TestClock.adjust("30 minutes")
      assert.strictEqual(at(server, "auth").length, 1)
      sealed = false
      yield* TestClock.adjust("72 seconds")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* session.status).generation, 2)
    }).pipe(seeded("sealed"))
  )

  it.virtual("goes on while the login budget is used up", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      let asked = 0
      const provider = Effect.sync(() => {
        asked += 1
        return credentials()
      })
      const { session } = yield* alive(server, {
        credentials: provider,
        loginBudget: { limit: 1, window: "1 hour" }
      })
      server.expire()
      yield* TestClock.adjust("59 minutes")
      assert.deepStrictEqual([at(server, "auth").length, asked], [1, 1])
      yield* TestClock.adjust("3 minutes")
      assert.strictEqual(at(server, "auth").length, 2)
      assert.strictEqual((yield* session.status).state, "Ready")
    }).pipe(seeded("used up"))
  )

  it.virtual("ends with a rejection", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      yield* alive(server)
      server.expire()
      server.always("auth", Scripted.err("004"))
      yield* TestClock.adjust("3 hours")
      assert.strictEqual(at(server, "auth").length, 2)
    }).pipe(seeded("rejection"))
  )
})

describe("a session refused to the keep-alive", () => {
  it.virtual("is renewed at once", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { tags } = yield* alive(server)
      yield* TestClock.adjust("10 minutes")
      server.expire()
      yield* TestClock.adjust("10 minutes")
      const [, refused = 0] = at(server, "ping")
      assert.strictEqual(Math.round(((at(server, "auth")[1] ?? 0) - refused) * 1000), 100)
      assert.deepStrictEqual(tags(), [
        "Authenticating",
        "Authenticated",
        "Pinged",
        "Refused",
        "Authenticating",
        "Authenticated"
      ])
    }).pipe(seeded("renew"))
  )

  it.virtual("is left to its next use in lazy mode, and kept alive from then on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      server.expire()
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(server.log.length, 2)
      yield* succeeds(session.execute(GetBalance).pipe(Effect.either))
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(at(server, "ping").length, 2)
    }).pipe(seeded("lazy"))
  )

  it.virtual("or reset by its user is kept again from its next login on", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { session } = yield* alive(server, {}, { onExpired: "lazy" })
      yield* session.reset
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
      yield* succeeds(session.ping)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(at(server, "ping").length, 2)
    }).pipe(seeded("reset"))
  )
})
