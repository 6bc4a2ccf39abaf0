import { assert, describe } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { Array, Effect, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { credentials, fails, GetBalance, said, secrets, seeded, SendMsg, start, succeeds } from "./support.ts"

describe.each([
  ["001", "BadCredentials"],
  ["002", "BadCredentials"],
  ["004", "AccountFrozen"],
  ["007", "IpLockdown"],
  ["108", "InvalidApiId"]
] as const)("a login refused with %s", (code, reason) => {
  it.virtual("is the last request of 1,000 calls and of 24 hours of keep-alive", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.err(code))
      const session = yield* start(server, {}, {})
      assert.strictEqual(said(yield* fails(session.ping)), `AuthFailed ${reason} ${code}`)
      const calls = [
        session.ping,
        session.open,
        session.check,
        Effect.asVoid(session.execute(GetBalance)),
        session.use(() => Effect.void)
      ]
      for (let call = 0; call < 1000; call++) {
        const error = yield* Effect.flip(calls[call % calls.length] ?? session.ping)
        assert.strictEqual(said(error), `AuthFailed ${reason} ${code}`)
      }
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(said(yield* fails(session.ping)), `AuthFailed ${reason} ${code}`)
      assert.deepStrictEqual(server.log, ["0 auth #1"])
      assert.strictEqual((yield* session.status).state, "Rejected")
    })
  )
})

const rejected = (keepAlive?: {}) =>
  Effect.gen(function* () {
    const server = Scripted.make()
    server.next("auth", Scripted.err("001"))
    let current = credentials()
    let asked = 0
    const provider = Effect.sync(() => {
      asked += 1
      return current
    })
    const session = yield* start(server, { credentials: provider }, keepAlive)
    yield* fails(session.ping)
    return {
      server,
      session,
      asked: () => asked,
      rotate: (password: string) => void (current = credentials(password))
    }
  })

describe("a rejected session", () => {
  it.virtual("comes back with one login after a reset", () =>
    Effect.gen(function* () {
      const { server, session } = yield* rejected()
      yield* session.reset
      assert.strictEqual((yield* session.status).state, "Idle")
      yield* succeeds(Effect.all(Array.replicate(session.ping, 20), { concurrency: "unbounded" }))
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 auth #1", "1.1 ping #1"])
    })
  )

  it.virtual("comes back at once, with one login, when the provider has other credentials", () =>
    Effect.gen(function* () {
      const { rotate, server, session } = yield* rejected()
      rotate("another")
      yield* succeeds(Effect.all(Array.replicate(session.ping, 20), { concurrency: "unbounded" }))
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 auth #1", "1.1 ping #1"])
      assert.include(server.sent[1], "<password>another</password>")
    })
  )

  it.virtual("asks its provider once in 30 seconds, and the service not at all", () =>
    Effect.gen(function* () {
      const { asked, server, session } = yield* rejected()
      const before = asked()
      const call = Effect.flip(session.ping)
      yield* Effect.forEach(Array.range(1, 1000), () => call, { concurrency: 10 })
      assert.strictEqual(asked() - before, 1)
      yield* TestClock.adjust("29 seconds")
      yield* call
      assert.strictEqual(asked() - before, 1)
      yield* TestClock.adjust("1 second")
      yield* call
      assert.strictEqual(asked() - before, 2)
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual("is rejected again by other credentials that are wrong too, and by these alone", () =>
    Effect.gen(function* () {
      const { rotate, server, session } = yield* rejected()
      server.always("auth", Scripted.err("001"))
      rotate("another")
      yield* fails(session.ping)
      yield* fails(session.ping)
      yield* fails(session.ping)
      assert.deepStrictEqual(server.log, ["0 auth #1", "1 auth #1"])
    })
  )

  it.virtual("stays rejected while its provider is broken", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", Scripted.err("001"))
      let broken = false
      const session = yield* start(server, {
        credentials: Effect.suspend(() => (broken ? Effect.fail("no") : Effect.succeed(credentials())))
      })
      yield* fails(session.ping)
      broken = true
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed CredentialsUnavailable")
      assert.strictEqual((yield* session.status).state, "Rejected")
      broken = false
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed BadCredentials 001")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual.each(["apiId", "user", "password"] as const)("comes back when the %s alone is another", (field) =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.next("auth", Scripted.err("001"))
      let given: Record<"apiId" | "user" | "password", string> = { ...secrets }
      const session = yield* start(server, { credentials: Effect.suspend(() => Credentials.make(given)) })
      yield* fails(session.ping)
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed BadCredentials 001")
      given = { ...given, [field]: "another" }
      // The provider has just been asked.
      yield* TestClock.adjust("30 seconds")
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log, ["0 auth #1", "32 auth #1", "32.1 ping #1"])
    })
  )

  it.virtual("knows its credentials by their values, however the provider builds them", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.err("001"))
      const provider = Effect.suspend(() => Credentials.make(secrets))
      const session = yield* start(server, { credentials: provider })
      yield* fails(session.ping)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed BadCredentials 001")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
    })
  )

  it.virtual("is also the end of a password that was changed while the session lived", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server, {}, {})
      yield* succeeds(session.ping)
      server.always("auth", Scripted.err("001"))
      server.expire()
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(server.log.length, 4)
      assert.deepStrictEqual(
        server.log.map((line) => line.replace(/^\S+ /, "")),
        ["auth #1", "ping #1", "ping #1", "auth #2"]
      )
      assert.strictEqual((yield* session.status).state, "Rejected")
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed BadCredentials 001")
    })
  )

  it.virtual("sends no keep-alive ping until someone brings it back, and pings from then on", () =>
    Effect.gen(function* () {
      const { rotate, server, session } = yield* rejected({})
      yield* TestClock.adjust("24 hours")
      assert.deepStrictEqual(server.log, ["0 auth #1"])
      rotate("another")
      yield* succeeds(session.ping)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(server.log.filter((line) => line.includes("ping")).length, 2)
    })
  )
})

