import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { FetchHttpClient } from "@effect/platform"
import { Effect, Layer } from "effect"

const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
  Layer.provide(HttpTransport.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

const main = Effect.gen(function* () {
  const session = yield* Session.Session
  yield* session.ping // the first call logs in; from here on the session stays alive
  yield* Effect.log("the session is alive")
})

Effect.runPromise(Effect.provide(main, Clickatell)).catch(({ message }) => {
  console.error(message)
  process.exitCode = 1
})
