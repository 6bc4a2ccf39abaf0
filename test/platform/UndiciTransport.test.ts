import { assert, describe, it } from "@effect/vitest"
import { Transport } from "@effect-clickatell/core/Transport"
import * as platform from "@effect-clickatell/platform"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/TestClock"
import * as zlib from "node:zlib"
import * as Undici from "undici"
import * as Fault from "./faultServer.ts"
import {
  assertIs,
  canary,
  clients,
  controller,
  Dispatching,
  envelope,
  failure,
  open,
  send,
  soap,
  text
} from "./harness.ts"

const client = clients.UndiciTransport

const agent = Effect.acquireRelease(
  Effect.sync(() => new Undici.Agent()),
  (agent) => Effect.promise(() => agent.destroy())
)

/** A transport with a scope of its own to close. */
const openApart = Effect.fnUntraced(function* (options: UndiciTransport.Options) {
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope) => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(UndiciTransport.layer(options), scope)
  return { transport: Context.get(context, Transport), close: Scope.close(scope, Exit.void) }
})

describe("the dispatcher", () => {
  it.scoped("of a host is used and stays open", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const dispatcher = yield* agent
      const first = yield* openApart({ endpoint: server.url, dispatcher })
      yield* first.transport.send(envelope)
      yield* first.close
      assert.deepStrictEqual([dispatcher.closed, dispatcher.destroyed], [false, false])
      yield* send(client, { endpoint: server.url, dispatcher })
      assert.isAtMost(server.connections(), 2)
      assert.lengthOf(server.requests, 2)
    })
  )

  it.scoped("of a host may be a client of one origin, or a pool", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const { origin } = new URL(server.url)
      for (const dispatcher of [new Undici.Client(origin), new Undici.Pool(origin)]) {
        yield* Effect.addFinalizer(() => Effect.promise(() => dispatcher.destroy()))
        assert.strictEqual(text(yield* send(client, { endpoint: server.url, dispatcher })), soap)
      }
    })
  )

  it.scoped("of its own is closed with the layer, and ends the calls under way", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({ behaviours: [Fault.reply(soap), Fault.hang] })
      const { close, transport } = yield* openApart({ endpoint: server.url })
      yield* transport.send(envelope)
      const fiber = yield* Effect.fork(failure(transport.send(envelope)))
      yield* Effect.repeat(Effect.yieldNow(), { until: () => server.requests.length === 2 })
      yield* close
      const { mayHaveReached, phase } = yield* Fiber.join(fiber)
      assert.deepStrictEqual([phase, mayHaveReached], ["headers", true])
      yield* server.closed
    })
  )

  it.scoped("that is closed by its host sends nothing", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const dispatcher = yield* agent
      yield* Effect.promise(() => dispatcher.close())
      const error = yield* failure(send(client, { endpoint: server.url, dispatcher }))
      assertIs(error, { reason: "Connect", phase: "connect", mayHaveReached: false })
      assert.strictEqual(server.connections(), 0)
    })
  )

  it.scoped("may have an interceptor that throws", () =>
    Effect.gen(function* () {
      const dispatcher = new Dispatching(() => {
        throw new Error("no")
      })
      const error = yield* failure(send(client, { dispatcher }))
      assertIs(error, { reason: "Connect", phase: "connect", mayHaveReached: false })
    })
  )

  it.scoped("that finds a connection for a caller who has gone writes nothing to it", () =>
    Effect.gen(function* () {
      const handlers: Array<Undici.Dispatcher.DispatchHandler> = []
      const dispatcher = new Dispatching((handler) => void handlers.push(handler))
      const transport = yield* open(client, { dispatcher })
      const interrupted = yield* Effect.fork(transport.send(envelope))
      const late = yield* Effect.fork(failure(transport.send(envelope)))
      yield* Effect.yieldNow()
      yield* Fiber.interrupt(interrupted)
      yield* TestClock.adjust("15 seconds")
      yield* Fiber.join(late)
      const given = handlers.map((handler) => {
        const it = controller()
        handler.onRequestStart?.(it, {})
        return it.aborts.length
      })
      assert.deepStrictEqual(given, [1, 1])
    })
  )
})

const answered = (body: Uint8Array, coding: string, maxBodyBytes?: number) =>
  Effect.gen(function* () {
    const server = yield* Fault.one(Fault.reply(body, `Content-Encoding: ${coding}\r\n`))
    return yield* send(client, { endpoint: server.url, maxBodyBytes })
  })

