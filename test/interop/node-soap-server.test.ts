// Our client against a server of the npm package soap, which writes other prefixes and other envelopes than PHP.
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
import { request, strangerId, styles } from "../testing/support.ts"
import * as contract from "./contract.ts"
import * as nodeSoapServer from "./nodeSoapServer.ts"
import { onRecord, post } from "./support.ts"

const session = "f95d64c67d1d10d17443d636e4101711"
const fateful = "f".repeat(32)
const password = "d&m<o> é"

type Given = string | number | { readonly $value: string | number }

const value = (given: Given) => String(typeof given === "object" ? given.$value : given)

const operations = {
  auth: (given: Readonly<Record<string, Given>>) => ({
    return:
      value(given["user"] ?? "") === "demo" && value(given["password"] ?? "") === password
        ? `OK: ${session}`
        : "ERR: 001, Authentication failed"
  }),
  ping: (given: Readonly<Record<string, Given>>) => {
    const id = value(given["session_id"] ?? "")
    if (id === fateful) throw { Fault: { faultcode: "soap:Server", faultstring: "away & <gone>", statusCode: 500 } }
    return { return: id === session ? "OK:" : "ERR: 001, Authentication failed" }
  }
}

const sessionId = (id: string) => Either.getOrThrow(SessionId.make(id))
const credentials = (password: string) =>
  Either.getOrThrow(Credentials.make({ apiId: "123456", user: "demo", password }))

const services = {
  "document-literal": { ClickatellSms: { ClickatellSms: operations } },
  "rpc-encoded": { PushServerWS: { PushServerWSPortType: operations } }
}

for (const style of styles) {
  const serve = nodeSoapServer.serve(
    services[style],
    contract.withActions(style, Wsdl.make(style, "http://127.0.0.1/"))
  )

  describe(`our client and a server of npm soap, ${style}`, () => {
    it.scopedLive("logs in, pings, and understands refusals and faults", () =>
      Effect.gen(function* () {
        const endpoint = yield* serve
        yield* Effect.gen(function* () {
          const id = yield* authenticate(credentials(password))
          assert.strictEqual(Redacted.value(id), session)
          yield* ping(id)
          const wrong = yield* Effect.flip(authenticate(credentials("demo")))
          assert.deepInclude({ ...wrong }, { _tag: "AuthFailed", reason: "BadCredentials", code: "001" })
          const unknown = yield* Effect.flip(ping(sessionId(strangerId)))
          assert.deepInclude({ ...unknown }, { _tag: "AuthFailed", reason: "SessionNotAccepted", code: "001" })
          const fault = yield* Effect.flip(ping(sessionId(fateful)))
          assert.deepInclude(
            { ...fault },
            { _tag: "SoapFault", faultCode: "soap:Server", faultString: "away & <gone>" }
          )
        }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint, style })))
      })
    )

    it.scopedLive("is answered as on record", () =>
      Effect.gen(function* () {
        const endpoint = yield* serve
        const login = { api_id: "123456", user: "demo", password }
        const requests: ReadonlyArray<readonly [name: string, status: number, document: string]> = [
          ["auth", 200, request(style, "auth", login)],
          ["auth-refused", 200, request(style, "auth", { ...login, password: "x" })],
          ["ping", 200, request(style, "ping", { session_id: session })],
          ["ping-refused", 200, request(style, "ping", { session_id: strangerId })],
          ["fault-server", 500, request(style, "ping", { session_id: fateful })]
        ]
        for (const [name, status, document] of requests) {
          const reply = yield* post(endpoint, document)
          const { live, recorded } = onRecord(`node-soap-${style}-${name}`, reply.body)
          assert.strictEqual(reply.status, status, name)
          assert.strictEqual(live, recorded, name)
        }
      })
    )
  })
}
