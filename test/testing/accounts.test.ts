import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { ping } from "@effect-clickatell/core/Ping"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as TestClock from "effect/TestClock"
import { demo, getbalance, outcome, request, say } from "./support.ts"

const credentials = (apiId: string, user: string, password: string) =>
  Either.getOrThrow(Credentials.make({ apiId, user, password }))

const ada = credentials("1", "ada", "lovelace")
const bob = credentials("2", "bob", "dylan")

const withOptions = (options: Emulator.Options) =>
  Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer(options)))

const bobsBalance = (password: string) =>
  say(request("rpc-encoded", "getbalance", { api_id: "2", user: "bob", password }))

const count = ({ logins, sessions }: Emulator.Levers) => Effect.all({ logins, sessions })

const two = withOptions({ accounts: [ada, bob] })

const refusals = {
  credentials: "AuthFailed BadCredentials 001",
  session: "AuthFailed SessionNotAccepted 001",
  frozen: "AuthFailed AccountFrozen 004",
  locked: "AuthFailed IpLockdown 007",
  apiId: "AuthFailed InvalidApiId 108"
}

describe("several accounts", () => {
  it.effect("let in those whose API id, user and password belong together", () =>
    Effect.gen(function* () {
      yield* Effect.flatMap(authenticate(ada), ping)
      yield* Effect.flatMap(authenticate(bob), ping)
      assert.strictEqual(yield* outcome(authenticate(credentials("1", "ada", "dylan"))), refusals.credentials)
      assert.strictEqual(yield* outcome(authenticate(credentials("1", "bob", "dylan"))), refusals.credentials)
      assert.strictEqual(yield* outcome(authenticate(credentials("3", "ada", "lovelace"))), refusals.apiId)
      assert.strictEqual(yield* outcome(authenticate(demo)), refusals.apiId)
    }).pipe(Effect.provide(two))
  )

  it.effect("may share an API id or a user's name", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* authenticate(credentials("1", "a", "x"))
      yield* authenticate(credentials("1", "b", "y"))
      yield* authenticate(credentials("12", "a", "z"))
      yield* emulator.account({ apiId: "1", user: "a" }).freeze
      assert.strictEqual(yield* outcome(authenticate(credentials("1", "a", "x"))), refusals.frozen)
      yield* authenticate(credentials("1", "b", "y"))
      yield* authenticate(credentials("12", "a", "z"))
    }).pipe(
      Effect.provide(
        withOptions({
          accounts: [credentials("1", "a", "x"), credentials("1", "b", "y"), credentials("12", "a", "z")]
        })
      )
    )
  )

  it.effect("may be as many as a function knows", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const all = Array.from({ length: 100 }, (_, index) => credentials("7", `user-${index}`, `secret-${index}`))
      const ids = yield* Effect.forEach(all, authenticate)
      yield* Effect.forEach(ids, ping)
      assert.strictEqual(yield* emulator.sessions, 100)
      assert.strictEqual(yield* outcome(authenticate(credentials("7", "user-1", "secret-2"))), refusals.credentials)
      assert.strictEqual(yield* outcome(authenticate(credentials("8", "user-1", "secret-1"))), refusals.credentials)
      assert.strictEqual(yield* outcome(authenticate(credentials("7", "root", "secret-1"))), refusals.credentials)
    }).pipe(
      Effect.provide(
        withOptions({
          accounts: ({ apiId, user }) =>
            apiId === "7" && user.startsWith("user-") ? Redacted.make(user.replace("user", "secret")) : undefined
        })
      )
    )
  )

  it.effect("have their balance told by their credentials and in their sessions", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Effect.flatMap(authenticate(ada), (id) => Command.execute(getbalance, id)), "123.4")
      assert.strictEqual(yield* bobsBalance("dylan"), "200 getbalanceResponse Credit: 123.4")
      assert.strictEqual(yield* bobsBalance("lovelace"), "200 getbalanceResponse ERR: 001, Authentication failed")
    }).pipe(Effect.provide(two))
  )

  it.effect("are locked out together, for the lock is on the client's address", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const id = yield* authenticate(ada)
      yield* emulator.lockIp
      assert.strictEqual(yield* outcome(ping(id)), refusals.locked)
      assert.strictEqual(yield* outcome(authenticate(bob)), refusals.locked)
      yield* emulator.unlockIp
      yield* ping(id)
    }).pipe(Effect.provide(two))
  )

  it.effect("number their logins together in the log, which names no account", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const first = yield* authenticate(ada)
      const second = yield* authenticate(bob)
      yield* ping(second)
      yield* ping(first)
      const log = yield* emulator.log
      assert.deepStrictEqual(
        log.map(({ operation, session }) => `${operation} ${session}`),
        ["auth 1", "auth 2", "ping 2", "ping 1"]
      )
      assert.notMatch(JSON.stringify(log), /ada|bob|lovelace|dylan/)
      assert.strictEqual(yield* emulator.logins, 2)
    }).pipe(Effect.provide(two))
  )
})

