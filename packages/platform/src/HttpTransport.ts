/**
 * The way to the service over HTTP, on whatever `HttpClient` the host provides: proxy, TLS and pool are that layer's.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type { Style } from "@effect-clickatell/core/Envelope"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as client from "./internal/client.ts"
import * as environment from "./internal/environment.ts"
import * as exchange from "./internal/exchange.ts"
import * as settings from "./internal/settings.ts"

/**
 * Where to send, in which style, and within which limits; every field has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends settings.Options {
  /** Sends `traceparent` and `b3` headers to the service, with an HTTP span inside our own: `false` by default. */
  readonly traceHeaders?: boolean | undefined
  /** Changes the client for these requests alone; it should neither retry nor follow redirects. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The documented address of each service, with https in place of its http.
 *
 * @since 0.1.0
 * @category constants
 */
export const defaultEndpoint: Readonly<Record<Style, string>> = settings.defaultEndpoint

/**
 * Builds a transport on the client in the context; refuses options that cannot hold or would send secrets in clear.
 *
 * @example
 * ```ts
 * import { Ping, SessionId, Transport } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { Effect } from "effect"
 *
 * // For a program that is given its endpoint at run time; needs an `HttpClient`.
 * export const pingAt = (endpoint: URL) =>
 *   Effect.gen(function* () {
 *     const transport = yield* HttpTransport.make({ endpoint, timeout: "5 seconds" })
 *     const id = yield* SessionId.config
 *     yield* Effect.provideService(Ping.ping(id), Transport.Transport, transport)
 *   })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (
  options: Options = {}
): Effect.Effect<Transport["Type"], ConfigError.ConfigError, HttpClient.HttpClient> =>
  Effect.flatMap(HttpClient.HttpClient, (host) =>
    Either.map(settings.make(options), ({ deadline, endpoint, maxBodyBytes, style }) => ({
      style,
      server: { address: endpoint.address, port: endpoint.port },
      endpoint: endpoint.href,
      deadline,
      send: exchange.send({
        client: client.make(host, {
          traceHeaders: options.traceHeaders ?? false,
          transformClient: options.transformClient ?? identity
        }),
        href: endpoint.href,
        deadline,
        maxBodyBytes
      })
    }))
  )

/**
 * The transport on the host's own client layer.
 *
 * @example
 * ```ts
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
 * import { Layer } from "effect"
 *
 * // On undici's pool; a proxy and certificates of one's own are options of that client.
 * export const OverUndici = Layer.provide(HttpTransport.layer({ timeout: "10 seconds" }), NodeHttpClient.layerUndici)
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Transport, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Transport, make(options))

/**
 * The transport on `fetch`, which every runtime has; it honours a `Fetch` or `RequestInit` of `FetchHttpClient` in its context.
 *
 * @example
 * ```ts
 * import { Transport } from "@effect-clickatell/core"
 * import { Endpoint, HttpTransport } from "@effect-clickatell/platform"
 * import { Effect } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const { server, style } = yield* Transport.Transport
 *   assert.deepEqual(server, { address: "api.clickatell.com", port: 443 })
 *   // A documented address says which service it is.
 *   assert.equal(style, "rpc-encoded")
 * }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint: Endpoint.rpcEncoded })))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerFetch = (options?: Options): Layer.Layer<Transport, ConfigError.ConfigError> =>
  Layer.provide(layer(options), FetchHttpClient.layer)

/**
 * The options in the environment variables `CLICKATELL_ENDPOINT`, `CLICKATELL_STYLE`, `CLICKATELL_TIMEOUT` and
 * `CLICKATELL_ALLOW_HTTP`, each of which may be missing.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = environment.config

/**
 * The transport with options from configuration: the environment variables of `config` unless others are given.
 *
 * @example
 * ```ts
 * import { Transport } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { FetchHttpClient } from "@effect/platform"
 * import { ConfigProvider, Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const environment = ConfigProvider.fromMap(new Map([["CLICKATELL_ENDPOINT", "http://127.0.0.1:8080/"]]))
 *
 * export const program = Effect.map(Transport.Transport, ({ server }) =>
 *   assert.deepEqual(server, { address: "127.0.0.1", port: 8080 })
 * ).pipe(
 *   Effect.provide(Layer.provide(HttpTransport.layerConfig(), FetchHttpClient.layer)),
 *   Effect.withConfigProvider(environment)
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<Transport, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Transport, Effect.flatMap(Config.unwrap(options), make))
