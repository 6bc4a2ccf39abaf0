/**
 * The emulator behind a real socket, for clients of any language: SOAP by POST at any path, its WSDL at `?wsdl`, the
 * schema that this imports at `?xsd`, and a page for people at `/`.
 *
 * @since 0.1.0
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import type * as HttpApp from "@effect/platform/HttpApp"
import type { ServeError } from "@effect/platform/HttpServerError"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Http from "node:http"
import type { Answer } from "./Emulator.ts"
import { Emulator } from "./Emulator.ts"
import * as body from "./internal/body.ts"
import * as exchange from "./internal/exchange.ts"
import { isLoopback } from "./internal/loopback.ts"
import * as page from "./internal/page/app.ts"
import type * as soap from "./internal/soap.ts"
import * as Wsdl from "./Wsdl.ts"

/**
 * Where the emulator listens.
 *
 * @example
 * ```ts
 * import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const server = yield* EmulatorServer.EmulatorServer
 *   const response = yield* Effect.promise(() => fetch(`${server.endpoint("document-literal")}?wsdl`))
 *   assert.equal(response.status, 200)
 * }).pipe(Effect.provide(Layer.provide(EmulatorServer.layer(), Emulator.layer())))
 * ```
 *
 * @since 0.1.0
 * @category tags
 */
export class EmulatorServer extends Context.Tag("@effect-clickatell/testing/EmulatorServer")<
  EmulatorServer,
  {
    readonly hostname: string
    readonly port: number
    /** Whether only programs on this machine can reach it. */
    readonly isLoopback: boolean
    /** The address to post to, and with `?wsdl` behind it that of the style's contract. */
    readonly endpoint: (style: Style) => string
    /** The address of the page, if there is one. */
    readonly page: string | undefined
  }
>() {}

/**
 * How the listener is set up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The port; 0, the default, takes any free one. */
  readonly port?: number | undefined
  /** The address to listen at; `127.0.0.1`, and so nobody else's, by default. */
  readonly hostname?: string | undefined
  /**
   * Whether a browser is shown a page at `/` with what the emulator knows and its levers.
   *
   * By default it is where only this machine can listen in: at a loopback address, to requests that name such a one. With `true`
   * it is shown to everybody, with `false` to nobody.
   */
  readonly page?: boolean | undefined
}

/**
 * The emulator as an application of an HTTP server; faults that act on the connection need a server of Node.
 *
 * @since 0.1.0
 * @category apps
 */
export const httpApp: HttpApp.Default<never, Emulator> = Effect.flatMap(
  HttpServerRequest.HttpServerRequest,
  (request) => {
    if (request.method === "POST") return post(request)
    const url = Option.getOrUndefined(HttpServerRequest.toURL(request))
    const wsdl = request.method === "GET" && url !== undefined ? contract(url) : undefined
    return Effect.succeed(wsdl ?? notAllowed)
  }
)

