import type { Command } from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import type { CommandError } from "@effect-clickatell/core/Errors"
import { assert, describe, expectTypeOf, it } from "@effect/vitest"
import type { Effect } from "effect"
import { BigDecimal, Either, Schema } from "effect"
import { hex } from "./codec.ts"

const accepts =
  <A>(schema: Schema.Schema<A, string>) =>
  (text: string) =>
    Either.isRight(Schema.decodeEither(schema)(text))

describe("the words of the domain", () => {
  it("Msisdn is a number with its country code, digits alone", () => {
    const is = accepts(Commands.Msisdn)
    for (const number of ["27", "27990000001", "448311234567", "1".repeat(15)]) assert.isTrue(is(number), number)
    for (const number of ["", "+27", "0027", "2".repeat(16), "27\n", "27a"]) assert.isFalse(is(number), number)
  })

  it("ApiMessageId is 32 hexadecimal digits", () => {
    const is = accepts(Commands.ApiMessageId)
    for (const id of [hex, hex.toUpperCase()]) assert.isTrue(is(id), id)
    for (const id of ["", hex.slice(1), `${hex}0`, "g".repeat(32)]) assert.isFalse(is(id), id)
  })

  it("ClientMessageId is up to 32 letters and digits", () => {
    const is = accepts(Commands.ClientMessageId)
    for (const id of ["a", "7", "Order17", "z".repeat(32)]) assert.isTrue(is(id), id)
    for (const id of ["", "z".repeat(33), "a_b", "ä"]) assert.isFalse(is(id), id)
  })

  it("each is a text with a name of its own", () => {
    expectTypeOf<Commands.Msisdn>().toExtend<string>()
    expectTypeOf<string>().not.toExtend<Commands.Msisdn>()
    expectTypeOf<Commands.ApiMessageId>().not.toExtend<Commands.Msisdn>()
    expectTypeOf<Commands.ClientMessageId>().not.toExtend<Commands.ApiMessageId>()
  })

  it("MessageStatus is any code, with a table of those that are documented", () => {
    const is = accepts(Commands.MessageStatus)
    for (const code of Commands.messageStatuses.keys()) assert.isTrue(is(code), code)
    assert.isTrue(is("999"))
    assert.isFalse(is("delivered"))
    const numbers = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14]
    assert.deepStrictEqual(
      [...Commands.messageStatuses.keys()],
      numbers.map((number) => String(number).padStart(3, "0"))
    )
    assert.deepStrictEqual(Commands.messageStatuses.get("004"), {
      description: "Received by recipient",
      stage: "delivered"
    })
  })
})

it("the commands are typed by what they give, and what they can fail with", () => {
  expectTypeOf(Commands.sendMsg).returns.toEqualTypeOf<Command<readonly [Commands.Sent, ...Array<Commands.Sent>]>>()
  expectTypeOf(Commands.queryMsg).parameters.toEqualTypeOf<[which: Commands.MessageKey]>()
  expectTypeOf(Commands.sendMsgOnce).returns.toExtend<Effect.Effect<unknown, CommandError>>()
  expectTypeOf<{ readonly to: readonly []; readonly text: string }>().not.toExtend<Commands.SendMsg>()
})

describe("a result", () => {
  it("can be written down and read back", () => {
    const charge = { id: hex, charge: "0.8", status: "004" }
    const read = Schema.decodeSync(Commands.Charge)(charge)
    assert.isTrue(BigDecimal.equals(read.charge, BigDecimal.unsafeFromString("0.8")))
    assert.deepStrictEqual(Schema.encodeSync(Commands.Charge)(read), charge)
    const refusal = { _tag: "Refused", code: "128", description: "Number delisted", to: "27990000001" } as const
    assert.deepStrictEqual(Schema.encodeSync(Commands.Sent)(Schema.decodeSync(Commands.Sent)(refusal)), refusal)
  })
})
