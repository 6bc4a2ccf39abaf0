// A program that restarts and goes on with the session that it had, which it keeps in a file, sealed.
import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { KeyValueSessionStore } from "@effect-clickatell/platform"
import { Emulator } from "@effect-clickatell/testing"
import * as NodeContext from "@effect/platform-node/NodeContext"
import { FileSystem, KeyValueStore } from "@effect/platform"
import { ConfigProvider, Effect, Layer, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region layer
const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })

/** The keys come from `CLICKATELL_STORE_KEYS`; the file is of no use to anybody without them. */
const clickatell = (folder: string) =>
  KeepAlive.layer().pipe(
    Layer.provideMerge(Session.layer({ credentials })),
    Layer.provide(KeyValueSessionStore.layerConfig()),
    Layer.provide(KeyValueStore.layerFileSystem(folder))
  )
// #endregion

/** One life of the program: it makes a call and ends. */
const life = (folder: string) =>
  Effect.flatMap(Session.Session, (session) => session.ping).pipe(Effect.provide(clickatell(folder)))

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const folder = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
  yield* life(folder)
  yield* TestClock.adjust("5 minutes")
  yield* life(folder)
  assert.equal(yield* emulator.logins, 1)

  // Down for too long: the session has died in the meantime, so that it is not even tried.
  yield* TestClock.adjust("1 hour")
  yield* life(folder)
  assert.equal(yield* emulator.logins, 2)
  assert.equal(
    (yield* emulator.log).every(({ outcome }) => outcome === "OK"),
    true
  )
})

const Environment = Layer.setConfigProvider(
  ConfigProvider.fromMap(new Map([["CLICKATELL_STORE_KEYS", "what openssl rand -base64 32 prints"]]))
)

export const program = test.pipe(
  Effect.scoped,
  Effect.provide(
    Emulator.layerTransport().pipe(
      Layer.provideMerge(Emulator.layer()),
      Layer.provideMerge(Layer.mergeAll(NodeContext.layer, Environment, TestContext.TestContext))
    )
  )
)
