import { assert, describe, it } from "@effect/vitest"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Endpoint from "@effect-clickatell/platform/Endpoint"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { canary, envelope } from "./harness.ts"

const urls: Array<string> = []
const stub = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request, url) =>
    Effect.sync(() => {
      urls.push(url.href)
      return HttpClientResponse.fromWeb(request, new Response("<ok/>"))
    })
  )
)

const made = (options?: HttpTransport.Options) => Effect.provide(HttpTransport.make(options), stub)

const styleOf = (options: HttpTransport.Options) =>
  Effect.map(made({ allowHttp: true, ...options }), ({ style }) => style)

/** Where the envelope of a transport goes. */
const target = (options?: HttpTransport.Options) =>
  Effect.gen(function* () {
    const transport = yield* made(options)
    yield* transport.send(envelope)
    return urls.at(-1)
  })

const refusal = (options: HttpTransport.Options) =>
  Effect.map(Effect.flip(made(options)), (error) => {
    assert.isTrue(ConfigError.isConfigError(error))
    assert.strictEqual(error._op, "InvalidData")
    assert.notInclude(`${String(error)} ${JSON.stringify(error)}`, canary)
    return String(error)
  })

describe("endpoint", () => {
  it.effect("is the documented one of the style, over https", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* target(), "https://api.clickatell.com/soap/document_literal/webservice")
      assert.strictEqual(yield* target({ style: "rpc-encoded" }), "https://api.clickatell.com/soap/webservice.php")
      assert.deepStrictEqual((yield* made()).server, { address: "api.clickatell.com", port: 443 })
    })
  )

  it.effect("says its style where it is a documented one, over https or http, however it is written", () =>
    Effect.gen(function* () {
      const { documentLiteral, rpcEncoded, webservicePhp, webserviceVsPhp } = Endpoint
      assert.strictEqual(yield* styleOf({ endpoint: documentLiteral }), "document-literal")
      for (const endpoint of [rpcEncoded, webservicePhp, webserviceVsPhp]) {
        assert.strictEqual(yield* styleOf({ endpoint }), "rpc-encoded")
        assert.strictEqual(yield* target({ endpoint }), endpoint)
        assert.strictEqual(yield* styleOf({ endpoint: new URL(endpoint.replace("https", "http")) }), "rpc-encoded")
        assert.strictEqual(yield* styleOf({ endpoint, style: "document-literal" }), "document-literal")
      }
      const shouted = "HTTPS://API.Clickatell.COM:443/soap/rpc_encoded/webservice"
      assert.strictEqual(yield* styleOf({ endpoint: shouted }), "rpc-encoded")
      const other = rpcEncoded.replace("api.clickatell.com", "gateway.example")
      assert.strictEqual(yield* styleOf({ endpoint: other }), "document-literal")
    })
  )

  const accepted: Readonly<Record<string, { readonly address: string; readonly port: number }>> = {
    "https://example.com/soap": { address: "example.com", port: 443 },
    "https://example.com:8443": { address: "example.com", port: 8443 },
    "http://localhost:8080/": { address: "localhost", port: 8080 },
    "http://127.0.0.1": { address: "127.0.0.1", port: 80 },
    "http://127.255.0.9:1/": { address: "127.255.0.9", port: 1 },
    "http://127.1/": { address: "127.0.0.1", port: 80 },
    "http://[::1]:8080/": { address: "::1", port: 8080 }
  }
  for (const [endpoint, server] of Object.entries(accepted)) {
    it.effect(`may be ${endpoint}`, () =>
      Effect.gen(function* () {
        const transport = yield* made({ endpoint })
        assert.deepStrictEqual([transport.server, transport.endpoint], [server, new URL(endpoint).href])
        assert.strictEqual(yield* target({ endpoint: new URL(endpoint) }), new URL(endpoint).href)
      })
    )
  }

  const refused: Readonly<Record<string, RegExp>> = {
    "": /not a URL/,
    [`${canary} here`]: /not a URL.*https:\/\//,
    [`//${canary}.example/soap`]: /not a URL/,
    [`${canary}:secret@example.com`]: /neither https nor http/,
    [`ftp://${canary}.example/`]: /neither https nor http/,
    "file:///etc/passwd": /neither https nor http/,
    [`https://user:${canary}@example.com/`]: /a user or a password: take them out/,
    [`https://${canary}@example.com/`]: /a user or a password/,
    [`http://user:${canary}@localhost/`]: /a user or a password/,
    "https://example.com/soap?wsdl": /address of the WSDL: drop the query/,
    "https://example.com/soap?WSDL=1": /address of the WSDL/,
    [`https://example.com/soap?password=${canary}`]: /a query or a fragment: drop it/,
    "https://example.com/soap?": /a query or a fragment/,
    [`https://example.com/soap#${canary}`]: /a query or a fragment/,
    "http://api.clickatell.com/soap/document_literal/webservice": /use https, or set allowHttp/,
    "http://127.0.0.1.example.com/": /use https/,
    "http://localhost.example.com/": /use https/,
    "http://128.0.0.1/": /use https/,
    "http://0.0.0.0/": /use https/,
    "http://[::2]/": /use https/
  }
  for (const [endpoint, message] of Object.entries(refused)) {
    it.effect(`may not be ${endpoint === "" ? "empty" : endpoint}`, () =>
      Effect.gen(function* () {
        const text = yield* refusal({ endpoint })
        assert.match(text, message)
        assert.match(text, /^\(Invalid data at endpoint: "the option endpoint is refused: /)
      })
    )
  }

  it.effect("may be plain http where that is allowed", () =>
    Effect.gen(function* () {
      const endpoint = "http://gateway.example/soap"
      assert.strictEqual(yield* target({ endpoint, allowHttp: true }), endpoint)
      assert.match(yield* refusal({ endpoint: `${endpoint}?a`, allowHttp: true }), /a query/)
    })
  )
})

