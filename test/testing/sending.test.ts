// Which messages the emulator takes, and how it refuses the others.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Outcome from "@effect-clickatell/testing/Outcome"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { demo, execute, outcome, request, say, styles, to } from "./support.ts"

const world = (options: Emulator.Options = {}, transport: Emulator.TransportOptions = {}) =>
  Emulator.layerTransport(transport).pipe(Layer.provideMerge(Emulator.layer(options)))

const credentials = { api_id: "123456", user: "demo", password: "demo" }

/** What is answered to a document/literal `sendmsg` with these parameters, in the order given. */
const answer = (parameters: Readonly<Record<string, string | ReadonlyArray<string>>>) =>
  Effect.map(say(request("document-literal", "sendmsg", { ...credentials, ...parameters })), (text) =>
    text.replace("200 sendmsgResponse ", "").replaceAll(/[0-9a-f]{32}/g, "<id>")
  )

describe("the numbers of a message", () => {
  const numbers = {
    "1": Outcome.blocked,
    "2": Outcome.optedOut,
    "3": Outcome.delisted,
    "4": Outcome.refused("105"),
    "5": Outcome.undeliverable
  }

  it.effect("have a record each, in the order asked", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* answer({ to: [to, "1", "2", "3", "4", "5", "+27", "1234567890123456", to], text: "hi" }),
        `ID: <id> To: ${to}
ERR: 121, Destination mobile number blocked To: 1
ERR: 122, Destination mobile opted out To: 2
ERR: 128, Number delisted To: 3
ERR: 105, Invalid destination address To: 4
ID: <id> To: 5
ERR: 105, Invalid destination address To: +27
ERR: 105, Invalid destination address To: 1234567890123456
ID: <id> To: ${to}`
      )
    }).pipe(Effect.provide(world({ numbers })))
  )

  it.effect("are not named where there is one", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* answer({ to, text: "hi" }), "ID: <id>")
      assert.strictEqual(yield* answer({ to: "1", text: "hi" }), "ERR: 121, Destination mobile number blocked")
    }).pipe(Effect.provide(world({ numbers })))
  )

  it.effect("are read of any array that RPC clients write", () =>
    Effect.gen(function* () {
      const [open = "", close] = request("rpc-encoded", "sendmsg", { ...credentials, text: "hi", to: "" }).split(
        /<to .*?<\/to>/
      )
      for (const items of [
        "<item>1</item><item>27</item>",
        '<a xmlns="urn:a">1</a><b> 27 </b>',
        "<item/><item>1</item>"
      ]) {
        const records = yield* say(`${open}<to>${items}</to>${close}`)
        assert.match(
          records,
          /^200 sendmsgResponse ERR: 121, Destination mobile number blocked(?: To: 1\nID: .* To: 27)?$/
        )
      }
    }).pipe(Effect.provide(world({ numbers })))
  )

  it.effect("have no description where their code has none", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* answer({ to: "1", text: "hi" }), "ERR: 999")
      assert.strictEqual(yield* answer({ to: ["1", to], text: "hi" }), `ERR: 999 To: 1\nID: <id> To: ${to}`)
      const results = yield* execute(Commands.sendMsg({ to: ["1", to], text: "hi" }))
      assert.deepInclude(results[0], { _tag: "Refused", code: "999", description: "", to: "1" })
    }).pipe(Effect.provide(world({ numbers: { "1": Outcome.refused("999") } })))
  )

  it.effect("are treated apart for one account", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.account({ apiId: "1", user: "ada" }).setNumber(to, Outcome.optedOut)
      yield* emulator.account(demo).setNumber("27", Outcome.blocked)
      const adas = { api_id: "1", user: "ada", password: "x" }
      assert.strictEqual(yield* answer({ ...adas, to, text: "hi" }), "ERR: 122, Destination mobile opted out")
      assert.strictEqual(yield* answer({ ...adas, to: "27", text: "hi" }), "ID: <id>")
      assert.strictEqual(yield* answer({ to, text: "hi" }), "ID: <id>")
      assert.strictEqual(yield* answer({ to: "27", text: "hi" }), "ERR: 121, Destination mobile number blocked")
    }).pipe(Effect.provide(world({ credentials: "any" })))
  )
})

