// PHP's SoapClient, as Clickatell's documentation shows it, against the emulator.
import { assert, describe, it } from "@effect/vitest"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { fileURLToPath } from "node:url"
import { read, request, strangerId, styles } from "../testing/support.ts"
import { placed } from "./contract.ts"
import * as story from "./emulatorStory.ts"
import { missing, run } from "./support.ts"

const world = Server.layer().pipe(Layer.provideMerge(Emulator.layer()))

const script = fileURLToPath(new URL("php/client.php", import.meta.url))

interface Call {
  readonly operation?: string
  readonly parameters?: object
  readonly raw?: string
}

const Outcome = Schema.Struct({
  return: Schema.optional(Schema.Union(Schema.String, Schema.Array(Schema.String))),
  fault: Schema.optional(Schema.String),
  response: Schema.optional(Schema.String),
  request: Schema.optional(Schema.String)
})

const php = (job: object, ...calls: ReadonlyArray<Call>) =>
  run("php", [script], JSON.stringify({ ...job, calls })).pipe(
    Effect.flatMap(Schema.decode(Schema.parseJson(Schema.Array(Outcome))))
  )

const said = (outcomes: ReadonlyArray<typeof Outcome.Type>) =>
  outcomes.map((it) => [it.return ?? it.fault ?? it.response ?? []].flat().join("\n"))

const auth = (password = "demo", apiId = 123456): Call => ({
  operation: "auth",
  parameters: { api_id: apiId, user: "demo", password }
})
const ping = (id: string): Call => ({ operation: "ping", parameters: { session_id: id } })

for (const style of styles) {
  describe.skipIf(missing.php)(`PHP SoapClient, ${style}, and the emulator`, () => {
    it.live("builds itself from the WSDL, logs in, pings, and sees expiry and refusals", () =>
      Effect.gen(function* () {
        const { expireSessions, log } = yield* Emulator.Emulator
        const { endpoint } = yield* EmulatorServer
        const job = { wsdl: `${endpoint(style)}?wsdl`, style }
        const [login = ""] = said(yield* php(job, auth()))
        assert.match(login, /^OK: [0-9a-f]{32}$/)
        const id = login.slice(4)
        assert.deepStrictEqual(
          said(
            yield* php(
              job,
              ping(id),
              { operation: "getbalance", parameters: { session_id: id } },
              auth("wrong"),
              auth("demo", 1),
              ping(strangerId),
              ping("")
            )
          ),
          [
            "OK:",
            "Credit: 123.4",
            "ERR: 001, Authentication failed",
            "ERR: 108, Invalid or missing API ID",
            "ERR: 001, Authentication failed",
            "ERR: 005, Missing session ID"
          ]
        )
        yield* expireSessions
        assert.deepStrictEqual(said(yield* php(job, ping(id))), ["ERR: 001, Authentication failed"])
        assert.deepInclude((yield* log).at(-1), { operation: "ping", session: 1, outcome: "ERR 001" })
      }).pipe(Effect.provide(world))
    )

    it.live("sends, asks, stops and reckons by the WSDL", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const job = { wsdl: `${endpoint(style)}?wsdl`, style }
        yield* story.tell(style, (operation, given) => {
          const parameters = style === "rpc-encoded" ? placed(operation, given) : given
          return Effect.map(php(job, { operation, parameters }), ([outcome]) => [outcome?.return ?? []].flat())
        })
      }).pipe(Effect.provide(story.world))
    )

    it.live("gets faults for what the service cannot carry out", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const job = { location: endpoint(style), uri: Envelope.namespace[style], style }
        const [unknown, malformed] = yield* php(
          job,
          { operation: "token_pay", parameters: { session_id: strangerId } },
          { raw: request(style, "ping", { session_id: strangerId }).slice(0, -9) }
        )
        assert.strictEqual(unknown?.fault, "SOAP-ENV:Client")
        assert.strictEqual(read(500, new TextEncoder().encode(malformed?.response)), "500 SOAP-ENV:Client")
      }).pipe(Effect.provide(world))
    )

    it.live("sends the very bytes that we send", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const outcomes = yield* php(
          { wsdl: `${endpoint(style)}?wsdl`, style },
          ping(strangerId),
          auth("<&> \" 'é€\u{1F600}")
        )
        assert.strictEqual(outcomes[0]?.request, `${request(style, "ping", { session_id: strangerId })}\n`)
        assert.strictEqual(outcomes[1]?.return, "ERR: 001, Authentication failed")
      }).pipe(Effect.provide(world))
    )
  })
}
