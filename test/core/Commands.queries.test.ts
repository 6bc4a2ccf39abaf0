import * as Commands from "@effect-clickatell/core/Commands"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { hex } from "./codec.ts"
import { refused } from "./commands.ts"
import { answered, content, styles } from "./messages.ts"

const string = { "document-literal": "", "rpc-encoded": ` xsi:type="xsd:string"` }

for (const style of styles) {
  describe(`in ${style}`, () => {
    it.effect("getBalance reads a decimal", () =>
      Effect.gen(function* () {
        const get = (text: string) => answered(style, Schema.BigDecimal, Commands.getBalance, text)
        assert.strictEqual(yield* content(style, Commands.getBalance), "getbalance>")
        assert.strictEqual(yield* get("Credit: 123.4"), "123.4")
        assert.strictEqual(yield* get("Credits: 123.00"), "123")
        assert.strictEqual(yield* get("Credit: -12345678901234567890.5"), "-12345678901234567890.5")
        for (const text of ["OK: 605", `Credit: ${"9".repeat(41)}`]) {
          assert.strictEqual(yield* get(text), "MalformedReply UnrecognisedReturn")
        }
        assert.strictEqual(yield* get("ERR: 901, Internal error"), `ApiError "901" "Internal error"`)
      })
    )

    it.effect("routeCoverage says whether a number is covered, and for how much", () =>
      Effect.gen(function* () {
        const operation = style === "rpc-encoded" ? "routeCoverage" : "routecoverage"
        const ask = (text: string) => answered(style, Commands.Coverage, Commands.routeCoverage("27990000001"), text)
        assert.strictEqual(
          yield* content(style, Commands.routeCoverage("27990000001")),
          `${operation}><msisdn${string[style]}>27990000001</msisdn>`
        )
        const words = "This prefix is currently supported. Messages sent to this prefix will be routed."
        for (const blanks of [" ", "  "]) {
          assert.deepStrictEqual(yield* ask(`OK:${blanks}${words} Charge: 0.8`), {
            _tag: "Covered",
            charge: "0.8"
          })
        }
        const no = "This prefix is not currently supported. Messages sent to this prefix will fail."
        assert.deepStrictEqual(yield* ask(`ERR: ${no}`), { _tag: "Uncovered", description: no })
        assert.strictEqual(
          yield* ask("ERR: 101, Invalid or missing parameters"),
          `ApiError "101" "Invalid or missing parameters"`
        )
        assert.strictEqual(yield* ask("ERR: 001, Authentication failed"), "AuthFailed SessionNotAccepted 001")
        for (const text of ["OK:", "OK: supported", "OK: x Charge: much", "OK: Charge: 1", "Credit: 1"]) {
          assert.strictEqual(yield* ask(text), "MalformedReply UnrecognisedReturn", text)
        }
      })
    )

    it.effect.each([
      ["querymsg", Commands.queryMsg],
      ["delmsg", Commands.delMsg]
    ] as const)("%s goes by either id and reads a status", ([operation, command]) =>
      Effect.gen(function* () {
        const ask = (text: string) => answered(style, Commands.MessageState, command({ id: hex }), text)
        assert.strictEqual(
          yield* content(style, command({ id: hex })),
          `${operation}><apimsgid${string[style]}>${hex}</apimsgid>`
        )
        assert.strictEqual(
          yield* content(style, command({ clientMessageId: "order17" })),
          `${operation}><climsgid${string[style]}>order17</climsgid>`
        )
        assert.deepStrictEqual(yield* ask(`ID: ${hex} Status: 004`), { id: hex, status: "004" })
        assert.deepStrictEqual(yield* ask(`ID: ${hex}  Status: 999`), { id: hex, status: "999" })
        assert.strictEqual(yield* ask("ERR: 103, Unknown API message ID"), `ApiError "103" "Unknown API message ID"`)
        for (const text of [`ID: ${hex}`, "ID: c0ffee Status: 004", `ID: ${hex} To: 27`, "OK:"]) {
          assert.strictEqual(yield* ask(text), "MalformedReply UnrecognisedReturn", text)
        }
      })
    )

    it.effect("getMsgCharge reads what a message cost", () =>
      Effect.gen(function* () {
        const ask = (text: string) => answered(style, Commands.Charge, Commands.getMsgCharge({ id: hex }), text)
        assert.strictEqual(
          yield* content(style, Commands.getMsgCharge({ id: hex })),
          `getmsgcharge><apimsgid${string[style]}>${hex}</apimsgid>`
        )
        const expected = { id: hex, charge: "1.5", status: "003" }
        assert.deepStrictEqual(yield* ask(`apiMsgId: ${hex} charge: 1.5 status: 003`), expected)
        assert.deepStrictEqual(yield* ask(`ID: ${hex} Charge: 1.5 Status: 003`), expected)
        assert.strictEqual(yield* ask(`ID: ${hex} Status: 003`), "MalformedReply UnrecognisedReturn")
      })
    )
  })
}

it("all of them may be sent again", () => {
  for (const { idempotent } of [
    Commands.getBalance,
    Commands.routeCoverage("27"),
    Commands.queryMsg({ id: hex }),
    Commands.delMsg({ id: hex }),
    Commands.getMsgCharge({ id: hex })
  ]) {
    assert.isTrue(idempotent)
  }
})

describe("what does not fit is refused by its name", () => {
  it("an id that is none", () => {
    for (const id of ["", "c0ffee", `${hex}0`, hex.replace("f", "g"), `${hex}\n`]) {
      assert.deepStrictEqual(refused(Commands.queryMsg({ id })), ["id"])
      assert.deepStrictEqual(refused(Commands.getMsgCharge({ id })), ["id"])
    }
    for (const clientMessageId of ["", "a".repeat(33), "a b", "a-b", "é"]) {
      assert.deepStrictEqual(refused(Commands.delMsg({ clientMessageId })), ["clientMessageId"])
    }
  })

  it("both ids, or none", () => {
    const both = { id: hex, clientMessageId: "a" }
    assert.deepStrictEqual(refused(Commands.queryMsg(both)), ["id", "clientMessageId"])
    assert.deepStrictEqual(refused(Commands.queryMsg({} as typeof both)), ["id", "clientMessageId"])
  })

  it("a number that is not in international form", () => {
    for (const to of ["", "+27990000001", "0027990000001", "0990000001", "27 99", "1".repeat(16), "２７"]) {
      assert.deepStrictEqual(refused(Commands.routeCoverage(to)), ["to"])
    }
  })
})