describe("options", () => {
  for (const timeout of [0, -1, Number.NaN, Infinity, Duration.infinity, "25 days", 2 ** 31] as const) {
    it.effect(`a timeout may not be ${String(timeout)}`, () =>
      Effect.gen(function* () {
        assert.match(yield* refusal({ timeout }), /timeout is .*: set a time above 0 and up to 24.8 days/)
      })
    )
  }

  for (const maxBodyBytes of [0, -1, 1.5, Number.NaN, Infinity, 4_194_305]) {
    it.effect(`the limit of a body may not be ${maxBodyBytes}`, () =>
      Effect.gen(function* () {
        assert.match(
          yield* refusal({ maxBodyBytes }),
          /maxBodyBytes is .*: set a whole number above 0 and up to 4194304/
        )
      })
    )
  }

  it.effect("the limit of a body may be 4 MiB", () => Effect.asVoid(made({ maxBodyBytes: 4_194_304 })))

  it.effect("a style may not be made up", () =>
    Effect.gen(function* () {
      const options: object = { style: "toString" }
      assert.match(yield* refusal(options), /style is none of document-literal, rpc-encoded/)
    })
  )

  it.effect("have a deadline of 15 seconds and the style of the seed by default", () =>
    Effect.gen(function* () {
      const transport = yield* made()
      assert.strictEqual(Duration.toMillis(transport.deadline), 15_000)
      assert.strictEqual(transport.style, "document-literal")
      const set = yield* made({ timeout: "2 seconds" })
      assert.strictEqual(Duration.toMillis(set.deadline), 2_000)
    })
  )
})

const fromEnvironment = (variables: Readonly<Record<string, string>>) =>
  Transport.pipe(
    Effect.provide(Layer.provide(HttpTransport.layerConfig(), stub)),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(variables))))
  )

describe("configuration", () => {
  it.effect("needs no variable", () =>
    Effect.gen(function* () {
      const transport = yield* fromEnvironment({})
      assert.deepStrictEqual(transport.server, { address: "api.clickatell.com", port: 443 })
    })
  )

  it.effect("reads the variables", () =>
    Effect.gen(function* () {
      const transport = yield* fromEnvironment({
        CLICKATELL_ENDPOINT: "http://gateway.example:8080/soap",
        CLICKATELL_STYLE: "rpc-encoded",
        CLICKATELL_TIMEOUT: "3 seconds",
        CLICKATELL_ALLOW_HTTP: "true"
      })
      assert.deepStrictEqual(transport.server, { address: "gateway.example", port: 8080 })
      assert.strictEqual(transport.style, "rpc-encoded")
      assert.strictEqual(Duration.toMillis(transport.deadline), 3_000)
    })
  )

  it.effect("reads a documented address, which says its style", () =>
    Effect.gen(function* () {
      const transport = yield* fromEnvironment({ CLICKATELL_ENDPOINT: Endpoint.rpcEncoded })
      assert.strictEqual(transport.style, "rpc-encoded")
    })
  )

  const wrong: Readonly<Record<string, string>> = {
    CLICKATELL_ENDPOINT: "http://gateway.example/soap",
    CLICKATELL_STYLE: "rest",
    CLICKATELL_TIMEOUT: "15",
    CLICKATELL_ALLOW_HTTP: "perhaps"
  }
  for (const [name, value] of Object.entries(wrong)) {
    it.effect(`refuses ${name}=${value}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(fromEnvironment({ [name]: value }))
        assert.isTrue(ConfigError.isConfigError(error))
      })
    )
  }

  it.effect("can be another one", () =>
    Effect.gen(function* () {
      const transport = yield* Transport.pipe(
        Effect.provide(
          Layer.provide(
            HttpTransport.layerConfig({
              endpoint: Config.string("ENDPOINT"),
              style: Config.succeed("document-literal"),
              allowHttp: Config.succeed(false),
              timeout: Config.succeed("1 seconds"),
              maxBodyBytes: Config.integer("LIMIT").pipe(Config.withDefault(1000)),
              traceHeaders: Config.succeed(false),
              transformClient: Config.succeed(undefined)
            }),
            stub
          )
        ),
        Effect.withConfigProvider(ConfigProvider.fromMap(new Map([["ENDPOINT", "https://gateway.example/"]])))
      )
      assert.strictEqual(transport.server.address, "gateway.example")
    })
  )

  it.effect("builds on fetch, which needs nothing of the host", () =>
    Effect.gen(function* () {
      const transport = yield* Effect.provide(
        Transport,
        HttpTransport.layerFetch({ endpoint: "https://gateway.example/" })
      )
      assert.strictEqual(transport.server.address, "gateway.example")
    })
  )
})
