/**
 * The way to the service straight on undici's dispatcher, for programs on Node that count microseconds; `undici` is their own.
 *
 * @since 0.1.0
 */
import { Transport } from "@effect-clickatell/core/Transport"
import * as Config from "effect/Config"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type { Dispatcher } from "undici"
import { Agent } from "undici"
import * as dispatch from "./internal/undici/dispatch.ts"
import * as environment from "./internal/environment.ts"
import * as settings from "./internal/settings.ts"

/**
 * The options of `HttpTransport`, save those for an `HttpClient`, and the dispatcher to use; every field has a default.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends settings.Options {
  /** The host's `Agent`, `ProxyAgent`, `Pool` or `Client`, which is never closed here: by default an agent that lives in the layer's scope. */
  readonly dispatcher?: Dispatcher | undefined
}

/**
 * Builds a transport on a dispatcher; refuses options that cannot hold or would send secrets in clear.
 *
 * @example
 * ```ts
 * import { Ping, SessionId, Transport } from "@effect-clickatell/core"
 * import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
 * import { Effect } from "effect"
 *
 * // The connections end with the scope.
 * export const ping = Effect.gen(function* () {
 *   const transport = yield* UndiciTransport.make({ timeout: "5 seconds" })
 *   const id = yield* SessionId.config
 *   yield* Effect.provideService(Ping.ping(id), Transport.Transport, transport)
 * }).pipe(Effect.scoped)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (options: Options = {}): Effect.Effect<Transport["Type"], ConfigError.ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const { deadline, endpoint, maxBodyBytes, style } = yield* settings.make(options)
    const { origin, pathname } = new URL(endpoint.href)
    return {
      style,
      server: { address: endpoint.address, port: endpoint.port },
      endpoint: endpoint.href,
      deadline,
      send: dispatch.send({
        dispatcher: options.dispatcher ?? (yield* agent),
        origin,
        path: pathname,
        deadline,
        maxBodyBytes
      })
    }
  })

const agent = Effect.acquireRelease(
  Effect.sync(() => new Agent()),
  (agent) => Effect.promise(() => agent.destroy())
)

/**
 * The transport on the host's dispatcher, or else on an agent that is closed with the layer.
 *
 * @example
 * ```ts
 * import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
 * import { Effect, Layer } from "effect"
 * import { ProxyAgent } from "undici"
 *
 * const proxy = Effect.acquireRelease(
 *   Effect.sync(() => new ProxyAgent("http://proxy.example:3128")),
 *   (agent) => Effect.promise(() => agent.close())
 * )
 *
 * export const OverProxy = Layer.unwrapScoped(
 *   Effect.map(proxy, (dispatcher) => UndiciTransport.layer({ dispatcher }))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options?: Options): Layer.Layer<Transport, ConfigError.ConfigError> =>
  Layer.scoped(Transport, make(options))

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
 * import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
 * import { ConfigProvider, Duration, Effect } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.map(Transport.Transport, ({ deadline }) =>
 *   assert.equal(Duration.toSeconds(deadline), 30)
 * ).pipe(
 *   Effect.provide(UndiciTransport.layerConfig()),
 *   Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["CLICKATELL_TIMEOUT", "30 seconds"]])))
 * )
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerConfig = (
  options: Config.Config.Wrap<Options> = config
): Layer.Layer<Transport, ConfigError.ConfigError> =>
  Layer.scoped(Transport, Effect.flatMap(Config.unwrap(options), make))
