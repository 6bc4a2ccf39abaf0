import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as ErrorCode from "@effect-clickatell/core/ErrorCode"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Reply from "@effect-clickatell/core/Reply"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, FastCheck, Option, Redacted } from "effect"
import { answering, escape, pinged, reply, sessionId, summary } from "./codec.ts"

const { Charge, Credit, Err, Id, Ok } = Reply.Record
const hex = "f95d64c67d1d10d17443d636e4101711"
const err = (code: string, description = "", to?: string) => Err({ code, description, to })
const id = (to?: string, status?: string) => Id({ id: hex, to, status })

const describeRecord = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

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
    it(describeRecord(text), () => {
      assert.deepStrictEqual(Reply.parse(text), Option.some(record))
      assert.deepStrictEqual(Reply.parse(`\r\n\t ${text}  \r\n`), Option.some(record))
    })
  }
})

describe("its traps", () => {
  const read: ReadonlyArray<readonly [string, Reply.Record]> = [
    // 1: with the blank, without it, and with more than one
    [`OK:${hex}`, Ok({ value: hex })],
    [`OK:\t${hex}`, Ok({ value: hex })],
    [`OK:\n${hex}`, Ok({ value: hex })],
    ["ERR:001,x", err("001", "x")],
    ["ERR:   001  ,   x", err("001", "x")],
    ["ERR:001", err("001")],
    ["ERR: 001,", err("001")],
    ["ERR: 001 ,", err("001")],
    // 2: a code without its comma, a description without a code, and neither
    ["ERR: 001 Authentication failed", err("001", "Authentication failed")],
    ["ERR: Authentication failed", err("", "Authentication failed")],
    ["ERR:", err("")],
    ["ERR: ,", err("", ",")],
    ["ERR: , x", err("", ", x")],
    // 3: commas, colons and whole records inside the description
    ["ERR: 101, a, b, c: d, OK: e", err("101", "a, b, c: d, OK: e")],
    ["ERR: 101, ERR: 001, x", err("101", "ERR: 001, x")],
    [`ERR: 101, ID: ${hex}`, err("101", `ID: ${hex}`)],
    ["ERR: 101, a\nb\r\nc", err("101", "a\nb\r\nc")],
    // 4: codes are texts
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
    // 7: line ends after an id
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
    it(describeRecord(text), () => assert.deepStrictEqual(Reply.parse(text), Option.some(record)))
  }

  for (const text of refused) {
    it(`${describeRecord(text)} is no record`, () => assert.deepStrictEqual(Reply.parse(text), Option.none()))
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
      const description = text.trim()
      FastCheck.pre(!/To:\s*\d+$/.test(description))
      assert.deepStrictEqual(Reply.parse(`ERR: ${code}, ${text}`), Option.some(err(code, description)))
    }
  )
})

const credentials = Either.getOrThrow(Credentials.make({ apiId: "1", user: "some-user", password: "some-password" }))

const authenticated = (body: string) =>
  Authenticate.authenticate(credentials).pipe(
    Effect.match({ onFailure: summary, onSuccess: (id) => `Success ${Redacted.value(id)}` }),
    Effect.provide(answering(body))
  )
const both = (text: string) =>
  Effect.all([pinged(reply("ping", escape(text))), authenticated(reply("auth", escape(text)))])

