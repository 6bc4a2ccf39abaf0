import * as Reply from "@effect-clickatell/core/Reply"
import { assert, describe, it } from "@effect/vitest"
import { FastCheck, Option } from "effect"
import { hex, quoted, trimmed } from "./codec.ts"

const { Charge, Credit, Err, Id, Ok } = Reply.Record

const err = (code: string, description = "", to?: string) => Err({ code, description, to })
const id = (to?: string, status?: string) => Id({ id: hex, to, status })

describe("the documented grammar", () => {
  const documented: ReadonlyArray<readonly [string, Reply.Record]> = [
    // auth, ping, endbatch, token_pay
    [`OK: ${hex}`, Ok({ value: hex })],
    ["OK:", Ok({ value: "" })],
    ["OK", Ok({ value: undefined })],
    ["OK: 605", Ok({ value: "605" })],
    // routeCoverage
    [
      "OK: This prefix is currently supported. Messages sent to this prefix will be routed. Charge: 1",
      Ok({ value: "This prefix is currently supported. Messages sent to this prefix will be routed. Charge: 1" })
    ],
    ["OK:  This prefix is currently supported.", Ok({ value: "This prefix is currently supported." })],
    ["ERR: This prefix is not currently supported.", err("", "This prefix is not currently supported.")],
    // errors
    ["ERR: 001, Authentication failed", err("001", "Authentication failed")],
    ["ERR: 007", err("007")],
    ["ERR: 105, Invalid destination address To: 27821234567", err("105", "Invalid destination address", "27821234567")],
    ["ERR: 105 To: 27821234567", err("105", "", "27821234567")],
    // sendmsg, startbatch, senditem, quicksend, si_push, querymsg, delmsg
    [`ID: ${hex}`, id()],
    [`ID: ${hex} To: 27821234567`, id("27821234567")],
    [`ID: ${hex} Status: 003`, id(undefined, "003")],
    [`ID: ${hex}  Status: 003`, id(undefined, "003")],
    // getbalance
    ["Credit: 123.4", Credit({ amount: "123.4" })],
    ["Credits: 123.00", Credit({ amount: "123.00" })],
    ["Credit: 0", Credit({ amount: "0" })],
    ["Credit: -1.5", Credit({ amount: "-1.5" })],
    // getmsgcharge, in both spellings
    [`apiMsgId: ${hex} charge: 1 status: 004`, Charge({ id: hex, charge: "1", status: "004" })],
    [`apiMsgId: ${hex} charge: 0.5 status: 004`, Charge({ id: hex, charge: "0.5", status: "004" })],
    [`ID: ${hex} Charge: 2 Status: 008`, Charge({ id: hex, charge: "2", status: "008" })]
  ]

  for (const [text, record] of documented) {
    it(quoted(text), () => {
      assert.deepStrictEqual(Reply.parse(text), Option.some(record))
      assert.deepStrictEqual(Reply.parse(`\r\n\t ${text}  \r\n`), Option.some(record))
    })
  }
})

