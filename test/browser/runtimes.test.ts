// What docs/runtimes.md says of browsers, in one.
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import { FetchHttpClient, HttpRouter, HttpServer, HttpServerResponse } from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, ManagedRuntime } from "effect"
import { buildSync } from "esbuild"
import { createServer } from "node:http"
import { fileURLToPath } from "node:url"
import { proxy } from "../../docs/examples/same-origin.ts"
import { layer, missing } from "./chromium.ts"
import * as tab from "./tab.ts"

const browser = ManagedRuntime.make(layer)
afterAll(() => browser.dispose())

/** The programs of the page in one script, which a browser has as `programs`. */
const script = () =>
  buildSync({
    stdin: {
      contents: `
        import { Authenticate, Credentials } from "@effect-clickatell/core"
        import { HttpTransport } from "@effect-clickatell/platform"
        import { Effect } from "effect"
        /** One request for a login to any address, and why it fails. */
        export const authenticate = (endpoint) =>
          Effect.flatMap(Credentials.make({ apiId: "1", user: "demo", password: "demo" }), Authenticate.authenticate).pipe(
            Effect.flip,
            Effect.map(({ message }) => message),
            Effect.provide(HttpTransport.layerFetch({ endpoint })),
            Effect.runPromise
          )
        export { signIn } from "./docs/programs/browser.ts"
        export { memory } from "./scripts/compat/programs/memory.mjs"
        export { ping } from "./scripts/compat/programs/ping.mjs"`,
      resolveDir: fileURLToPath(new URL("../../", import.meta.url))
    },
    bundle: true,
    format: "iife",
    globalName: "programs",
    write: false
  }).outputFiles[0]?.text ?? ""

/** A page with the programs, and a server of its own that passes on what they send; its origin. */
const served = Effect.gen(function* () {
  const { endpoint } = yield* EmulatorServer
  const html = HttpServerResponse.html("<!doctype html><link rel=icon href=data:,><script src=/programs.js></script>")
  const app = proxy(endpoint("document-literal")).pipe(
    HttpRouter.get("/", html),
    HttpRouter.get("/programs.js", HttpServerResponse.text(script(), { contentType: "text/javascript" }))
  )
  const server = createServer()
  const { address } = yield* Layer.build(
    HttpServer.serve(app).pipe(
      Layer.provideMerge(NodeHttpServer.layer(() => server, { port: 0, host: "127.0.0.1" })),
      Layer.provide(FetchHttpClient.layer)
    )
  ).pipe(Effect.flatMap((context) => Effect.provide(HttpServer.HttpServer, context)))
  // A browser has connections on which it has not asked for anything yet, and for those a server that closes would wait.
  yield* Effect.addFinalizer(() => Effect.sync(() => server.closeAllConnections()))
  return address._tag === "TcpAddress" ? `http://127.0.0.1:${address.port}` : ""
})

describe.skipIf(missing)("a page (skipped where there is no Chromium)", () => {
  it.scopedLive("has a session through its own server, or one in memory", () =>
    Effect.gen(function* () {
      const page = yield* tab.make
      yield* page.open(`${yield* served}/`)
      assert.strictEqual(
        yield* page.value(`programs.ping(location.origin + "/clickatell", location.origin + "/nowhere")`),
        "passed"
      )
      assert.strictEqual(yield* page.value("programs.memory()"), "passed")
      assert.strictEqual(yield* page.value(`programs.signIn(location.origin, "demo", "demo")`), "welcome")
      assert.match(
        String(yield* page.value(`programs.signIn(location.origin, "demo", "wrong")`)),
        /^auth: BadCredentials/
      )
      const { log } = yield* Emulator.Emulator
      assert.deepStrictEqual(
        (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`),
        ["auth OK", "ping OK", "auth OK", "auth ERR 001"]
      )
    }).pipe(Effect.provide(Layer.provideMerge(Server.layer(), Emulator.layer())), Effect.provide(browser))
  )

  it.scopedLive("is not let to the service itself, and cannot tell why", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* EmulatorServer
      const page = yield* tab.make
      yield* page.open(`${yield* served}/`)
      const said = yield* page.value(`programs.authenticate("${endpoint("document-literal")}")`)
      assert.match(String(said), /^auth: Reset \(unknown\)/)
      assert.isTrue(page.complaints.some((it) => it.includes("CORS")))
    }).pipe(Effect.provide(Layer.provideMerge(Server.layer(), Emulator.layer())), Effect.provide(browser))
  )
})