/**
 * Listens until the layer's scope closes, which also closes every connection.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // The transport of the program itself, over a socket of this machine.
 * const OverHttp = Layer.unwrapEffect(
 *   Effect.map(EmulatorServer.EmulatorServer, ({ endpoint }) =>
 *     HttpTransport.layerFetch({ endpoint: endpoint("document-literal") })
 *   )
 * ).pipe(Layer.provide(EmulatorServer.layer()), Layer.provide(Emulator.layer()))
 *
 * export const program = Effect.gen(function* () {
 *   const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 *   const session = yield* Session.make({ credentials })
 *   yield* session.ping
 *   assert.equal((yield* session.status).state, "Ready")
 * }).pipe(Effect.scoped, Effect.provide(OverHttp))
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<EmulatorServer, ServeError, Emulator> =>
  Layer.scoped(
    EmulatorServer,
    Effect.gen(function* () {
      const { hostname = "127.0.0.1", port = 0 } = options
      // Longer than the 5 seconds of Node, after which a client that was busy would meet a connection that is just being closed.
      const node = Http.createServer({ keepAliveTimeout: 60_000 })
      const server = yield* NodeHttpServer.make(() => node, { host: hostname, port })
      // The server waits for its connections to end, and one with the fault "hang" would never.
      yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))
      const bound = server.address._tag === "TcpAddress" ? server.address : { hostname, port }
      const isPrivate = isLoopback(bound.hostname)
      const hasPage = options.page ?? isPrivate
      yield* server.serve(hasPage ? page.inFrontOf(httpApp, { anyName: options.page === true }) : httpApp)
      // What stands for all addresses is none that can be posted to.
      const name = bound.hostname === "0.0.0.0" ? "127.0.0.1" : hostname.includes(":") ? `[${hostname}]` : hostname
      const origin = `http://${name}:${bound.port}`
      return {
        hostname,
        port: bound.port,
        isLoopback: isPrivate,
        endpoint: (style) => `${origin}${Wsdl.path[style]}`,
        page: hasPage ? `${origin}/` : undefined
      }
    })
  )

const contract = (url: URL): HttpServerResponse.HttpServerResponse | undefined => {
  const query = new Map(Array.from(url.searchParams, ([name, value]) => [name.toLowerCase(), value] as const))
  if (query.has("xsd")) return HttpServerResponse.text(Wsdl.encoding, { contentType: xml })
  if (!query.has("wsdl")) return undefined
  const isRpc = query.has("style") ? query.get("style")?.startsWith("rpc") : /rpc|\.php$/.test(url.pathname)
  const style = isRpc === true ? "rpc-encoded" : "document-literal"
  // The address that this client reached, so that it posts back to here and not to Clickatell.
  const address = `${url.origin}${Wsdl.path[style]}`
  return HttpServerResponse.text(Wsdl.make(style, address, `${address}?xsd`), { contentType: xml })
}

const xml = "text/xml; charset=utf-8"

const notAllowed = HttpServerResponse.text("Post a SOAP 1.1 envelope here, or get the WSDL at ?wsdl\n", {
  status: 405,
  headers: { allow: "POST" }
})

const post = (request: HttpServerRequest.HttpServerRequest) =>
  Effect.flatMap(Emulator, ({ handle }) =>
    body.read(request).pipe(
      Effect.flatMap(handle),
      Effect.flatMap((answer) => give(request, answer)),
      Effect.catchAll((status) => Effect.succeed(HttpServerResponse.empty({ status })))
    )
  )

const give = (
  request: HttpServerRequest.HttpServerRequest,
  answer: Answer
): Effect.Effect<HttpServerResponse.HttpServerResponse> =>
  exchange.Answer.$match(answer, {
    Whole: ({ response: { body, headers, status } }) =>
      Effect.succeed(
        HttpServerResponse.uint8Array(body, { status, headers, contentType: headers["content-type"] ?? xml })
      ),
    Half: ({ ending, response }) =>
      Effect.zipRight(
        Effect.sync(() => sendHalf(NodeHttpServerRequest.toServerResponse(request), response, ending)),
        untilClosed(request)
      ),
    None: ({ because }) => (because === "silent" ? untilClosed(request) : reset(request)),
    Broken: () => reset(request)
  })

const reset = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.zipRight(
    Effect.sync(() => NodeHttpServerRequest.toIncomingMessage(request).socket.resetAndDestroy()),
    untilClosed(request)
  )

// Waits for the connection and not for ever: a fiber that is never woken keeps the process alive.
const untilClosed = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<never> =>
  Effect.async((resume) => {
    const { socket } = NodeHttpServerRequest.toIncomingMessage(request)
    const end = () => resume(Effect.interrupt)
    if (socket.destroyed) end()
    else socket.once("close", end)
    return Effect.sync(() => socket.off("close", end))
  })

const sendHalf = (to: Http.ServerResponse, { body, headers, status }: soap.Response, ending: "closed" | "silent") => {
  to.writeHead(status, { ...headers, "content-length": body.length })
  to.write(body.subarray(0, body.length / 2), () => {
    if (ending === "closed") to.socket?.destroy()
  })
}
