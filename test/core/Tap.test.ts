import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Tap from "@effect-clickatell/core/Tap"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, it } from "@effect/vitest"
import { Effect, Either, Layer, Queue, TestClock } from "effect"

const secrets = { apiId: "canary-api-id", user: "canary-user", password: "canary-password" }

const tapped = (hook: (exchange: Tap.Exchange) => Effect.Effect<unknown, unknown>) =>
  Tap.layer((exchange) => Effect.asVoid(hook(exchange))).pipe(
    Layer.provide(Emulator.layerTransport()),
    Layer.provideMerge(Emulator.layer({ credentials: secrets }))
  )

const login = Effect.flatMap(Credentials.make(secrets), Authenticate.authenticate)

it.effect("a hook sees each exchange, numbered and masked", () =>
  Effect.gen(function* () {
    const seen = yield* Queue.unbounded<Tap.Exchange>()
    yield* Effect.gen(function* () {
      const id = yield* login
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset)
      yield* Effect.flip(Ping.ping(id))
      const [auth, ping] = [yield* Queue.take(seen), yield* Queue.take(seen)]
      assert.deepStrictEqual([auth.id, auth.operation, ping.id, ping.operation], [1, "auth", 2, "ping"])
      assert.include(auth.request, "<password>&lt;redacted&gt;</password>")
      const reply = Either.getOrThrow(auth.outcome)
      assert.strictEqual(reply.status, 200)
      assert.include(reply.body, "<return>OK: <redacted></return>")
      assert.deepInclude(Either.getLeft(ping.outcome), { _tag: "Some" })
      assert.notInclude(JSON.stringify([auth, ping]), "canary")
    }).pipe(Effect.provide(tapped((exchange) => Queue.offer(seen, exchange))))
  })
)

it.effect("a hook that fails, dies, throws or hangs is not felt by the call", () =>
  Effect.forEach(
    [
      () => Effect.fail("hook"),
      () => Effect.die("hook"),
      () => Effect.never,
      (): Effect.Effect<void> => {
        throw new Error("hook")
      }
    ],
    (hook) =>
      Effect.gen(function* () {
        yield* Ping.ping(yield* login)
        yield* TestClock.adjust("10 seconds")
      }).pipe(Effect.provide(tapped(hook)))
  )
)