describe("its traps", () => {
  const read: ReadonlyArray<readonly [string, Reply.Record]> = [
    // with the blank, without it, and with more than one
    [`OK:${hex}`, Ok({ value: hex })],
    [`OK:\t${hex}`, Ok({ value: hex })],
    // what is a blank elsewhere, and a letter in XML
    ["OK:\u00a0", Ok({ value: "\u00a0" })],
    [`OK: \ufeff${hex}`, Ok({ value: `\ufeff${hex}` })],
    ["ERR:\u00a0001, x", err("", "\u00a0001, x")],
    ["ERR: 001, x\u3000", err("001", "x\u3000")],
    ["ERR:001,x", err("001", "x")],
    ["ERR:   001  ,   x", err("001", "x")],
    ["ERR:001", err("001")],
    ["ERR: 001,", err("001")],
    ["ERR: 001 ,", err("001")],
    // a code without its comma, a description without a code, and neither
    ["ERR: 001 Authentication failed", err("001", "Authentication failed")],
    ["ERR: Authentication failed", err("", "Authentication failed")],
    ["ERR:", err("")],
    ["ERR: ,", err("", ",")],
    ["ERR: , x", err("", ", x")],
    // commas, colons and whole records inside the description
    ["ERR: 101, a, b, c: d, OK: e", err("101", "a, b, c: d, OK: e")],
    ["ERR: 101, ERR: 001, x", err("101", "ERR: 001, x")],
    [`ERR: 101, ID: ${hex}`, err("101", `ID: ${hex}`)],
    ["ERR: 101, a\nb\r\nc", err("101", "a\nb\r\nc")],
    // codes are texts
    ["ERR: 010, x", err("010", "x")],
    ["ERR: 1, x", err("1", "x")],
    ["ERR: 0001, x", err("0001", "x")],
    ["ERR: 1", err("1")],
    ["ERR: 00000000000000000000000001, x", err("00000000000000000000000001", "x")],
    ["ERR: 1e3, x", err("", "1e3, x")],
    ["ERR: 0x1, x", err("", "0x1, x")],
    ["ERR: -01, x", err("", "-01, x")],
    ["ERR: ００１, x", err("", "００１, x")],
    // Without a comma only three digits and a blank are a code.
    ["ERR: 12 messages failed", err("", "12 messages failed")],
    ["ERR: 1234 messages failed", err("", "1234 messages failed")],
    ["ERR: 001Authentication failed", err("", "001Authentication failed")],
    // line ends after an id
    [`OK: ${hex}\r\n`, Ok({ value: hex })],
    // The recipient stands at the end and is a number.
    ["ERR: 105, To: 2 To: 3", err("105", "To: 2", "3")],
    ["ERR: 105, x To:3", err("105", "x", "3")],
    ["ERR: 105, x To: 3 4", err("105", "x To: 3 4")],
    ["ERR: 105, x To: nobody", err("105", "x To: nobody")],
    ["ERR: 105, x To:", err("105", "x To:")],
    ["ERR: To: 3", err("", "", "3")],
    ["ERR: 105, x to: 3", err("105", "x to: 3")],
    [`ID: ${hex} To: 3 Status: 003`, id("3", "003")],
    ["ID: short", Id({ id: "short", to: undefined, status: undefined })]
  ]
  const refused = [
    "",
    " ",
    "\n",
    "OKAY",
    "OK.",
    "OK 605",
    "ok",
    "ok:",
    "Ok:",
    "OK :",
    "oK: 1",
    "err: 001, x",
    "Err: 001",
    "ERR",
    "ERR 001, x",
    "ERR : 001",
    "ERROR: 001",
    "x OK:",
    "x ERR: 001",
    "\u200bOK:",
    "\u00a0OK:",
    "\ufeffOK:",
    "\u0085OK:",
    "\u2028OK:",
    "OK:\u2028",
    "OK\u00a0",
    // more than a line, or more than a record
    `OK:\n${hex}`,
    "OK: a\nb",
    "OK: a\rb",
    "OK:\n\nOK:",
    "OK: ERR: 001, x",
    "OK: a ERR: 001, x",
    "OK: a\nERR: 001, x",
    `ID: ${hex}\u00a0To: 3`,
    "Credit:\u00a01",
    '"OK:"',
    "0",
    "1",
    "true",
    "null",
    hex,
    "ID:",
    "ID",
    `id: ${hex}`,
    `ID ${hex}`,
    `ID: ${hex} extra`,
    `ID: ${hex} To:`,
    `ID: ${hex} To: nobody`,
    `ID: ${hex} Status: x`,
    `ID: ${hex}To: 3`,
    `ID: ${hex}\nID: ${hex}`,
    "ID: a:b",
    "Credit:",
    "Credit: x",
    "Credit: 1,5",
    "Credit: 1.",
    "Credit: 1e3",
    "Creditss: 1",
    "credit: 1",
    `apiMsgId: ${hex}`,
    `apiMsgId: ${hex} charge: x status: 001`,
    `apiMsgId: ${hex} charge: 1`,
    `apiMsgId: ${hex} status: 001 charge: 1`,
    "<html>",
    "{}"
  ]

  for (const [text, record] of read) {
    it(quoted(text), () => assert.deepStrictEqual(Reply.parse(text), Option.some(record)))
  }

  for (const text of refused) {
    it(`${quoted(text)} is no record`, () => assert.deepStrictEqual(Reply.parse(text), Option.none()))
  }

  it("keeps a description of any length and script", () => {
    const description = `${"x, ".repeat(3_400)}é 中 📨`
    assert.deepStrictEqual(Reply.parse(`ERR: 101, ${description}`), Option.some(err("101", description)))
  })

  it.prop("makes a record of any text or none, and always the same", [FastCheck.string({ unit: "binary" })], ([text]) =>
    assert.deepStrictEqual(Reply.parse(text), Reply.parse(`  ${text}\n`))
  )

  it.prop(
    "gives back each code and description",
    [FastCheck.stringMatching(/^\d{1,6}$/), FastCheck.string({ unit: "grapheme" })],
    ([code, text]) => {
      const description = trimmed(text)
      FastCheck.pre(!/To:\s*\d+$/.test(description))
      assert.deepStrictEqual(Reply.parse(`ERR: ${code}, ${text}`), Option.some(err(code, description)))
    }
  )
})
