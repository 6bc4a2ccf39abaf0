// What a script says of messages and their accounts.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Script from "@effect-clickatell/testing/Script"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { demo, execute, outcome, to, wrong } from "./support.ts"

/** Runs a test against the emulator that does this just before the first `sendmsg`. */
const scripted = <A, E>(action: string, test: Effect.Effect<A, E, Layer.Layer.Success<ReturnType<typeof world>>>) =>
  Effect.flatMap(Script.fromJson("s.json", `[{ "on": "sendmsg", "do": ${action} }]`), (script) =>
    Effect.provide(test, world(script))
  )

const world = (script: Script.Script) =>
  Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer({ credentials: "any", script })))

const payToken = Command.make("token_pay", {
  parameters: Schema.Struct({}),
  decode: ([record]) => Option.some(record)
})({})

const ada = wrong({ apiId: "1", user: "ada" })
const message = Commands.sendMsg({ to: [to], text: "hi" })
const asAda = <A>(command: Command.Command<A>) =>
  Effect.flatMap(authenticate(ada), (id) => Command.execute(command, id))

/** What becomes of a message: an error's code or a status, and what is left. */
const send = Effect.gen(function* () {
  const [sent] = yield* execute(message)
  const told = sent._tag === "Refused" ? sent.code : (yield* execute(Commands.queryMsg({ id: sent.id }))).status
  return `${told} ${BigDecimal.format(yield* execute(Commands.getBalance))}`
}).pipe(Effect.catchAll((error) => Effect.succeed(error._tag === "ApiError" ? error.code : error.message)))

describe("a script", () => {
  const actions: ReadonlyArray<readonly [action: string, told: string]> = [
    [`{ "kind": "setBalance", "balance": 1.5 }`, "002 0.5"],
    [`{ "kind": "setBalance", "balance": 0 }`, "301"],
    [`{ "kind": "setCoverage", "coverage": { "27": 0.3, "44": 1 } }`, "002 123.1"],
    [`{ "kind": "setCoverage", "coverage": {} }`, "114 123.4"],
    [`{ "kind": "setQuota", "quota": { "messages": 0, "within": "1 day" } }`, "130"],
    [`{ "kind": "setQuota" }`, "002 122.4"],
    [`{ "kind": "setStatuses", "statuses": { "002": "1 minute", "009": 0 } }`, "009 122.4"],
    [`{ "kind": "setNumber", "number": "${to}", "outcome": { "kind": "refused", "code": "122" } }`, "122 123.4"],
    [
      `{ "kind": "setNumber", "number": "${to}", "outcome": { "kind": "taken", "statuses": { "005": 0 } } }`,
      "005 122.4"
    ],
    [`{ "kind": "setNumber", "number": "${to}" }`, "002 122.4"],
    [`{ "kind": "setBalance", "balance": 0, "account": { "apiId": "1", "user": "ada" } }`, "002 122.4"]
  ]
  for (const [action, told] of actions) {
    it.effect(`can ${action}`, () =>
      Effect.gen(function* () {
        assert.strictEqual(yield* scripted(action, send), told)
      })
    )
  }

  for (const [action, told] of [
    [`{ "kind": "setBalance", "balance": 0, "account": { "apiId": "1", "user": "ada" } }`, "ApiError 301"],
    [`{ "kind": "freeze", "account": { "apiId": "1", "user": "ada" } }`, "AuthFailed AccountFrozen 004"],
    [`{ "kind": "expireSessions", "account": { "apiId": "1", "user": "ada" } }`, "AuthFailed SessionNotAccepted 001"]
  ] as const) {
    it.effect(`can ${action} and leave the other account alone`, () =>
      Effect.gen(function* () {
        const [first, second] = yield* scripted(
          action,
          Effect.all([outcome(asAda(message)), outcome(execute(message))])
        )
        assert.deepStrictEqual([first, second], [told, "ok"])
      })
    )
  }

  it.effect("takes any operation's name", () =>
    Effect.gen(function* () {
      const script = yield* Script.fromJson("s.json", `[{ "on": "token_pay", "do": { "kind": "reset" } }]`)
      yield* Effect.gen(function* () {
        const id = yield* authenticate(demo)
        const pay = Command.execute(payToken, id)
        assert.strictEqual(yield* outcome(pay), "TransportError Reset")
      }).pipe(Effect.provide(world(script)))
    })
  )

  const mistakes: ReadonlyArray<readonly [action: string, message: RegExp]> = [
    [`{ "kind": "setBalance", "balance": "1" }`, /^s\.json: \[0\]\.do\.balance: Expected /],
    [`{ "kind": "setBalance", "balance": 1e999 }`, /^s\.json: \[0\]\.do\.balance: Expected /],
    [`{ "kind": "setCoverage", "coverage": { "+27": 1 } }`, /^s\.json: \[0\]\.do\.coverage\.\+27: /],
    [`{ "kind": "setQuota", "quota": { "messages": -1, "within": "1 day" } }`, /\.do\.quota\.messages: Expected /],
    [`{ "kind": "setStatuses", "statuses": { "4": 0 } }`, /^s\.json: \[0\]\.do\.statuses\.4: /],
    [
      `{ "kind": "setNumber", "number": "1", "outcome": { "kind": "refused", "code": 121 } }`,
      /\.outcome\.code: Expected /
    ],
    [`{ "kind": "freeze", "account": { "apiId": "1" } }`, /^s\.json: \[0\]\.do\.account\.user: is missing$/],
    [`{ "kind": "lockIp", "account": { "apiId": "1", "user": "ada" } }`, /^s\.json: \[0\]\.do\.account: is unexpected/]
  ]
  for (const [action, message] of mistakes) {
    it.effect(`is refused, with the place: ${action}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Script.fromJson("s.json", `[{ "do": ${action} }]`))
        assert.match(error.message, message)
      })
    )
  }
})
