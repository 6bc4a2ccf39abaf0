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
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Transport, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Transport, make(options))

/**
 * The transport on `fetch`, which every runtime has; it honours a `Fetch` or `RequestInit` of `FetchHttpClient` in its context.
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
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<Transport, ConfigError.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(Transport, Effect.flatMap(Config.unwrap(options), make))
