// A session that opens itself on first use and is kept alive, over HTTP.
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import { ConfigProvider } from "effect"
// #region composition
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
}).pipe(Effect.provide(Clickatell))
// #endregion

// What the environment would hold, with the emulator of this machine in place of Clickatell.
const environment = (endpoint: string) =>
  ConfigProvider.fromMap(
    new Map([
      ["CLICKATELL_API_ID", "123456"],
      ["CLICKATELL_USER", "demo"],
      ["CLICKATELL_PASSWORD", "demo"],
      ["CLICKATELL_ENDPOINT", endpoint]
    ])
  )

export const program = EmulatorServer.EmulatorServer.pipe(
  Effect.flatMap(({ endpoint }) => Effect.withConfigProvider(main, environment(endpoint("document-literal")))),
  Effect.provide(Layer.provide(EmulatorServer.layer(), Emulator.layer()))
)
