// Traces, metrics and logs of a session by OpenTelemetry's protocol, with a collector of this process in place of the real one.
import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import * as Otlp from "@effect/opentelemetry/Otlp"
import { FetchHttpClient, HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer } from "effect"
import * as assert from "node:assert/strict"
import { createServer } from "node:http"

// #region telemetry
/** Sends what there is to a collector every few seconds, and the rest when the program ends. */
export const telemetry = (baseUrl: string) =>
  Otlp.layerJson({ baseUrl, resource: { serviceName: "messages" } }).pipe(Layer.provide(FetchHttpClient.layer))
// #endregion

/** What a collector is to those who send to it. */
export const collect = Effect.gen(function* () {
  const received: Array<{ readonly url: string; readonly body: string }> = []
  const server = yield* NodeHttpServer.make(() => createServer(), { host: "127.0.0.1", port: 0 })
  yield* server.serve(
    Effect.gen(function* () {
      const { text, url } = yield* HttpServerRequest.HttpServerRequest
      received.push({ url, body: yield* text })
      return yield* HttpServerResponse.json({})
    })
  )
  return { received, baseUrl: HttpServer.formatAddress(server.address) }
})

// #region layers
/** Telemetry lies beneath the session, since logins and the pings of the keep-alive belong to no caller. */
const layers = (collector: string, endpoint: string) =>
  KeepAlive.layer().pipe(
    Layer.provideMerge(
      Session.layer({
        name: "messages",
        credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
      })
    ),
    Layer.provide(HttpTransport.layerFetch({ endpoint })),
    Layer.provideMerge(telemetry(collector))
  )

const main = Effect.flatMap(Session.Session, ({ ping }) => ping).pipe(Effect.withSpan("nightly check"))
// #endregion

export const program = Effect.gen(function* () {
  const { baseUrl, received } = yield* collect
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  yield* Effect.provide(main, layers(baseUrl, endpoint("document-literal")))

  const sentTo = (path: string) => received.flatMap(({ body, url }) => (url === path ? [body] : [])).join("\n")
  for (const name of ["nightly check", "clickatell.Webservice/ping", "clickatell.Webservice/auth"]) {
    assert.ok(sentTo("/v1/traces").includes(`"${name}"`), name)
  }
  assert.ok(sentTo("/v1/metrics").includes(`"clickatell.session.state"`))
}).pipe(Effect.scoped, Effect.provide(Layer.provide(EmulatorServer.layer(), Emulator.layer())))