describe("compressed replies", () => {
  const plain = "<a/>".repeat(1000)
  const codings: Readonly<Record<string, (body: string | Uint8Array) => Uint8Array>> = {
    gzip: (body) => zlib.gzipSync(body),
    "x-gzip": (body) => zlib.gzipSync(body),
    deflate: (body) => zlib.deflateSync(body),
    "deflate, identity": (body) => zlib.deflateSync(body),
    Deflate: (body) => zlib.deflateRawSync(body),
    br: (body) => zlib.brotliCompressSync(body),
    "gzip, br": (body) => zlib.brotliCompressSync(zlib.gzipSync(body))
  }
  for (const [coding, encode] of Object.entries(codings)) {
    it.scoped(`are decompressed up to the limit: ${coding}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(text(yield* answered(encode(plain), coding, plain.length)), plain)
        const { phase, reason, status } = yield* failure(answered(encode(plain), coding, plain.length - 1))
        assert.deepStrictEqual([reason, phase, status], ["BodyTooLarge", "body", 200])
      })
    )

    it.scoped(`may not grow over it: ${coding}`, () =>
      Effect.gen(function* () {
        const bomb = encode(new Uint8Array(20_000_000))
        assert.isBelow(bomb.length, 65_536)
        assert.strictEqual((yield* failure(answered(bomb, coding))).reason, "BodyTooLarge")
      })
    )

    it.scoped(`are refused where they break off: ${coding}`, () =>
      Effect.gen(function* () {
        const half = encode(plain).subarray(0, -10)
        assertIs(yield* failure(answered(half, coding)), { reason: "Protocol", phase: "body", mayHaveReached: true })
      })
    )
  }

  it.scoped("in a coding of which nobody has heard, or in too many, are returned as they came", () =>
    Effect.gen(function* () {
      for (const coding of ["constructor", "zstd", "gzip, gzip, gzip, gzip, gzip, gzip"]) {
        assert.strictEqual(text(yield* answered(Buffer.from(plain), coding)), plain)
      }
    })
  )

  it.scoped("may be empty", () =>
    Effect.gen(function* () {
      assert.strictEqual(text(yield* answered(new Uint8Array(), "gzip")), "")
    })
  )
})

describe("headers", () => {
  it.scoped("that come twice mean both", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({
        behaviours: [Fault.reply(soap, "Retry-After: 5\r\n"), Fault.reply(soap, "Retry-After: 5\r\nRetry-After: 6\r\n")]
      })
      const transport = yield* open(client, { endpoint: server.url })
      assert.deepStrictEqual((yield* transport.send(envelope)).retryAfter, Duration.seconds(5))
      assert.isUndefined((yield* transport.send(envelope)).retryAfter)
    })
  )
})

describe("options", () => {
  const refused: ReadonlyArray<UndiciTransport.Options> = [
    { endpoint: `https://user:${canary}@example.com/` },
    { endpoint: "http://example.com/" },
    { timeout: 0 },
    { maxBodyBytes: 0 }
  ]
  for (const options of refused) {
    it.scoped(`are refused as by HttpTransport: ${Object.keys(options).join()}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(UndiciTransport.make(options))
        assert.strictEqual(error._op, "InvalidData")
        assert.notInclude(String(error), canary)
      })
    )
  }

  it.effect("are the documented address and 15 seconds by default", () =>
    Effect.gen(function* () {
      const { deadline, endpoint, server, style } = yield* Effect.provide(Transport, UndiciTransport.layer())
      assert.deepStrictEqual(server, { address: "api.clickatell.com", port: 443 })
      assert.strictEqual(endpoint, HttpTransport.defaultEndpoint["document-literal"])
      assert.deepStrictEqual([Duration.toMillis(deadline), style], [15_000, "document-literal"])
    })
  )

  it.scoped("come from the environment", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply(soap))
      const environment = new Map([
        ["CLICKATELL_ENDPOINT", server.url],
        ["CLICKATELL_STYLE", "rpc-encoded"],
        ["CLICKATELL_TIMEOUT", "3 seconds"]
      ])
      const transport = yield* Transport.pipe(
        Effect.provide(yield* Layer.memoize(UndiciTransport.layerConfig())),
        Effect.withConfigProvider(ConfigProvider.fromMap(environment))
      )
      assert.deepStrictEqual([Duration.toMillis(transport.deadline), transport.style], [3_000, "rpc-encoded"])
      assert.deepStrictEqual(transport.server, { address: "127.0.0.1", port: server.port })
    })
  )
})

describe("the barrel", () => {
  it("loads without undici", () => {
    assert.hasAllKeys(platform, ["Endpoint", "HttpTransport", "KeyValueSessionStore"])
  })
})
