import { FetchHttpClient, HttpRouter, HttpServer, HttpServerRequest, HttpServerResponse } from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as NodeHttpServerRequest from "@effect/platform-node/NodeHttpServerRequest"
import { Effect, Layer } from "effect"
import * as fs from "node:fs"
import { createServer } from "node:http"
import { join } from "node:path"
import { proxy } from "../../docs/examples/same-origin.ts"
import { layer, missing } from "../../test/browser/chromium.ts"
import * as tab from "../../test/browser/tab.ts"
import { bundle } from "./bundle.ts"
import type { Outcome, Row } from "./outcome.ts"
import { absent, failed, notAsked, passed } from "./outcome.ts"

/** Runs the checks in a page of the Chromium of this machine, which sends through a proxy at its own origin. */
export const inChromium = (consumer: string, endpoint: string): Promise<Row> => {
  const none = absent("there is no Chromium on this machine")
  if (missing) return Promise.resolve({ what: "Chromium", outcomes: [none, none, notAsked] })
  bundle(consumer, "page", "page/page.js")
  const script = fs.readFileSync(join(consumer, "page/page.js"), "utf8")
  const served = HttpServer.serve(site(endpoint, script)).pipe(
    Layer.provideMerge(NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })),
    Layer.provide(FetchHttpClient.layer)
  )
  return Effect.runPromise(Effect.provide(Effect.scoped(checks), Layer.merge(served, layer)))
}

const checks = Effect.gen(function* () {
  const { address } = yield* HttpServer.HttpServer
  const { open, value } = yield* tab.make
  yield* open(`http://127.0.0.1:${address._tag === "TcpAddress" ? address.port : 0}/`)
  const check = (call: string): Effect.Effect<Outcome> =>
    Effect.match(value(call), {
      onSuccess: (said) => (said === "passed" ? passed : failed(String(said))),
      onFailure: ({ message }) => failed(message)
    })
  const agent = String(yield* value("navigator.userAgent"))
  return {
    what: `Chromium ${/Chrome\/(\d+)/.exec(agent)?.[1]}`,
    outcomes: [yield* check("ping()"), yield* check("memory()"), notAsked]
  }
})

/** The page, its script, the guide's proxy, and an address that breaks every connection. */
const site = (endpoint: string, script: string) =>
  proxy(endpoint).pipe(
    HttpRouter.get("/", HttpServerResponse.html('<script type="module" src="page.js"></script>')),
    HttpRouter.get("/page.js", HttpServerResponse.text(script, { contentType: "text/javascript; charset=utf-8" })),
    HttpRouter.post(
      "/closed",
      Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
        NodeHttpServerRequest.toIncomingMessage(request).socket.destroy()
        return Effect.interrupt
      })
    )
  )
