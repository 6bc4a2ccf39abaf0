/** Our transports on the client layers of `@effect/platform` on Node and on undici itself, and an envelope whose secrets no error may repeat. */
import { assert } from "@effect/vitest"
import * as Envelope from "@effect-clickatell/core/Envelope"
import { TransportError } from "@effect-clickatell/core/Errors"
import type * as Clickatell from "@effect-clickatell/core/Transport"
import { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as diagnostics from "node:diagnostics_channel"
import * as net from "node:net"
import { inspect } from "node:util"
import * as Undici from "undici"
import type { FaultServer } from "./faultServer.ts"

export type HttpClientName = "fetch" | "undici" | "node:http"
export type ClientName = HttpClientName | "UndiciTransport"

/** The options of both transports; each leaves alone what is the other's. */
export type Options = HttpTransport.Options & UndiciTransport.Options

/** A client for `HttpTransport`, or a transport that needs none. */
export type Client =
  | Layer.Layer<HttpClient.HttpClient>
  | ((options: Options) => Layer.Layer<Transport, ConfigError.ConfigError>)

export const httpClients: Readonly<Record<HttpClientName, Layer.Layer<HttpClient.HttpClient>>> = {
  fetch: FetchHttpClient.layer,
  undici: NodeHttpClient.layerUndici,
  "node:http": NodeHttpClient.layer
}

export const httpClientNames: ReadonlyArray<HttpClientName> = ["fetch", "undici", "node:http"]

export const clients: Readonly<Record<ClientName, Client>> = { ...httpClients, UndiciTransport: UndiciTransport.layer }

export const clientNames: ReadonlyArray<ClientName> = [...httpClientNames, "UndiciTransport"]

/** What a host writes to trust a certificate authority of its own, or to show a certificate, with each client. */
export const withTls = (
  name: ClientName,
  tls: { readonly ca: string; readonly cert?: string; readonly key?: string }
): Client => {
  switch (name) {
    case "node:http":
      return NodeHttpClient.layerWithoutAgent.pipe(Layer.provide(NodeHttpClient.makeAgentLayer(tls)))
    default:
      return overDispatcher[name](new Undici.Agent({ connect: tls }))
  }
}

/** What a host writes to send through a dispatcher of undici of its own, with each client that takes one. */
export const overDispatcher = {
  fetch: (dispatcher: Undici.Dispatcher) => {
    // An option of Node's `fetch` that the DOM's types do not know.
    const init: RequestInit & { readonly dispatcher: Undici.Dispatcher } = { dispatcher }
    return FetchHttpClient.layer.pipe(Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, init)))
  },
  undici: (dispatcher: Undici.Dispatcher) =>
    NodeHttpClient.layerUndiciWithoutDispatcher.pipe(
      Layer.provide(Layer.succeed(NodeHttpClient.Dispatcher, dispatcher))
    ),
  UndiciTransport: (dispatcher: Undici.Dispatcher) => (options: Options) =>
    UndiciTransport.layer({ ...options, dispatcher })
}

export const canary = "canary"

export const envelope: Envelope.Envelope = Envelope.make("document-literal", "auth", [
  { name: "session_id", type: "xsd:string", value: Redacted.make(`${canary}-session-id`) },
  { name: "api_id", type: "xsd:string", value: Redacted.make(`${canary}-api-id`) },
  { name: "user", type: "xsd:string", value: Redacted.make(`${canary}-user`) },
  { name: "password", type: "xsd:string", value: Redacted.make(`${canary}-pässwörd-☃-😀`) }
])

/** A transport that lives as long as the test, so that a closed connection was closed by the exchange and not by its layer. */
export const open = (
  client: Client,
  options: Options
): Effect.Effect<Transport["Type"], ConfigError.ConfigError, Scope.Scope> =>
  Layer.build(
    typeof client === "function" ? client(options) : Layer.provide(HttpTransport.layer(options), client)
  ).pipe(Effect.map(Context.get(Transport)))

/** Sends the envelope once over a transport of its own. */
export const send = (
  client: Client,
  options: Options
): Effect.Effect<Clickatell.Response, ConfigError.ConfigError | TransportError, Scope.Scope> =>
  Effect.flatMap(open(client, options), (transport) => transport.send(envelope))

/** The transport error of an effect that must fail with one, after a look whether it repeats a secret. */
export const failure = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<TransportError, never, R> =>
  Effect.map(Effect.exit(effect), (exit) => {
    if (Exit.isSuccess(exit)) return assert.fail(`succeeded with ${inspect(exit.value)}`)
    assertNoSecret(exit.cause)
    const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
    assert.instanceOf(error, TransportError, Cause.pretty(exit.cause))
    assertNoSecret(error)
    return error
  })

