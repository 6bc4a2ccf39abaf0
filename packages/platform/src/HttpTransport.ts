/**
 * The way to the service over HTTP, on whatever `HttpClient` the host provides: proxy, TLS and pool are that layer's.
 *
 * @since 0.1.0
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Setting from "@effect-clickatell/core/Setting"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Layer from "effect/Layer"
import * as client from "./internal/client.ts"
import * as Endpoint from "./internal/endpoint.ts"
import * as exchange from "./internal/exchange.ts"

/**
 * Where to send, in which style, and within which limits; every field has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The address to post to: the documented one of the style by default, over https; it takes no user, query or fragment. */
  readonly endpoint?: string | URL | undefined
  /** The service that the endpoint speaks: `document-literal` by default. */
  readonly style?: Style | undefined
  /** Allows plain http, and so the password in clear, to hosts other than this one: `false` by default. */
  readonly allowHttp?: boolean | undefined
  /** The time for one request and its whole reply: 15 seconds by default; `Transport.withDeadline` replaces it for single calls. */
  readonly timeout?: Duration.DurationInput | undefined
  /** The size of a decompressed reply beyond which it is not read on: 65536 by default. */
  readonly maxBodyBytes?: number | undefined
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
export const defaultEndpoint: Readonly<Record<Style, string>> = {
  "document-literal": "https://api.clickatell.com/soap/document_literal/webservice",
  "rpc-encoded": "https://api.clickatell.com/soap/webservice.php"
}

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
    Either.gen(function* () {
      const style = yield* known(options.style ?? "document-literal")
      const endpoint = yield* Endpoint.parse(options.endpoint ?? defaultEndpoint[style], options.allowHttp ?? false)
      const deadline = yield* Setting.duration("timeout", options.timeout ?? Duration.seconds(15))
      const maxBodyBytes = yield* Setting.count("maxBodyBytes", options.maxBodyBytes ?? 65_536)
      return {
        style,
        server: { address: endpoint.address, port: endpoint.port },
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
      }
    })
  )

// Only the types of a program that has them keep other words out.
const known = (style: Style): Either.Either<Style, ConfigError.ConfigError> =>
  Object.hasOwn(defaultEndpoint, style)
    ? Either.right(style)
    : Setting.refuse("style", `style is none of ${Object.keys(defaultEndpoint).join(", ")}: set one of them`)

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

const optional = Config.withDefault(undefined)

/**
 * The options in the environment variables `CLICKATELL_ENDPOINT`, `CLICKATELL_STYLE`, `CLICKATELL_TIMEOUT` and
 * `CLICKATELL_ALLOW_HTTP`, each of which may be missing.
 *
 * @since 0.1.0
 * @category config
 */
export const config: Config.Config<Options> = Config.all({
  endpoint: optional(Config.string("CLICKATELL_ENDPOINT")),
  style: optional(Config.literal("document-literal", "rpc-encoded")("CLICKATELL_STYLE")),
  timeout: optional(Config.duration("CLICKATELL_TIMEOUT")),
  allowHttp: optional(Config.boolean("CLICKATELL_ALLOW_HTTP"))
})

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
