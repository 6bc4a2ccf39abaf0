// Credentials that change while the program runs: their provider is an effect, read anew for each login.
import { Credentials, Session } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Context, Effect, Layer, Ref, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region provider
class SecretStore extends Context.Tag("SecretStore")<
  SecretStore,
  { readonly password: Effect.Effect<string>; readonly rotate: (password: string) => Effect.Effect<void> }
>() {}

/** What the provider needs becomes a requirement of the layer, and what it fails with never leaves this program. */
const Clickatell = Session.layer({
  credentials: Effect.flatMap(SecretStore, (store) =>
    Effect.flatMap(store.password, (password) => Credentials.make({ apiId: "123456", user: "demo", password }))
  )
})
// #endregion

const Store = Layer.effect(
  SecretStore,
  Effect.map(Ref.make("demo"), (ref) => ({ password: Ref.get(ref), rotate: (password) => Ref.set(ref, password) }))
)

export const program = Effect.gen(function* () {
  const session = yield* Session.Session
  const emulator = yield* Emulator.Emulator
  const store = yield* SecretStore
  yield* session.ping

  // Changed at the service: the session lives on, and the old password is only met when it ends.
  yield* emulator.setPassword("changed")
  yield* session.ping
  yield* TestClock.adjust("1 hour")
  const error = yield* Effect.flip(session.ping)
  assert.equal(error._tag === "AuthFailed" && error.reason, "BadCredentials")

  // From here on nothing is sent, however often and however long it is asked for.
  const before = (yield* emulator.log).length
  yield* TestClock.adjust("1 hour")
  yield* Effect.replicateEffect(Effect.flip(session.ping), 1000, { discard: true })
  assert.equal((yield* emulator.log).length, before)

  // Changed here, too: a use of the session sees other credentials and logs in with them, at most 30 seconds later.
  yield* store.rotate("changed")
  yield* TestClock.adjust("30 seconds")
  yield* session.ping
  assert.equal((yield* session.status).generation, 2)
}).pipe(
  Effect.provide(
    Clickatell.pipe(
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Layer.merge(Emulator.layer(), Store)),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)