export const assertNoSecret = (value: unknown): void => {
  const shown = [
    inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value),
    String(value),
    Cause.isCause(value) ? Cause.pretty(value, { renderErrorCause: true }) : "",
    value instanceof Error ? `${value.stack} ${inspect(value.cause, { depth: 20, showHidden: true })}` : ""
  ]
  assert.notInclude(shown.join("\n"), canary)
}

/** Options by which to see that a client has the head of the reply, without a wait for it. */
export const headWatch: Effect.Effect<
  { readonly seen: Effect.Effect<void>; readonly watched: Pick<Options, "transformClient" | "dispatcher"> },
  never,
  Scope.Scope
> = Effect.gen(function* () {
  const seen = yield* Deferred.make<void>()
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Undici.Agent()),
    (agent) => Effect.promise(() => agent.destroy())
  )
  const watched = {
    transformClient: HttpClient.tap(() => Deferred.succeed(seen, undefined)),
    dispatcher: agent.compose(onHead(() => Deferred.unsafeDone(seen, Effect.void)))
  }
  return { seen: Deferred.await(seen), watched }
})

/** Lets this happen before a handler hears of the head. */
export const onHead =
  (before: () => void): Undici.Dispatcher.DispatcherComposeInterceptor =>
  (dispatch) =>
  (options, handler) =>
    dispatch(options, {
      onRequestStart: (...args) => handler.onRequestStart?.(...args),
      onResponseStart: (...args) => {
        before()
        handler.onResponseStart?.(...args)
      },
      onResponseData: (...args) => handler.onResponseData?.(...args),
      onResponseEnd: (...args) => handler.onResponseEnd?.(...args),
      onResponseError: (...args) => handler.onResponseError?.(...args)
    })

/** A dispatcher without a network. */
export class Dispatching extends Undici.Dispatcher {
  readonly #run: (handler: Undici.Dispatcher.DispatchHandler) => void
  constructor(run: (handler: Undici.Dispatcher.DispatchHandler) => void) {
    super()
    this.#run = run
  }
  override dispatch(_: Undici.Dispatcher.DispatchOptions, handler: Undici.Dispatcher.DispatchHandler): boolean {
    this.#run(handler)
    return true
  }
}

/** What a dispatcher gives to whoever may want to end a request; `aborts` holds the reasons given. */
export const controller = (): Undici.Dispatcher.DispatchController & { readonly aborts: ReadonlyArray<Error> } => {
  const aborts: Array<Error> = []
  return {
    aborts,
    aborted: false,
    paused: false,
    reason: null,
    abort: (reason) => void aborts.push(reason),
    pause: () => {},
    resume: () => {}
  }
}

/** The bytes that this process, by whichever client, has read from a port; what the kernel still holds does not count. */
export const bytesRead = (port: number): Effect.Effect<() => number, never, Scope.Scope> =>
  Effect.gen(function* () {
    const sockets: Array<net.Socket> = []
    const watch = (message: unknown): void => {
      if (!Predicate.hasProperty(message, "socket") || !(message.socket instanceof net.Socket)) return
      const { socket } = message
      socket.once("connect", () => {
        if (socket.remotePort === port) sockets.push(socket)
      })
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => diagnostics.subscribe("net.client.socket", watch)),
      () => Effect.sync(() => diagnostics.unsubscribe("net.client.socket", watch))
    )
    return () => sockets.reduce((sum, socket) => sum + socket.bytesRead, 0)
  })

export const text = (response: Clickatell.Response): string => new TextDecoder().decode(response.body)

/** How often the secrets have left the machine towards this server. */
export const secretsReceived = (server: FaultServer): number =>
  server.requests.filter((request) => request.includes(canary)).length

/** Stands for a reply; no transport looks into it. */
export const soap = "<Envelope><Body/></Envelope>"

/** A client without a network that always has this response. */
// Not a clone for each request: to cancel one of two branches of a stream waits for the other.
export const answering = (response: Response | (() => Response)): Layer.Layer<HttpClient.HttpClient> =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() => HttpClientResponse.fromWeb(request, typeof response === "function" ? response() : response))
    )
  )

export type Expected = Pick<TransportError, "reason" | "phase" | "mayHaveReached">

export const assertIs = (error: TransportError, expected: Expected): void => {
  const { mayHaveReached, phase, reason } = error
  assert.deepStrictEqual({ reason, phase, mayHaveReached }, expected)
  assert.strictEqual(error.operation, "auth")
}
