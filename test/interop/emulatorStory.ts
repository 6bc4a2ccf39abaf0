// What any SOAP client gets of the emulator's messages, by nothing but the emulator's own WSDL.
import { assert, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Outcome from "@effect-clickatell/testing/Outcome"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { id } from "./commandCases.ts"

export const world = Server.layer().pipe(
  Layer.provideMerge(
    Emulator.layer({
      coverage: { "27": 0.8 },
      statuses: { "004": 0 },
      numbers: { "27990000002": Outcome.optedOut }
    })
  )
)

/**
 * A call of somebody else's client: what it is given for an operation by name, and the records that it makes of the reply, or the
 * code that it makes of a fault.
 */
export type Call<E> = (
  operation: string,
  parameters: Readonly<Record<string, unknown>>
) => Effect.Effect<ReadonlyArray<string>, E>

const credentials = { api_id: 123456, user: "demo", password: "demo" }

/** Logs in, pings, and meets refusals, a fault and the end of the session. */
export const tellOfSessions = <E>(call: Call<E>) =>
  Effect.gen(function* () {
    const { expireSessions, fail } = yield* Emulator.Emulator
    const refused = ["ERR: 001, Authentication failed"]
    assert.deepStrictEqual(yield* call("auth", { ...credentials, password: "<&> é" }), refused)
    assert.deepStrictEqual(yield* call("auth", { ...credentials, api_id: 1 }), ["ERR: 108, Invalid or missing API ID"])
    const [login = ""] = yield* call("auth", credentials)
    assert.match(login, /^OK: [0-9a-f]{32}$/)
    const ping = call("ping", { session_id: login.slice("OK: ".length) })
    assert.deepStrictEqual(yield* ping, ["OK:"])
    yield* fail(Fault.fault("Server"))
    assert.deepStrictEqual(yield* ping, ["SOAP-ENV:Server"])
    yield* expireSessions
    assert.deepStrictEqual(yield* ping, refused)
  })

/** Logs in, sends, asks, stops and reckons, by session and by credentials. */
export const tell = <E>(style: Style, call: Call<E>) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const isRpc = style === "rpc-encoded"
    const [login = ""] = yield* call("auth", credentials)
    const session_id = login.slice("OK: ".length)
    const own = isRpc ? "cliMsgId" : "climsgid"
    const message = { to: ["27990000001", "27990000002", "44"], text: "a <&> é", [own]: "order17", concat: 2 }
    const sent = yield* call("sendmsg", { session_id, ...message })
    const [kept] = yield* emulator.messages
    assert.deepInclude(kept, { to: "27990000001", content: "a <&> é", clientMessageId: "order17" })
    assert.deepStrictEqual(sent, [
      `ID: ${kept?.id} To: 27990000001`,
      "ERR: 122, Destination mobile opted out To: 27990000002",
      "ERR: 114, Cannot route message To: 44"
    ])
    const state = [`ID: ${kept?.id} Status: 004`]
    assert.deepStrictEqual(yield* call("querymsg", { session_id, apimsgid: kept?.id }), state)
    assert.deepStrictEqual(yield* call("querymsg", { session_id, climsgid: "order17" }), state)
    assert.deepStrictEqual(yield* call("delmsg", { ...credentials, apimsgid: kept?.id }), state)
    assert.deepStrictEqual(yield* call("getmsgcharge", { session_id, apimsgid: kept?.id }), [
      `apiMsgId: ${kept?.id} charge: 0.8 status: 004`
    ])
    assert.deepStrictEqual(yield* call("querymsg", { session_id, apimsgid: id }), ["ERR: 103, Unknown API message ID"])
    const cover = isRpc ? "routeCoverage" : "routecoverage"
    assert.match(String(yield* call(cover, { session_id, msisdn: "27" })), /^OK: .* Charge: 0\.8$/)
    assert.match(String(yield* call(cover, { session_id, msisdn: "44" })), /^ERR: This prefix is not /)
    const [one = ""] = yield* call("sendmsg", { ...credentials, to: ["27990000003"], text: "00e9", unicode: 1 })
    assert.match(one, /^ID: [0-9a-f]{32}$/)
    assert.strictEqual((yield* emulator.messages).at(-1)?.content, "é")
    assert.deepStrictEqual(yield* call("getbalance", { session_id }), ["Credit: 121.8"])
  })

/** Both stories as tests, for a client that keeps up a conversation. */
export const tests = <E, E2>(
  style: Style,
  client: Effect.Effect<Call<E>, E2, Server.EmulatorServer | Emulator.Emulator | Scope.Scope>
) => {
  it.scopedLive("logs in, pings, and meets refusals, a fault and expiry", () =>
    client.pipe(Effect.flatMap(tellOfSessions), Effect.provide(world))
  )

  it.scopedLive("sends, asks, stops and reckons", () =>
    client.pipe(
      Effect.flatMap((call) => tell(style, call)),
      Effect.provide(world)
    )
  )
}
