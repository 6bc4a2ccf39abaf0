// The npm package soap as a client, against the emulator.
import { assert, describe, it } from "@effect/vitest"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Wsdl from "@effect-clickatell/testing/Wsdl"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { join } from "node:path"
import * as soap from "soap"
import { strangerId, styles } from "../testing/support.ts"
import { operationsOf } from "./contract.ts"
import * as story from "./emulatorStory.ts"
import { temporaryFolder } from "./support.ts"

const world = Server.layer().pipe(Layer.provideMerge(Emulator.layer()))

/** Calls an operation that the client found in the WSDL, and gives the `return` or the fault's code. */
const call = (client: soap.Client, operation: string, parameters: object, options: object = {}) =>
  Effect.tryPromise(async (): Promise<string> => {
    const [result] = await client[`${operation}Async`](parameters, options)
    return typeof result.return === "string" ? result.return : result.return.$value
  }).pipe(Effect.catchAll(({ error }) => Effect.succeed(faultCode(error))))

/** An array is one in RPC/encoded, and a repeated element in document/literal. */
const inStyle = (style: Style, parameters: Readonly<Record<string, unknown>>): object =>
  style === "document-literal"
    ? parameters
    : Object.fromEntries(
        Object.entries(parameters).map(([name, value]) => [name, Array.isArray(value) ? { item: value } : value])
      )

for (const style of styles) {
  describe(`npm soap as a client, ${style}, and the emulator`, () => {
    it.live("builds itself from the WSDL, logs in, pings, and sees expiry and refusals", () =>
      Effect.gen(function* () {
        const { expireSessions, fail, log } = yield* Emulator.Emulator
        const { endpoint } = yield* EmulatorServer
        const client = yield* Effect.promise(() => soap.createClientAsync(`${endpoint(style)}?wsdl`))
        const services: Readonly<Record<string, Readonly<Record<string, object>>>> = client.describe()
        assert.hasAllKeys(Object.values(services).flatMap(Object.values)[0], ["auth", "ping", ...operationsOf(style)])
        const credentials = { api_id: 123456, user: "demo", password: "demo" }

        const login = yield* call(client, "auth", credentials)
        assert.match(login, /^OK: [0-9a-f]{32}$/)
        const session_id = login.slice(4)
        assert.strictEqual(yield* call(client, "ping", { session_id }), "OK:")
        assert.strictEqual(yield* call(client, "getbalance", { session_id }), "Credit: 123.4")
        assert.strictEqual(yield* call(client, "getbalance", credentials), "Credit: 123.4")
        const refused = "ERR: 001, Authentication failed"
        assert.strictEqual(yield* call(client, "auth", { ...credentials, password: "<&>" }), refused)
        assert.strictEqual(yield* call(client, "ping", { session_id: strangerId }), refused)
        assert.strictEqual(yield* call(client, "ping", {}), "ERR: 005, Missing session ID")

        yield* expireSessions
        assert.strictEqual(yield* call(client, "ping", { session_id }), refused)
        assert.deepInclude((yield* log).at(-1), { operation: "ping", session: 1, outcome: "ERR 001" })

        yield* fail(Fault.status(500, { headers: { "content-type": "text/xml" }, body: "<x/>" }))
        assert.strictEqual(yield* call(client, "ping", { session_id }), "no fault")
      }).pipe(Effect.provide(world))
    )

    it.live("sends, asks, stops and reckons by the WSDL", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const client = yield* Effect.promise(() => soap.createClientAsync(`${endpoint(style)}?wsdl`))
        yield* story.tell(style, (operation, parameters) =>
          Effect.tryPromise(async () => {
            const [{ return: returned }] = await client[`${operation}Async`](inStyle(style, parameters))
            return [returned.item ?? returned].flat().map((it) => (typeof it === "string" ? it : it.$value))
          })
        )
      }).pipe(Effect.provide(story.world))
    )

    it.scopedLive("gets faults for what the service cannot carry out", () =>
      Effect.gen(function* () {
        const { endpoint } = yield* EmulatorServer
        const wsdl = Wsdl.make(style, endpoint(style)).replaceAll("ping", "token_pay")
        const folder = yield* temporaryFolder
        const file = join(folder, "service.wsdl")
        fs.writeFileSync(file, wsdl)
        const client = yield* Effect.promise(() => soap.createClientAsync(file))
        assert.strictEqual(yield* call(client, "token_pay", { session_id: strangerId }), "SOAP-ENV:Client")
        const truncated = { postProcess: (xml: string) => xml.slice(0, -9) }
        assert.strictEqual(yield* call(client, "auth", {}, truncated), "SOAP-ENV:Client")
        assert.deepStrictEqual(
          (yield* (yield* Emulator.Emulator).log).map(({ operation, outcome }) => `${operation} ${outcome}`),
          ["token_pay Fault", " Fault"]
        )
      }).pipe(Effect.provide(world))
    )
  })
}

const Failed = Schema.Struct({
  root: Schema.Struct({
    Envelope: Schema.Struct({ Body: Schema.Struct({ Fault: Schema.Struct({ faultcode: Schema.String }) }) })
  })
})

const faultCode = (error: unknown): string =>
  Schema.is(Failed)(error) ? error.root.Envelope.Body.Fault.faultcode : "no fault"