describe.each(styles)("a reply in %s", (style) => {
  it.effect("has its contract's form for one record and for several, and for an error", () =>
    Effect.gen(function* () {
      const { handle } = yield* Emulator.Emulator
      const returns = (operation: string, parameters: Readonly<Record<string, string | ReadonlyArray<string>>>) =>
        Effect.map(handle(new TextEncoder().encode(request(style, operation, parameters))), (answer) =>
          answer._tag === "Whole"
            ? /<return.*<\/return>/.exec(new TextDecoder().decode(answer.response.body))?.[0]
            : answer._tag
        )
      const isRpc = style === "rpc-encoded"
      const one = isRpc
        ? /^<return xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string\[1\]"><item xsi:type="xsd:string">(?:ID|ERR): [^<]*<\/item><\/return>$/
        : /^<return>(?:ID|ERR): [^<]*<\/return>$/
      const two = isRpc
        ? /^<return xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="xsd:string\[2\]">(?:<item xsi:type="xsd:string">ID: [^<]*<\/item>){2}<\/return>$/
        : /^(?:<return>ID: [^<]*<\/return>){2}$/
      const text = isRpc ? /^<return xsi:type="xsd:string">[^<]+<\/return>$/ : /^<return>[^<]+<\/return>$/
      assert.match((yield* returns("sendmsg", { ...credentials, to: [to, "27"], text: "hi" })) ?? "", two)
      for (const operation of ["sendmsg", "querymsg", "delmsg", "getmsgcharge"]) {
        assert.match((yield* returns(operation, credentials)) ?? "", one)
        assert.match((yield* returns(operation, {})) ?? "", one)
      }
      assert.match((yield* returns("sendmsg", { ...credentials, to, text: "hi" })) ?? "", one)
      for (const operation of ["auth", "ping", "getbalance", isRpc ? "routeCoverage" : "routecoverage"]) {
        assert.match((yield* returns(operation, { ...credentials, msisdn: "27" })) ?? "", text)
      }
    }).pipe(Effect.provide(world()))
  )
})

/** What the client of a shop sent for years that was generated from the WSDL. */
const zeros = {
  from: "",
  concat: "0",
  msg_callback: "0",
  deliv_ack: "0",
  deliv_time: "0",
  max_credits: "0",
  req_feat: "0",
  queue: "0",
  escalate: "0",
  mo: "0",
  climsgid: "",
  unicode: "0",
  msg_type: "",
  udh: "",
  data: "",
  validity: "0"
}