describe("what each return text is to a ping and to a login", () => {
  const unrecognised = "MalformedReply UnrecognisedReturn"
  const noId = "MalformedReply BadSessionId"
  const rows: ReadonlyArray<readonly [text: string, ping: string, auth: string]> = [
    // Rows 1 and 2 of the scenarios
    ["OK:", "Success", noId],
    ["OK:\n", "Success", noId],
    ["OK:\r\n", "Success", noId],
    [" OK: ", "Success", noId],
    [`OK: ${hex}`, "Success", `Success ${hex}`],
    [`OK:${hex}`, "Success", `Success ${hex}`],
    [`OK: ${hex}\r\n`, "Success", `Success ${hex}`],
    [`OK: ${hex.toUpperCase()}`, "Success", `Success ${hex.toUpperCase()}`],
    // 3 to 9
    ["ERR: 001, Authentication failed", "AuthFailed SessionNotAccepted 001", "AuthFailed BadCredentials 001"],
    ["ERR: 001", "AuthFailed SessionNotAccepted 001", "AuthFailed BadCredentials 001"],
    ["ERR: 002, Unknown username or password", "AuthFailed BadCredentials 002", "AuthFailed BadCredentials 002"],
    ["ERR: 003, Session ID expired", "AuthFailed SessionNotAccepted 003", `ApiError "003" "Session ID expired"`],
    ["ERR: 005, Missing session ID", "AuthFailed SessionNotAccepted 005", `ApiError "005" "Missing session ID"`],
    ["ERR: 004, Account frozen", "AuthFailed AccountFrozen 004", "AuthFailed AccountFrozen 004"],
    ["ERR: 007, IP lockdown violation", "AuthFailed IpLockdown 007", "AuthFailed IpLockdown 007"],
    ["ERR: 108, Invalid or missing API ID", "AuthFailed InvalidApiId 108", "AuthFailed InvalidApiId 108"],
    // 13 and 14: verbatim, and by the code alone
    ["ERR: 777, x", `ApiError "777" "x"`, `ApiError "777" "x"`],
    ["ERR: 1, Authentication failed", `ApiError "1" "Authentication failed"`, `ApiError "1" "Authentication failed"`],
    [
      "ERR: 0001, Authentication failed",
      `ApiError "0001" "Authentication failed"`,
      `ApiError "0001" "Authentication failed"`
    ],
    ["ERR: 006, ?", `ApiError "006" "?"`, `ApiError "006" "?"`],
    ["ERR: Authentication failed", `ApiError "" "Authentication failed"`, `ApiError "" "Authentication failed"`],
    ["ERR: 101, Session ID expired", `ApiError "101" "Session ID expired"`, `ApiError "101" "Session ID expired"`],
    [
      "ERR: 003, authentication FAILED.",
      "AuthFailed SessionNotAccepted 003",
      `ApiError "003" "authentication FAILED."`
    ],
    ["ERR:001,x", "AuthFailed SessionNotAccepted 001", "AuthFailed BadCredentials 001"],
    ["ERR:", `ApiError "" ""`, `ApiError "" ""`],
    ["err: 001, x", unrecognised, unrecognised],
    // 16 and 17: no guess
    ["OK", unrecognised, noId],
    ["OKAY", unrecognised, unrecognised],
    ["ok", unrecognised, unrecognised],
    ["OK: junk", unrecognised, noId],
    [`OK: ${hex.slice(1)}`, unrecognised, noId],
    [`OK: ${hex}0`, unrecognised, noId],
    [`OK: ${hex} ${hex}`, unrecognised, noId],
    [`OK: ${"g".repeat(32)}`, unrecognised, noId],
    ["OK: ERR: 001, Authentication failed", unrecognised, noId],
    [`OK:\nERR: 001, Authentication failed`, unrecognised, noId],
    [`ID: ${hex}`, unrecognised, unrecognised],
    ["Credit: 1", unrecognised, unrecognised],
    ["", unrecognised, unrecognised]
  ]

  for (const [text, ping, auth] of rows) {
    it.effect(describeRecord(text), () =>
      Effect.map(both(text), (outcomes) => assert.deepStrictEqual(outcomes, [ping, auth]))
    )
  }

  it.effect("keeps an id that is the same as before: a new login, whatever it says", () =>
    Effect.gen(function* () {
      const body = reply("auth", `OK: ${hex}`)
      assert.strictEqual(yield* authenticated(body), yield* authenticated(body))
    })
  )
})