describe("the levers of one account", () => {
  it.effect("freeze it alone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const [adas, bobs] = [yield* authenticate(ada), yield* authenticate(bob)]
      yield* emulator.account(ada).freeze
      assert.strictEqual(yield* outcome(ping(adas)), refusals.frozen)
      assert.strictEqual(yield* outcome(authenticate(ada)), refusals.frozen)
      yield* ping(bobs)
      yield* authenticate(bob)
      yield* emulator.account(ada).unfreeze
      yield* ping(adas)
    }).pipe(Effect.provide(two))
  )

  it.effect("forget its sessions alone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const [adas, bobs] = [yield* authenticate(ada), yield* authenticate(bob)]
      yield* emulator.account(ada).expireSessions
      assert.strictEqual(yield* outcome(ping(adas)), refusals.session)
      yield* ping(bobs)
    }).pipe(Effect.provide(two))
  )

  it.effect("change its password alone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.account(ada).setPassword("byron")
      assert.strictEqual(yield* outcome(authenticate(ada)), refusals.credentials)
      yield* authenticate(credentials("1", "ada", "byron"))
      yield* authenticate(bob)
    }).pipe(Effect.provide(two))
  )

  it.effect("refuse its sessions alone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.account(ada).refuseSessions(true)
      assert.strictEqual(yield* outcome(Effect.flatMap(authenticate(ada), ping)), refusals.session)
      yield* Effect.flatMap(authenticate(bob), ping)
    }).pipe(Effect.provide(two))
  )

  it.effect("count its sessions and logins alone", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* authenticate(ada)
      yield* TestClock.adjust("10 minutes")
      yield* authenticate(ada)
      yield* authenticate(bob)
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* count(emulator.account(ada)), { logins: 2, sessions: 1 })
      assert.deepStrictEqual(yield* count(emulator.account(bob)), { logins: 1, sessions: 1 })
      assert.deepStrictEqual(yield* count(emulator.account(demo)), { logins: 0, sessions: 0 })
      assert.deepStrictEqual(yield* count(emulator), { logins: 3, sessions: 2 })
    }).pipe(Effect.provide(two))
  )

  it.effect("make exceptions from what was done to all, until it is done to all again", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const states = Effect.all([outcome(authenticate(ada)), outcome(authenticate(bob))])
      yield* authenticate(ada)
      yield* emulator.freeze
      assert.deepStrictEqual(yield* states, [refusals.frozen, refusals.frozen])
      yield* emulator.account(bob).unfreeze
      assert.deepStrictEqual(yield* states, [refusals.frozen, "ok"])
      yield* emulator.freeze
      assert.deepStrictEqual(yield* states, [refusals.frozen, refusals.frozen])
      yield* emulator.unfreeze
      assert.deepStrictEqual(yield* states, ["ok", "ok"])
    }).pipe(Effect.provide(two))
  )

  it.effect('reach the account of `credentials` too, and each one that "any" lets in', () =>
    Effect.gen(function* () {
      yield* Effect.gen(function* () {
        yield* (yield* Emulator.Emulator).account(demo).freeze
        assert.strictEqual(yield* outcome(authenticate(demo)), refusals.frozen)
      }).pipe(Effect.provide(withOptions({})))
      yield* Effect.gen(function* () {
        yield* (yield* Emulator.Emulator).account(ada).freeze
        assert.strictEqual(yield* outcome(authenticate(ada)), refusals.frozen)
        yield* authenticate(bob)
      }).pipe(Effect.provide(withOptions({ credentials: "any" })))
    })
  )
})

/** The times of the entries that are kept after each of six pings, a millisecond apart. */
const numbered = (log: number) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const id = yield* authenticate(demo)
    const lengths: Array<string> = []
    for (let request = 2; request <= 7; request += 1) {
      yield* TestClock.adjust(1)
      yield* ping(id)
      lengths.push((yield* emulator.log).map(({ at }) => at).join(" "))
    }
    return lengths
  }).pipe(Effect.provide(withOptions({ log })))

describe("a log that is bounded", () => {
  it.effect("keeps the newest entries in their order", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* numbered(3), ["0 1", "0 1 2", "1 2 3", "2 3 4", "3 4 5", "4 5 6"])
    })
  )

  it.effect("may keep one, or none", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* numbered(1), ["1", "2", "3", "4", "5", "6"])
      assert.deepStrictEqual(yield* numbered(0), ["", "", "", "", "", ""])
    })
  )

  it.effect("does not take back an entry whose request ends after it was dropped", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const id = yield* authenticate(demo)
      const held = yield* Deferred.make<Fault.Fault | undefined>()
      const reached = yield* Deferred.make<void>()
      yield* emulator.fail(() => Effect.zipRight(Deferred.succeed(reached, undefined), Deferred.await(held)))
      const waiting = yield* Effect.fork(ping(id))
      yield* Deferred.await(reached)
      assert.deepStrictEqual(
        (yield* emulator.log).map(({ outcome }) => outcome),
        ["OK", "waiting"]
      )
      yield* Effect.replicateEffect(ping(id), 2)
      yield* Deferred.succeed(held, Fault.drop)
      yield* outcome(Fiber.join(waiting))
      assert.deepStrictEqual(
        (yield* emulator.log).map(({ outcome }) => outcome),
        ["OK", "OK"]
      )
    }).pipe(Effect.provide(withOptions({ log: 2 })))
  )
})
