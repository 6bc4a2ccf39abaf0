import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as http from "node:http"
import * as net from "node:net"
import * as zlib from "node:zlib"
import type { Reply } from "./http.ts"
import { call, post } from "./http.ts"
import { read, request, strangerId, styles } from "./support.ts"

const world = Server.layer().pipe(Layer.provideMerge(Emulator.layer()))

const login = (style: (typeof styles)[number]) =>
  request(style, "auth", { api_id: "123456", user: "demo", password: "demo" })

/** The namespace and the address of the contract at a URL. */
const contractAt = (url: string, headers = {}) =>
  Effect.map(call(url, { headers }), (it) => /tns="(.*?)"[^]*location="(.*?)"/.exec(it.body.toString())?.slice(1))

const told = (reply: Reply) => read(reply.status, reply.body)

describe("the emulator over HTTP", () => {
  for (const style of styles) {
    it.live(`answers ${style} with UTF-8 XML`, () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const reply = yield* post(endpoint(style), login(style))
        assert.match(told(reply), /^200 authResponse OK: [0-9a-f]{32}$/)
        assert.strictEqual(reply.headers["content-type"], "text/xml; charset=utf-8")
        const id = told(reply).slice(-32)
        assert.strictEqual(
          told(yield* post(endpoint(style), request(style, "ping", { session_id: id }))),
          "200 pingResponse OK:"
        )
      }).pipe(Effect.provide(world))
    )
  }

  it.live("minds neither path nor headers", () =>
    Effect.gen(function* () {
      const { port } = yield* EmulatorServer
      const ping = request("document-literal", "ping", { session_id: strangerId })
      for (const path of ["/", "/x?y", "/soap/webservice.php", "//"]) {
        for (const headers of [{}, { soapaction: '"anything"', "content-type": "application/octet-stream" }]) {
          assert.strictEqual(
            told(yield* post(`http://127.0.0.1:${port}${path}`, ping, headers)),
            "200 pingResponse ERR: 001, Authentication failed"
          )
        }
      }
    }).pipe(Effect.provide(world))
  )

  it.live("reads bodies that are chunked, compressed or awaited", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* EmulatorServer
      const url = endpoint("document-literal")
      const body = login("document-literal")
      const ok = /^200 authResponse OK: /
      assert.match(told(yield* call(url, { method: "POST" }, [body.slice(0, 99), body.slice(99)])), ok)
      assert.match(told(yield* post(url, zlib.gzipSync(body), { "content-encoding": "gzip" })), ok)
      assert.match(told(yield* post(url, body, { expect: "100-continue" })), ok)
      assert.strictEqual((yield* post(url, body, { "content-encoding": "br" })).status, 415)
      assert.strictEqual((yield* post(url, body, { "content-encoding": "gzip" })).status, 400)
      assert.strictEqual((yield* post(url, "x".repeat(2 ** 20 + 1))).status, 413)
      const bomb = zlib.gzipSync(Buffer.alloc(2 ** 24))
      assert.strictEqual((yield* post(url, bomb, { "content-encoding": "gzip" })).status, 413)
    }).pipe(Effect.provide(world))
  )

  it.live("answers what it cannot carry out with faults and hints", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* EmulatorServer
      const url = endpoint("document-literal")
      assert.strictEqual(told(yield* post(url, "")), "500 SOAP-ENV:Client")
      assert.strictEqual(told(yield* post(url, login("document-literal").slice(0, -3))), "500 SOAP-ENV:Client")
      assert.strictEqual(told(yield* post(url, request("rpc-encoded", "token_pay", {}))), "500 SOAP-ENV:Client")
      for (const method of ["GET", "HEAD", "PUT", "DELETE"]) {
        const reply = yield* call(url, { method })
        assert.strictEqual(reply.status, 405)
        assert.strictEqual(reply.headers.allow, "POST")
        if (method === "GET") assert.include(reply.body.toString(), "?wsdl")
      }
    }).pipe(Effect.provide(world))
  )

  it.live("serves its contract under the address that the client used", () =>
    Effect.gen(function* () {
      const { endpoint, port } = yield* EmulatorServer
      const at = `http://127.0.0.1:${port}`
      const doc = [
        "http://api.clickatell.com/soap/document_literal/webservice",
        `${at}/soap/document_literal/webservice`
      ]
      const rpc = ["http://api.clickatell.com/soap/webservice", `${at}/soap/webservice.php`]
      assert.deepStrictEqual(yield* contractAt(`${endpoint("document-literal")}?wsdl`), doc)
      assert.deepStrictEqual(yield* contractAt(`${endpoint("rpc-encoded")}?wsdl`), rpc)
      assert.deepStrictEqual(yield* contractAt(`${at}/?WSDL`), doc)
      assert.deepStrictEqual(yield* contractAt(`${at}/?wsdl&style=rpc`), rpc)
      assert.deepStrictEqual(yield* contractAt(`${at}/soap/webservice_vs.php?wsdl`), rpc)
      assert.deepStrictEqual(yield* contractAt(`${at}/soap/rpc_encoded/webservice?wsdl`), rpc)
      assert.deepStrictEqual(yield* contractAt(`${at}/?wsdl`, { host: "sms.test:81" }), [
        doc[0],
        "http://sms.test:81/soap/document_literal/webservice"
      ])
      assert.strictEqual((yield* call(`${at}/?wsdl`, { headers: { host: '"><x' } })).status, 405)
    }).pipe(Effect.provide(world))
  )

  it.live("serves the schema that its contract of RPC/encoded imports", () =>
    Effect.gen(function* () {
      const { endpoint, port } = yield* EmulatorServer
      const wsdl = yield* call(`http://127.0.0.1:${port}/?wsdl&style=rpc`, {})
      const [, location = ""] =
        /import namespace="[^"]*\/encoding\/" schemaLocation="(.*?)"/.exec(String(wsdl.body)) ?? []
      assert.strictEqual(location, `${endpoint("rpc-encoded")}?xsd`)
      const schema = yield* call(location, {})
      assert.deepInclude(schema.headers, { "content-type": "text/xml; charset=utf-8" })
      assert.include(String(schema.body), ' targetNamespace="http://schemas.xmlsoap.org/soap/encoding/"')
    }).pipe(Effect.provide(world))
  )

  const broken: ReadonlyArray<readonly [fault: Fault.Fault, outcome: string]> = [
    [Fault.refuse, "headers: ECONNRESET"],
    [Fault.reset, "headers: ECONNRESET"],
    [Fault.drop, "headers: ECONNRESET"],
    [Fault.transport("Dns"), "headers: ECONNRESET"],
    [Fault.truncate, "body: ECONNRESET"],
    [Fault.hang, "silence"],
    [Fault.stall, "silence"]
  ]
  for (const [fault, outcome] of broken) {
    it.live(`acts on the socket: ${fault.kind}`, () =>
      Effect.gen(function* () {
        const { fail, log } = yield* Emulator.Emulator
        const { endpoint } = yield* EmulatorServer
        yield* fail(fault)
        const result = yield* post(endpoint("document-literal"), login("document-literal")).pipe(
          Effect.map(told),
          Effect.timeoutTo({ duration: 200, onSuccess: (it) => it, onTimeout: () => "silence" }),
          Effect.merge
        )
        assert.strictEqual(result, outcome)
        assert.strictEqual((yield* log)[0]?.outcome, fault.kind)
        assert.match(told(yield* post(endpoint("document-literal"), login("document-literal"))), /OK:/)
      }).pipe(Effect.provide(world))
    )
  }

  it.live("stalls after half of the answer", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      const { port } = yield* EmulatorServer
      yield* fail(Fault.stall)
      const body = login("document-literal")
      const got = yield* Effect.async<string>((resume) => {
        const socket = net.connect(port, "127.0.0.1", () =>
          socket.write(`POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
        )
        let text = ""
        socket.on("data", (chunk) => {
          text += chunk.toString()
          if (text.includes("<SOAP-ENV:Envelope")) resume(Effect.succeed(text))
        })
        return Effect.sync(() => socket.destroy())
      }).pipe(Effect.timeout("5 seconds"))
      const length = Number(/content-length: (\d+)/.exec(got)?.[1])
      assert.strictEqual(got.length - got.indexOf("\r\n\r\n") - 4, Math.floor(length / 2))
    }).pipe(Effect.provide(world))
  )

  it.live("sends scripted answers as they are", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      const { endpoint } = yield* EmulatorServer
      const next = (fault: Fault.Fault) =>
        Effect.zipRight(fail(fault), post(endpoint("rpc-encoded"), login("rpc-encoded")))
      const down = yield* next(Fault.status(503, { headers: { "retry-after": "5" }, body: "<html>down</html>" }))
      assert.deepInclude(
        { ...down.headers, status: down.status, body: down.body.toString() },
        {
          status: 503,
          "retry-after": "5",
          "content-type": "text/html; charset=utf-8",
          body: "<html>down</html>"
        }
      )
      const raw = yield* next(Fault.raw("é"))
      assert.deepStrictEqual([raw.status, raw.body.toString()], [200, "é"])
      assert.strictEqual(told(yield* next(Fault.reply("ERR: 901, a & b"))), "200 authResponse ERR: 901, a & b")
      const [took] = yield* Effect.timed(next(Fault.delay("100 millis")))
      assert.isAtLeast(Duration.toMillis(took), 95)
    }).pipe(Effect.provide(world))
  )

  it.live("closes at once, hanging requests and idle connections included", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const context = yield* Layer.buildWithScope(world, scope)
      const struck = yield* Deferred.make<void>()
      const requests = yield* Effect.gen(function* () {
        const { fail, log } = yield* Emulator.Emulator
        const { endpoint } = yield* EmulatorServer
        const agent = new http.Agent({ keepAlive: true })
        yield* call(endpoint("rpc-encoded"), { method: "GET", agent })
        yield* fail(Fault.hang)
        const fiber = yield* Effect.fork(Effect.flip(post(endpoint("rpc-encoded"), login("rpc-encoded"))))
        yield* Effect.repeat(log, { until: (entries) => entries.length > 0 })
        yield* Deferred.succeed(struck, undefined)
        return fiber
      }).pipe(Effect.provide(context))
      yield* Deferred.await(struck)
      yield* Scope.close(scope, Exit.void).pipe(Effect.timeout("1 second"))
      assert.strictEqual(yield* Fiber.join(requests), "headers: ECONNRESET")
    })
  )

  it.live("says when the port is taken", () =>
    Effect.gen(function* () {
      const { port } = yield* EmulatorServer
      const error = yield* Effect.flip(
        Effect.scoped(Layer.build(Layer.provide(Server.layer({ port }), Emulator.layer())))
      )
      assert.strictEqual(error._tag, "ServeError")
    }).pipe(Effect.provide(world))
  )
})
