// A page's own server passes the page's requests on to the service.
import { Credentials, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import {
  FetchHttpClient,
  HttpBody,
  HttpClient,
  HttpRouter,
  HttpServer,
  HttpServerRequest,
  HttpServerResponse
} from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer } from "effect"
import * as assert from "node:assert/strict"
import { createServer } from "node:http"

// #region proxy
/** Passes on the body and the name of the operation, and nothing else of a request: no cookie, no other address. */
export const proxy = (endpoint: string) =>
  HttpRouter.post(
    HttpRouter.empty,
    "/clickatell",
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const client = yield* HttpClient.HttpClient
      const response = yield* client.post(endpoint, {
        headers: { soapaction: request.headers["soapaction"] },
        body: HttpBody.uint8Array(new Uint8Array(yield* request.arrayBuffer), "text/xml; charset=utf-8")
      })
      const reply = new Uint8Array(yield* response.arrayBuffer)
      return HttpServerResponse.uint8Array(reply, { status: response.status, contentType: "text/xml; charset=utf-8" })
    })
  )
// #endregion

/** A session as a page has one, which sends to the page's own server. */
const fromPage = Effect.gen(function* () {
  const { address } = yield* HttpServer.HttpServer
  const origin = address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : ""
  const session = yield* Session.make({
    credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
  }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint: `${origin}/clickatell` })))
  yield* session.ping
})

export const program = Effect.gen(function* () {
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const served = HttpServer.serve(proxy(endpoint("document-literal"))).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
    Layer.provide(FetchHttpClient.layer)
  )
  yield* Effect.provide(fromPage, served)
  assert.deepEqual(
    (yield* (yield* Emulator.Emulator).log).map(({ operation, outcome }) => `${operation} ${outcome}`),
    ["auth OK", "ping OK"]
  )
}).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(EmulatorServer.layer(), Emulator.layer())))
