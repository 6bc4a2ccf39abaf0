// A day of a kept session without a network, on the clock of tests.
import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import * as TestContext from "effect/TestContext"

const service = KeepAlive.layer().pipe(
  Layer.provideMerge(
    Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
  ),
  Layer.provide(Emulator.layerTransport()),
  Layer.provideMerge(Emulator.layer()),
  Layer.provideMerge(TestContext.TestContext)
)

/** Says `passed`, or what was otherwise. */
export const memory = () =>
  Effect.runPromise(
    Effect.gen(function* () {
      const session = yield* Session.Session
      yield* session.ping
      yield* TestClock.adjust("1 day")
      const { generation, state } = yield* session.status
      return `${state} ${generation}` === "Ready 1" ? "passed" : `${state} ${generation}`
    }).pipe(Effect.provide(service))
  )