describe("a call refused for good", () => {
  it.virtual.each([
    ["004", "AccountFrozen"],
    ["007", "IpLockdown"],
    ["002", "BadCredentials"],
    ["108", "InvalidApiId"]
  ] as const)("with %s rejects the session without a login", ([code, reason]) =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      yield* succeeds(session.ping)
      server.always("ping", Scripted.err(code))
      assert.strictEqual(said(yield* fails(session.ping)), `AuthFailed ${reason} ${code}`)
      assert.strictEqual(said(yield* fails(session.ping)), `AuthFailed ${reason} ${code}`)
      assert.strictEqual((yield* session.status).state, "Rejected")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "1 ping #1"])
    })
  )
})

const flapping = () => {
  const server = Scripted.make()
  server.always("ping", Scripted.err("001"))
  return server
}

describe("a service that takes back each session", () => {
  it.virtual("gets two logins, and the caller hears of it", () =>
    Effect.gen(function* () {
      const server = flapping()
      const session = yield* start(server, {}, {})
      const errors = yield* succeeds(
        Effect.all(Array.replicate(Effect.flip(session.ping), 200), { concurrency: "unbounded" })
      )
      assert.deepStrictEqual(Array.dedupe(errors.map(said)), ["AuthFailed SessionNotAccepted 001"])
      assert.strictEqual((yield* session.status).state, "Rejected")
      yield* Effect.forEach(Array.range(1, 1000), () => Effect.flip(session.ping))
      yield* TestClock.adjust("24 hours")
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed SessionFlapping 001")
      assert.deepStrictEqual(server.log, ["0 auth #1", "0.1 ping #1", "0.2 auth #2", "0.3 ping #2"])
    })
  )

  it.virtual("is counted over several calls, until a session is accepted", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const session = yield* start(server)
      server.next("sendmsg", Scripted.err("001"), Scripted.broken("Timeout"))
      assert.strictEqual(said(yield* fails(session.execute(SendMsg({ text: "hi" })))), "TransportError Timeout")
      server.next("ping", Scripted.reply("OK:"), Scripted.err("001"), Scripted.err("001"))
      yield* TestClock.adjust("1 minute")
      yield* succeeds(session.ping)
      // Accepted by now, so that this refusal is an ordinary expiry and only the next one is of a fresh session.
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed SessionNotAccepted 001")
      assert.strictEqual((yield* session.status).state, "Idle")
      yield* TestClock.adjust("1 minute")
      server.next("ping", Scripted.err("001"))
      assert.strictEqual(said(yield* fails(session.ping)), "AuthFailed SessionFlapping 001")
      assert.strictEqual((yield* session.status).state, "Rejected")
    })
  )

  it.virtual("is over after a reset, with a clean record", () =>
    Effect.gen(function* () {
      const server = flapping()
      const session = yield* start(server)
      yield* fails(session.ping)
      yield* session.reset
      // A reset leaves the budget as it is, and two logins have begun by now.
      yield* TestClock.adjust("9 seconds")
      server.always("ping")
      server.next("ping", Scripted.err("001"))
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log.slice(4), ["10 auth #3", "10.1 ping #3", "10.2 auth #4", "10.3 ping #4"])
    })
  )

  it.virtual("is over with other credentials, with a clean record", () =>
    Effect.gen(function* () {
      const server = flapping()
      let password = "one"
      const session = yield* start(server, { credentials: Effect.sync(() => credentials(password)) })
      yield* fails(session.ping)
      yield* TestClock.adjust("1 minute")
      password = "two"
      server.always("ping")
      server.next("ping", Scripted.err("001"))
      yield* succeeds(session.ping)
      assert.deepStrictEqual(server.log.slice(4), ["61 auth #3", "61.1 ping #3", "61.2 auth #4", "61.3 ping #4"])
    })
  )
})

it.virtual(
  "a service that keeps sessions for 8 minutes, or restarts that often, is one to log in to again, for ever",
  () =>
    Effect.gen(function* () {
      const server = Scripted.make({ life: "8 minutes" })
      const session = yield* start(server, {}, {})
      yield* succeeds(session.open)
      yield* TestClock.adjust("24 hours")
      assert.strictEqual((yield* session.status).state, "Ready")
      assert.isAtLeast((yield* session.status).generation, 140)
    }).pipe(seeded("eight"))
)
