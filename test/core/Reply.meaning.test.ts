import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as ErrorCode from "@effect-clickatell/core/ErrorCode"
import * as Ping from "@effect-clickatell/core/Ping"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Either, Redacted } from "effect"
import { answering, escape, hex, quoted, pinged, reply, sessionId, summary } from "./codec.ts"

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
  const ambiguous = "MalformedReply AmbiguousReturn"
  const noId = "MalformedReply BadSessionId"
  const rows: ReadonlyArray<readonly [text: string, ping: string, auth: string]> = [
    // a success, with an id or without
    ["OK:", "Success", noId],
    ["OK:\n", "Success", noId],
    ["OK:\r\n", "Success", noId],
    [" OK: ", "Success", noId],
    [`OK: ${hex}`, "Success", `Success ${hex}`],
    [`OK:${hex}`, "Success", `Success ${hex}`],
    [`OK: ${hex}\r\n`, "Success", `Success ${hex}`],
    [`OK: ${hex.toUpperCase()}`, "Success", `Success ${hex.toUpperCase()}`],
    // a refusal of the session, of the credentials or of the account
    ["ERR: 001, Authentication failed", "AuthFailed SessionNotAccepted 001", "AuthFailed BadCredentials 001"],
    ["ERR: 001", "AuthFailed SessionNotAccepted 001", "AuthFailed BadCredentials 001"],
    ["ERR: 002, Unknown username or password", "AuthFailed BadCredentials 002", "AuthFailed BadCredentials 002"],
    ["ERR: 003, Session ID expired", "AuthFailed SessionNotAccepted 003", `ApiError "003" "Session ID expired"`],
    ["ERR: 005, Missing session ID", "AuthFailed SessionNotAccepted 005", `ApiError "005" "Missing session ID"`],
    ["ERR: 004, Account frozen", "AuthFailed AccountFrozen 004", "AuthFailed AccountFrozen 004"],
    ["ERR: 007, IP lockdown violation", "AuthFailed IpLockdown 007", "AuthFailed IpLockdown 007"],
    ["ERR: 108, Invalid or missing API ID", "AuthFailed InvalidApiId 108", "AuthFailed InvalidApiId 108"],
    // any other error, verbatim, and by the code alone
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
    // no guess
    ["OK", unrecognised, noId],
    ["OKAY", unrecognised, unrecognised],
    ["ok", unrecognised, unrecognised],
    ["OK: junk", unrecognised, noId],
    [`OK: ${hex.slice(1)}`, unrecognised, noId],
    [`OK: ${hex}0`, unrecognised, noId],
    [`OK: ${hex} ${hex}`, unrecognised, noId],
    [`OK: ${"g".repeat(32)}`, unrecognised, noId],
    // more than OK
    ["OK: ERR: 001, Authentication failed", ambiguous, ambiguous],
    [`OK: ${hex} ERR: 001, Authentication failed`, ambiguous, ambiguous],
    ["OK:\nERR: 001, Authentication failed", ambiguous, ambiguous],
    [`OK: ${hex}\nERR: 001, Authentication failed`, ambiguous, ambiguous],
    [`OK: ${hex}\r${hex}`, ambiguous, ambiguous],
    [`OK:\n${hex}`, ambiguous, ambiguous],
    ["OK:\u2028", ambiguous, ambiguous],
    ["OK\nERR: 001", ambiguous, ambiguous],
    // blanks, but not those of XML
    ["\u00a0OK:", unrecognised, unrecognised],
    ["OK:\u00a0", unrecognised, noId],
    [`OK:\u00a0${hex}`, unrecognised, noId],
    [`OK: ${hex}\ufeff`, unrecognised, noId],
    ["\ufeffOK:", unrecognised, unrecognised],
    ["OK:\u0085", unrecognised, noId],
    ["\u2028OK:", unrecognised, unrecognised],
    ["\u00a0ERR: 001, x", unrecognised, unrecognised],
    ["ERR:\u00a0001, x", `ApiError "" "\u00a0001, x"`, `ApiError "" "\u00a0001, x"`],
    [`ID: ${hex}`, unrecognised, unrecognised],
    ["Credit: 1", unrecognised, unrecognised],
    ["", unrecognised, unrecognised]
  ]

  for (const [text, ping, auth] of rows) {
    it.effect(quoted(text), () => Effect.map(both(text), (outcomes) => assert.deepStrictEqual(outcomes, [ping, auth])))
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

  it.effect("is no way round the limit for a code: what is that long may be an id", () =>
    Effect.gen(function* () {
      const [short, error] = yield* Effect.forEach([31, 10_240], (length) =>
        Effect.flip(Ping.ping(sessionId())).pipe(
          Effect.provide(answering(reply("ping", `ERR: ${"1".repeat(length)}, x`)))
        )
      )
      assert.deepInclude(short, { code: "1".repeat(31) })
      assert.isBelow(error?.message.length ?? NaN, 1_000)
      assert.deepInclude(error, { code: "", description: "<redacted>, x" })
    })
  )

  it.effect("is named as missing where there is none", () =>
    Effect.map(failedWith(""), ({ message }) => assert.strictEqual(message, "ping: ERR 101: no description"))
  )
})
