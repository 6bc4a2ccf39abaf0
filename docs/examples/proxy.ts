// Through a proxy, and to a server whose certificate is of an authority of one's own, over each HTTP client.
import { Authenticate, Credentials } from "@effect-clickatell/core"
import type { Transport } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { FetchHttpClient, HttpServer } from "@effect/platform"
import { Config, ConfigProvider, Effect, Layer, Option, Redacted } from "effect"
import type { ConfigError } from "effect"
import * as assert from "node:assert/strict"
import * as https from "node:https"
import { Agent, ProxyAgent } from "undici"
import type { Dispatcher } from "undici"
import { ca, cert, key } from "./support/authority.ts"
import { startProxy } from "./support/proxy.ts"

// #region tls
/** What is wanted of TLS with the service, in PEM; `cert` and `key` are a certificate of our own, where the service asks for one. */
interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}
// #endregion

// #region dispatcher
/** The proxy that `HTTPS_PROXY` names, with user and password if it needs them, or none; it is closed with the scope. */
const makeDispatcher = (tls: Tls = {}) =>
  Effect.flatMap(Config.option(Config.redacted(Config.nonEmptyString("HTTPS_PROXY"))), (proxy) =>
    Effect.acquireRelease(
      Effect.sync((): Dispatcher =>
        Option.match(proxy, {
          onNone: () => new Agent({ connect: tls }),
          onSome: (uri) => new ProxyAgent({ uri: Redacted.value(uri), requestTls: tls })
        })
      ),
      (dispatcher) => Effect.promise(() => dispatcher.destroy())
    )
  )
// #endregion

// #region undici-transport
const overUndiciTransport = (tls: Tls, options: UndiciTransport.Options) =>
  Layer.unwrapScoped(Effect.map(makeDispatcher(tls), (dispatcher) => UndiciTransport.layer({ ...options, dispatcher })))
// #endregion

// #region undici
const overUndici = (tls: Tls, options: HttpTransport.Options) =>
  HttpTransport.layer(options).pipe(
    Layer.provide(NodeHttpClient.layerUndiciWithoutDispatcher),
    Layer.provide(Layer.scoped(NodeHttpClient.Dispatcher, makeDispatcher(tls)))
  )
// #endregion

// #region fetch
/** `dispatcher` is an option of Node's `fetch` alone, which the types of browsers do not know. */
const overFetch = (tls: Tls, options: HttpTransport.Options) =>
  HttpTransport.layerFetch(options).pipe(
    Layer.provide(
      Layer.scoped(
        FetchHttpClient.RequestInit,
        Effect.map(makeDispatcher(tls), (dispatcher): RequestInit & { readonly dispatcher: Dispatcher } => ({
          dispatcher
        }))
      )
    )
  )
// #endregion

// #region node
/** Knows authorities and certificates, and no proxy. */
const overNodeHttp = (tls: Tls, options: HttpTransport.Options) =>
  HttpTransport.layer(options).pipe(
    Layer.provide(NodeHttpClient.layerWithoutAgent),
    Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true, ...tls }))
  )
// #endregion

export const clients = { overUndiciTransport, overUndici, overFetch, overNodeHttp }

/** What a login over a transport comes to: `ok`, or how the exchange has failed. */
export const logIn = (transport: Layer.Layer<Transport.Transport, ConfigError.ConfigError>) =>
  Credentials.make({ apiId: "123456", user: "demo", password: "demo" }).pipe(
    Effect.flatMap(Authenticate.authenticate),
    Effect.match({
      onSuccess: () => "ok",
      onFailure: (error) =>
        error._tag === "TransportError" ? `${error.reason} ${error.phase} ${error.mayHaveReached}` : error._tag
    }),
    Effect.provide(Layer.orDie(transport))
  )

/** The emulator behind https, with a certificate that only the authority vouches for. */
export const startService = Effect.gen(function* () {
  const server = yield* NodeHttpServer.make(() => https.createServer({ cert, key }), { port: 0, host: "127.0.0.1" })
  yield* server.serve(EmulatorServer.httpApp)
  return HttpServer.formatAddress(server.address).replace("http:", "https:")
})

const through = (proxy: string) =>
  Layer.provide(Layer.setConfigProvider(ConfigProvider.fromMap(new Map([["HTTPS_PROXY", proxy]]))))

export const program = Effect.gen(function* () {
  const endpoint = yield* startService
  const { port, targets } = yield* startProxy("user", "p@ss")
  const target = new URL(endpoint).host

  for (const over of Object.values(clients)) {
    assert.equal(yield* logIn(over({}, { endpoint })), "Tls connect false")
    assert.equal(yield* logIn(over({ ca }, { endpoint })), "ok")
  }
  assert.deepEqual(targets, [])

  const proxy = through(`http://user:p%40ss@127.0.0.1:${port}`)
  for (const over of [overUndiciTransport, overUndici, overFetch]) {
    assert.equal(yield* logIn(over({ ca }, { endpoint }).pipe(proxy)), "ok")
    assert.equal(targets.pop(), target)
  }

  // A proxy that does not let us in, and one that is not there.
  for (const url of [`http://user:wrong@127.0.0.1:${port}`, "http://127.0.0.1:1"]) {
    assert.equal(yield* logIn(overUndiciTransport({ ca }, { endpoint }).pipe(through(url))), "Connect connect false")
  }
  const refusing = through(`http://user:wrong@127.0.0.1:${port}`)
  assert.equal(yield* logIn(overFetch({ ca }, { endpoint }).pipe(refusing)), "Reset unknown true")
  assert.equal(yield* logIn(overUndici({ ca }, { endpoint }).pipe(refusing)), "Reset unknown true")
  assert.deepEqual(targets, [])
}).pipe(Effect.scoped, Effect.provide(Emulator.layer()), Effect.withConfigProvider(ConfigProvider.fromMap(new Map())))