describe("a message is refused as a whole", () => {
  const refused: ReadonlyArray<readonly [name: string, parameters: Parameters<typeof answer>[0], code: string]> = [
    ["without a number", { text: "hi" }, "101"],
    ["with an empty number", { to: " ", text: "hi" }, "101"],
    ["for 301 numbers", { to: Array.from({ length: 301 }, (_, index) => String(index)), text: "hi" }, "101"],
    ["without a text", { to }, "107"],
    ["with an empty text", { to, text: "" }, "107"],
    ["with more text than a part holds", { to, text: "x".repeat(161) }, "113"],
    ["with letters that count twice", { to, text: "€".repeat(81) }, "113"],
    ["with more text than its parts hold", { to, text: "x".repeat(307), concat: "2" }, "113"],
    ["with more Unicode than a part holds", { to, text: "00e9".repeat(71), unicode: "1" }, "113"],
    ["with more data than a part holds", { to, data: "00".repeat(139), udh: "0102" }, "113"],
    ["with Unicode that is none", { to, text: "é", unicode: "1" }, "116"],
    ["with half a letter of Unicode", { to, text: "00e", unicode: "1" }, "116"],
    ["with data that is none", { to, data: "xy" }, "101"],
    ["with a header that is none", { to, data: "00", udh: "0" }, "102"],
    ["from a number of 17 digits", { to, text: "hi", from: "1".repeat(17) }, "106"],
    ["from a name of 12 letters", { to, text: "hi", from: "x".repeat(12) }, "106"],
    ["for later than a week", { to, text: "hi", deliv_time: "10081" }, "120"],
    ["for a time that is none", { to, text: "hi", deliv_time: "soon" }, "120"],
    ["with four parts", { to, text: "hi", concat: "4" }, "101"],
    ["with a validity that is none", { to, text: "hi", validity: "1441" }, "101"],
    ["with a client's id of other letters", { to, text: "hi", climsgid: "order-17" }, "101"],
    ["with a limit that is none", { to, text: "hi", max_credits: "1e9" }, "101"]
  ]
  for (const [name, parameters, code] of refused) {
    it.effect(`${name}: ${code}`, () =>
      Effect.gen(function* () {
        assert.match(yield* answer(parameters), new RegExp(`^ERR: ${code}, [^\\n]+$`))
        assert.deepStrictEqual(yield* (yield* Emulator.Emulator).messages, [])
      }).pipe(Effect.provide(world()))
    )
  }

  const taken: ReadonlyArray<readonly [name: string, parameters: Parameters<typeof answer>[0]]> = [
    ["300 numbers", { to: Array.from({ length: 300 }, (_, index) => String(index)), text: "hi" }],
    ["a full part", { to, text: "x".repeat(160) }],
    ["full parts", { to, text: "x".repeat(459), concat: "3" }],
    ["a full part of Unicode", { to, text: "00E9".repeat(70), unicode: "1" }],
    ["a full part of data", { to, data: "00".repeat(138), udh: "0102" }],
    ["a sender of 16 digits", { to, text: "hi", from: "1".repeat(16) }],
    ["a sender of 11 letters", { to, text: "hi", from: "Acme & Sons" }],
    ["a week's wait", { to, text: "hi", deliv_time: "10080" }],
    ["zeros for what is left out", { to, text: "hi", ...zeros }],
    ["blanks around numbers", { to: ` ${to}\n`, text: "hi", concat: " 1 ", validity: "1440 " }]
  ]
  for (const [name, parameters] of taken) {
    it.effect(`and not with ${name}`, () =>
      Effect.gen(function* () {
        assert.match(yield* answer(parameters), /^ID: <id>/)
      }).pipe(Effect.provide(world({ balance: 300 })))
    )
  }

  it.effect("in a session that is refused", () =>
    Effect.gen(function* () {
      const { expireSessions, messages } = yield* Emulator.Emulator
      const session_id = Redacted.value(yield* authenticate(demo))
      yield* expireSessions
      for (const operation of ["sendmsg", "querymsg", "delmsg", "getmsgcharge", "routecoverage", "getbalance"]) {
        assert.strictEqual(
          yield* say(request("document-literal", operation, { session_id, to, text: "hi" })),
          `200 ${operation}Response ERR: 001, Authentication failed`
        )
      }
      assert.deepStrictEqual(yield* messages, [])
    }).pipe(Effect.provide(world()))
  )
})

describe("the log of several records", () => {
  const last = Effect.map(
    Effect.flatMap(Emulator.Emulator, ({ log }) => log),
    (log) => log.at(-1)?.outcome
  )

  it.effect("is well where one of them is, and else what the first is", () =>
    Effect.gen(function* () {
      yield* execute(Commands.sendMsg({ to: ["1", to], text: "hi" }))
      assert.strictEqual(yield* last, "OK")
      yield* execute(Commands.sendMsg({ to: ["2", "1"], text: "hi" }))
      assert.strictEqual(yield* last, "ERR 122")
      assert.strictEqual(yield* outcome(execute(Commands.sendMsg({ to: [to], text: "x".repeat(161) }))), "ApiError 113")
      assert.strictEqual(yield* last, "ERR 113")
    }).pipe(Effect.provide(world({ numbers: { "1": Outcome.blocked, "2": Outcome.optedOut } })))
  )
})
