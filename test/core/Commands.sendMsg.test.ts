import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import { assert, describe, it } from "@effect/vitest"
import { BigDecimal, Duration, Effect } from "effect"
import { refused, written } from "./commands.ts"
import { content, styles } from "./messages.ts"

const to = ["27990000001"] as const

const everything: Commands.SendMsg = {
  type: "SMS_FLASH",
  clientMessageId: "order17",
  mo: true,
  escalate: false,
  queue: 1,
  features: ["text", "flash", "deliveryAck", "text"],
  maxCredits: BigDecimal.unsafeFromString("2"),
  callback: 3,
  deliveryAck: true,
  validity: "1 hour",
  deliverAfter: Duration.days(7),
  concat: 3,
  from: "Acme",
  text: "hi <&>",
  to: ["27990000001", "27990000002"]
}

describe("a message with all that it can have", () => {
  it.effect("goes out in the order and with the names of document/literal", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* content("document-literal", Commands.sendMsg(everything)),
        "sendmsg><text>hi &lt;&amp;&gt;</text><to>27990000001</to><to>27990000002</to><from>Acme</from><concat>3</concat>" +
          "<msg_callback>3</msg_callback><deliv_ack>1</deliv_ack><deliv_time>10080</deliv_time><max_credits>2</max_credits>" +
          "<req_feat>8705</req_feat><queue>1</queue><escalate>0</escalate><mo>1</mo><climsgid>order17</climsgid>" +
          "<msg_type>SMS_FLASH</msg_type><validity>60</validity>"
      )
    })
  )

  it("goes out in the order and with the names and types of RPC/encoded", () =>
    assert.deepStrictEqual(written(Command.inStyle(Commands.sendMsg(everything), "rpc-encoded")), [
      ["to", "xsd:string", ["27990000001", "27990000002"]],
      ["from", "xsd:string", "Acme"],
      ["text", "xsd:string", "hi <&>"],
      ["concat", "xsd:int", "3"],
      ["deliv_ack", "xsd:int", "1"],
      ["msg_callback", "xsd:int", "3"],
      ["deliv_time", "xsd:int", "10080"],
      ["max_credits", "xsd:float", "2"],
      ["req_feat", "xsd:int", "8705"],
      ["queue", "xsd:int", "1"],
      ["escalate", "xsd:int", "0"],
      ["mo", "xsd:int", "1"],
      ["cliMsgId", "xsd:string", "order17"],
      ["msg_type", "xsd:string", "SMS_FLASH"],
      ["validity", "xsd:int", "60"]
    ]))
})

describe.each(styles)("the content in %s", (style) => {
  const parts = (message: Commands.SendMsg) =>
    written(Command.inStyle(Commands.sendMsg(message), style)).filter(([name]) => name !== "to")

  it("is a text", () => assert.deepStrictEqual(parts({ to, text: "€ 1" }), [["text", "xsd:string", "€ 1"]]))

  it("is hexadecimal UTF-16 where it is Unicode", () =>
    assert.deepStrictEqual(parts({ to, unicode: "é漢😀" }), [
      ["text", "xsd:string", "00e96f22d83dde00"],
      ["unicode", "xsd:int", "1"]
    ]))

  it("is 8-bit data with or without a header", () => {
    assert.deepStrictEqual(parts({ to, data: "00ff" }), [["data", "xsd:string", "00ff"]])
    assert.deepStrictEqual(parts({ to, data: "00ff", udh: "050003CC0201" }), [
      ["udh", "xsd:string", "050003CC0201"],
      ["data", "xsd:string", "00ff"]
    ])
  })
})

describe("what is refused before sending, by name", () => {
  const rows: ReadonlyArray<readonly [fields: ReadonlyArray<string>, message: object]> = [
    [["to.0"], { to: [] }],
    [["to"], { to: Array.from({ length: 301 }, () => "27990000001") }],
    [["to.1"], { to: ["27990000001", "+27990000002"] }],
    [["text"], { text: "" }],
    [["text"], { text: "\u0000" }],
    [["unicode"], { text: undefined, unicode: "\ud83d" }],
    [["data"], { text: undefined, data: "0" }],
    [["udh"], { text: undefined, data: "00", udh: "xy" }],
    [["from"], { from: "Acme & Sons" }],
    [["from"], { from: "a".repeat(12) }],
    [["from"], { from: "1".repeat(17) }],
    [["deliverAfter"], { deliverAfter: "10081 minutes" }],
    [["deliverAfter"], { deliverAfter: 0 }],
    [["validity"], { validity: "1441 minutes" }],
    [["validity"], { validity: "90 seconds" }],
    [["validity"], { validity: "soon" }],
    [["concat"], { concat: 4 }],
    [["callback"], { callback: 8 }],
    [["queue"], { queue: 0 }],
    [["features", "features.0"], { features: ["teleport"] }],
    [["type"], { type: "SMS_SMELL" }],
    [["clientMessageId"], { clientMessageId: "order-17" }],
    [["maxCredits"], { maxCredits: BigDecimal.unsafeFromString("-1") }],
    // Together they are none, or more than one, or what a text cannot have.
    [["text"], { text: undefined }],
    [["text", "unicode"], { unicode: "é" }],
    [["text", "data"], { data: "00" }],
    [["text", "unicode", "data"], { unicode: "é", data: "00" }],
    [["udh"], { udh: "00" }],
    [["queue", "from"], { from: "", queue: 9 }]
  ]
  it.each(rows)("%s", (fields, change) => {
    const message = { to, text: "hi", ...change } as Commands.SendMsg
    for (const style of styles) {
      assert.sameMembers([...refused(Command.inStyle(Commands.sendMsg(message), style))], [...fields], style)
    }
  })

  it("part of a credit, in document/literal alone", () => {
    for (const credits of ["0.8", "2147483648", "1.00000000000000001", "1e+30"]) {
      const amount = BigDecimal.unsafeFromString(credits)
      const message = Commands.sendMsg({ to, text: "hi", maxCredits: amount })
      assert.deepStrictEqual(refused(message), ["maxCredits"])
      assert.deepInclude(written(Command.inStyle(message, "rpc-encoded")), [
        "max_credits",
        "xsd:float",
        BigDecimal.format(amount)
      ])
    }
  })

  it("and what is at a limit is not", () => {
    const most = {
      to: Array.from({ length: 300 }, (_, at) => String(27990000000 + at)),
      text: "hi",
      from: "1".repeat(16),
      deliverAfter: "1 minute",
      validity: "1440 minutes",
      callback: 7,
      clientMessageId: "z".repeat(32)
    } as const
    assert.lengthOf(written(Commands.sendMsg({ ...most, to: [most.to[0] ?? "", ...most.to.slice(1)] })), 7)
  })
})

it("is not idempotent", () => assert.isFalse(Commands.sendMsg({ to, text: "hi" }).idempotent))
