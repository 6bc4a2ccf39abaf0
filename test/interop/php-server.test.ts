// Our client against PHP's SoapServer, whose prefixes the documentation's sample replies have.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { ping } from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Wsdl from "@effect-clickatell/testing/Wsdl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { read, request, strangerId, styles } from "../testing/support.ts"
import { missing, onRecord, post, servePhp, temporaryFolder } from "./support.ts"

const credentials = (change: object = {}) =>
  Either.getOrThrow(Credentials.make({ apiId: "123456", user: "demo", password: "d&m<o> é", ...change }))

const sessionId = (id: string) => Either.getOrThrow(SessionId.make(id))

const session = "f95d64c67d1d10d17443d636e4101711"
const fateful = "f".repeat(32)

for (const style of styles) {
  const serve = Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const wsdl = join(folder, "service.wsdl")
    fs.writeFileSync(wsdl, Wsdl.make(style, "http://127.0.0.1/"))
    const script = fileURLToPath(new URL("php/server.php", import.meta.url))
    return yield* servePhp(script, { EMULATOR_WSDL: wsdl, EMULATOR_STYLE: style })
  })

  describe.skipIf(missing.php)(`our client and PHP SoapServer, ${style}`, () => {
    it.scopedLive("logs in, pings, and understands refusals and faults", () =>
      Effect.gen(function* () {
        const endpoint = yield* serve
        yield* Effect.gen(function* () {
          const id = yield* authenticate(credentials())
          assert.strictEqual(Redacted.value(id), session)
          yield* ping(id)
          const wrong = yield* Effect.flip(authenticate(credentials({ password: "demo" })))
          assert.deepInclude({ ...wrong }, { _tag: "AuthFailed", reason: "BadCredentials", code: "001" })
          const stranger = yield* Effect.flip(authenticate(credentials({ apiId: "1" })))
          assert.deepInclude({ ...stranger }, { _tag: "AuthFailed", reason: "InvalidApiId", code: "108" })
          const unknown = yield* Effect.flip(ping(sessionId(strangerId)))
          assert.deepInclude({ ...unknown }, { _tag: "AuthFailed", reason: "SessionNotAccepted", code: "001" })
          const fault = yield* Effect.flip(ping(sessionId(fateful)))
          assert.deepInclude(
            { ...fault },
            {
              _tag: "SoapFault",
              faultCode: "SOAP-ENV:Server",
              faultString: "The database is away & <gone>",
              status: 500
            }
          )
        }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint, style })))
      })
    )

    it.scopedLive("is answered as on record", () =>
      Effect.gen(function* () {
        const endpoint = yield* serve
        const login = { api_id: "123456", user: "demo", password: "d&m<o> é" }
        const requests: ReadonlyArray<readonly [name: string, status: number, document: string]> = [
          ["auth", 200, request(style, "auth", login)],
          ["auth-refused", 200, request(style, "auth", { ...login, password: "x" })],
          ["ping", 200, request(style, "ping", { session_id: session })],
          ["ping-refused", 200, request(style, "ping", { session_id: strangerId })],
          ["fault-server", 500, request(style, "ping", { session_id: fateful })],
          ["fault-unknown-operation", 500, request(style, "sendmsg", { session_id: session })],
          ["fault-malformed", 500, "<nonsense"],
          ["fault-version", 500, request(style, "ping", {}).replace("schemas.xmlsoap.org/soap/envelope", "x")]
        ]
        for (const [name, status, document] of requests) {
          const reply = yield* post(endpoint, document)
          const { live, recorded } = onRecord(`php-soapserver-${style}-${name}`, reply.body)
          assert.strictEqual(reply.status, status, name)
          // These three are in PHP's own words, which depend on its version.
          if (/unknown|malformed|version/.test(name)) assert.match(read(reply.status, reply.body), /^500 SOAP-ENV:/)
          else assert.strictEqual(live, recorded, name)
        }
      })
    )
  })
}