describe("every documented code", () => {
  const ofAccount: Readonly<Record<string, string>> = {
    "002": "BadCredentials",
    "004": "AccountFrozen",
    "007": "IpLockdown",
    "108": "InvalidApiId"
  }
  const onPing: Readonly<Record<string, string>> = {
    ...ofAccount,
    "001": "SessionNotAccepted",
    "003": "SessionNotAccepted",
    "005": "SessionNotAccepted"
  }
  const onAuth: Readonly<Record<string, string>> = { ...ofAccount, "001": "BadCredentials" }

  it("is of three digits, with a description", () => {
    assert.strictEqual(ErrorCode.table.size, 34)
    for (const [code, { description }] of ErrorCode.table) {
      assert.match(code, /^\d{3}$/)
      assert.notStrictEqual(description, "")
    }
  })

  for (const [code, { category, description }] of ErrorCode.table) {
    it.effect(`${code} ${description}`, () =>
      Effect.gen(function* () {
        const other = `ApiError ${JSON.stringify(code)} ${JSON.stringify(description)}`
        const expected = [onPing, onAuth].map((reasons) =>
          reasons[code] === undefined ? other : `AuthFailed ${reasons[code]} ${code}`
        )
        assert.deepStrictEqual(yield* both(`ERR: ${code}, ${description}`), expected)
        // What the code speaks about agrees with what a caller is told to do.
        const refuses = ["session", "credentials", "account"].includes(category)
        assert.strictEqual(onPing[code] !== undefined, refuses)
      })
    )
  }

  it.effect("is the only one to mean anything: any other number is an ApiError, verbatim", () =>
    Effect.gen(function* () {
      for (const code of ["000", "006", "010", "131", "900", "999", "1", "7", "01", "0001", "00001", "1001"]) {
        const error = `ApiError ${JSON.stringify(code)} "Authentication failed"`
        assert.deepStrictEqual(yield* both(`ERR: ${code}, Authentication failed`), [error, error])
      }
    })
  )
})

const quotaTime = (description: string, code = "130") =>
  Effect.flip(Ping.ping(sessionId())).pipe(
    Effect.provide(answering(reply("ping", `ERR: ${code}, ${description}`))),
    Effect.map((error) =>
      error._tag === "ApiError"
        ? { description: error.description, at: error.retryAt && DateTime.formatIso(error.retryAt) }
        : assert.fail(error._tag)
    )
  )

describe("code 130", () => {
  it.effect("carries the time that it names", () =>
    Effect.gen(function* () {
      const description = "Maximum MT limit exceeded until 1449000000"
      assert.deepStrictEqual(yield* quotaTime(description), { description, at: "2015-12-01T20:00:00.000Z" })
    })
  )

  it.effect("is the only one to do so", () =>
    Effect.map(quotaTime("until 1449000000", "131"), ({ at }) => assert.isUndefined(at))
  )

  it.effect("has no time where none is named, or none that is a time", () =>
    Effect.gen(function* () {
      for (const description of ["", "until tomorrow", "until 12", `until ${"9".repeat(40)}`, "until 14490000001449"]) {
        assert.isUndefined((yield* quotaTime(description)).at, description)
      }
      assert.isDefined((yield* quotaTime("until 99999999999")).at)
    })
  )

  it.effect("is said to the caller with its time", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Ping.ping(sessionId())).pipe(
        Effect.provide(answering(reply("ping", "ERR: 130, Maximum MT limit exceeded until 1449000000")))
      )
      assert.include(error.message, "2015-12-01T20:00:00.000Z")
    })
  )
})

const failedWith = (description: string) =>
  Effect.flip(Ping.ping(sessionId())).pipe(
    Effect.provide(answering(reply("ping", `ERR: 101, ${description}`))),
    Effect.map((error) => (error._tag === "ApiError" ? error : assert.fail(error._tag)))
  )

describe("a long description", () => {
  it.effect("is whole in its field and short in the message", () =>
    Effect.gen(function* () {
      const error = yield* failedWith("x".repeat(10_240))
      assert.strictEqual(error.description, "x".repeat(10_240))
      assert.include(error.message, `${"x".repeat(512)}…`)
      assert.notInclude(error.message, "x".repeat(513))
    })
  )

  it.effect("is not cut in the middle of a character", () =>
    Effect.gen(function* () {
      for (const before of ["", "x"]) {
        const { message } = yield* failedWith(before + "📨".repeat(600))
        assert.isFalse(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/.test(message))
      }
    })
  )

  it.effect("is no way round the limit for a code", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(Ping.ping(sessionId())).pipe(
        Effect.provide(answering(reply("ping", `ERR: ${"1".repeat(10_240)}, x`)))
      )
      assert.isBelow(error.message.length, 1_000)
      assert.strictEqual("code" in error && error.code, "1".repeat(10_240))
    })
  )

  it.effect("is named as missing where there is none", () =>
    Effect.map(failedWith(""), ({ message }) => assert.strictEqual(message, "ping: ERR 101: no description"))
  )
})
