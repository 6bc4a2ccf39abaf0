import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, TestClock } from "effect"
import * as fs from "node:fs"
import { fileURLToPath } from "node:url"
import * as Server from "../platform/faultServer.ts"
import { environment, served } from "./account.ts"
import { cli } from "./inProcess.ts"
import { start } from "./process.ts"
import type { Ended } from "./running.ts"

const root = new URL("../../", import.meta.url)
const refusal = fs.readFileSync(
  new URL("test/fixtures/replies/php-soapserver-document-literal-ping-refused.xml", root),
  "utf8"
)

const credentials = {
  CLICKATELL_API_ID: "424242",
  CLICKATELL_USER: "canary-user",
  CLICKATELL_PASSWORD: "canary-password"
}

/** The worst status of each check. */
const statuses = ({ json }: Ended) =>
  Object.fromEntries(json.flatMap(({ check, status }) => (status === undefined ? [] : [[String(check), status]])))

const said = ({ json }: Ended, check: string) =>
  json.flatMap((line) => (line["check"] === check && "status" in line ? [String(line["message"])] : [])).join("\n")

const well = { configuration: "ok", dns: "ok", tls: "ok", soap: "ok", clock: "ok", credentials: "ok", login: "skipped" }
const early = { configuration: "ok", dns: "skipped", tls: "skipped", soap: "skipped", clock: "skipped" }

const noCanary = ({ stderr, stdout }: Ended) => assert.notInclude(stdout + stderr, "canary")

/** The clock of the test as that of the service, which is a real server. */
const inTime = Effect.suspend(() => TestClock.setTime(DateTime.toEpochMillis(DateTime.unsafeNow())))

describe("doctor", () => {
  served("finds nothing wrong with what works, and sends no credentials", () =>
    Effect.gen(function* () {
      yield* inTime
      const env = yield* environment
      const ended = yield* cli(["doctor", "--json"], env)
      assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      assert.deepStrictEqual(statuses(ended), well)
      assert.deepStrictEqual(ended.json.at(-1), { ok: true, operation: "doctor" })
      const log = yield* (yield* Emulator.Emulator).log
      assert.deepStrictEqual(
        log.map(({ operation, session }) => [operation, session]),
        [["ping", 0]]
      )

      const text = yield* cli(["doctor"], env)
      assert.deepStrictEqual([text.code, text.stderr], [0, ""])
      assert.match(text.stdout, /^ok {7}configuration .*127\.0\.0\.1.*document-literal/)
      assert.match(text.stdout, /\nskipped {2}login .*--login.*\nnothing is wrong\n$/)
      noCanary(ended)
      noCanary(text)
    })
  )

  served("asks the service about the credentials with --login, once", () =>
    Effect.gen(function* () {
      yield* inTime
      const env = yield* environment
      const good = yield* cli(["doctor", "--json", "--login"], env)
      assert.deepStrictEqual([good.code, statuses(good)], [0, { ...well, login: "ok" }])

      const bad = yield* cli(["doctor", "--json", "--login"], { ...env, CLICKATELL_PASSWORD: "canary-wrong" })
      assert.strictEqual(bad.code, 3)
      assert.deepStrictEqual(statuses(bad), { ...well, login: "failed" })
      assert.deepInclude(bad.json.at(-1), { ok: false, operation: "doctor", check: "login" })
      assert.deepInclude(bad.json.at(-1)?.["error"], { _tag: "AuthFailed", reason: "BadCredentials", code: "001" })
      noCanary(bad)
      const log = yield* (yield* Emulator.Emulator).log
      assert.deepStrictEqual(
        log.map(({ operation }) => operation),
        ["ping", "auth", "ping", "auth"]
      )
    })
  )

  served("looks at the form of the credentials, and shows none of them", () =>
    Effect.gen(function* () {
      yield* inTime
      const env = yield* environment
      const odd = yield* cli(["doctor", "--json"], {
        ...env,
        CLICKATELL_API_ID: "canary",
        CLICKATELL_USER: "'canary'",
        CLICKATELL_PASSWORD: "canary "
      })
      assert.deepStrictEqual([odd.code, statuses(odd)], [0, { ...well, credentials: "warning" }])
      assert.match(said(odd, "credentials"), /API_ID is not a number/)
      assert.match(said(odd, "credentials"), /USER is in quotes/)
      assert.match(said(odd, "credentials"), /PASSWORD begins or ends with a space/)
      noCanary(odd)

      const { CLICKATELL_USER: _, ...others } = env
      const missing = yield* cli(["doctor", "--json", "--login"], others)
      assert.deepStrictEqual([missing.code, statuses(missing)], [2, { ...well, credentials: "failed" }])
      assert.match(said(missing, "credentials"), /set CLICKATELL_USER/)
      noCanary(missing)
    })
  )

  it.effect("stops the way to the service at what is wrong with the configuration, and looks at the rest", () =>
    Effect.gen(function* () {
      const env = { ...credentials, CLICKATELL_ENDPOINT: "http://sms.example/soap" }
      const ended = yield* cli(["doctor", "--json", "--login"], env)
      assert.strictEqual(ended.code, 2)
      assert.deepStrictEqual(statuses(ended), {
        ...early,
        configuration: "failed",
        credentials: "ok",
        login: "skipped"
      })
      assert.match(said(ended, "configuration"), /--allow-http/)
      assert.deepInclude(ended.json.at(-1), { check: "configuration" })

      const text = yield* cli(["doctor"], env)
      assert.match(text.stderr, /^doctor: configuration: --endpoint .*\n$/)
    })
  )

  served("names the fault of an endpoint that is not the service, whose code it ends with", () =>
    Effect.gen(function* () {
      yield* inTime
      const emulator = yield* Emulator.Emulator
      const env = yield* environment
      const rows: ReadonlyArray<readonly [Fault.Fault, code: number, status: string]> = [
        [Fault.raw("<html>"), 6, "failed"],
        [Fault.status(404), 7, "failed"],
        [Fault.reset, 7, "failed"],
        [Fault.fault("Server", { reason: "down" }), 5, "failed"],
        [Fault.reply("ERR: 007, IP lockdown violation"), 3, "failed"],
        [Fault.reply("ERR: 777, x"), 0, "ok"]
      ]
      for (const [fault, code, status] of rows) {
        yield* emulator.fail(fault)
        const ended = yield* cli(["doctor", "--json", "--login"], env)
        assert.deepStrictEqual([ended.code, statuses(ended)["soap"]], [code, status], ended.stdout)
        assert.strictEqual(statuses(ended)["login"], status === "ok" ? "ok" : "skipped")
      }
    })
  )

  it.scoped("names a host that has no address", () =>
    Effect.gen(function* () {
      // No name is that long, so that nobody is asked for it.
      const endpoint = `https://${"x".repeat(64)}.invalid/`
      const ended = yield* cli(["doctor", "--json"], { ...credentials, CLICKATELL_ENDPOINT: endpoint })
      assert.deepStrictEqual([ended.code, statuses(ended)["dns"], statuses(ended)["tls"]], [7, "failed", "skipped"])
      assert.match(said(ended, "dns"), /\.invalid has no address \(E\w+\)/)
      assert.deepInclude(ended.json.at(-1)?.["error"], { _tag: "TransportError", reason: "Dns" })
    })
  )

  it.scoped("names a port where nobody listens, over https and over http", () =>
    Effect.gen(function* () {
      const http = yield* Server.refused
      const secure = yield* cli(["doctor", "--json"], {
        ...credentials,
        CLICKATELL_ENDPOINT: http.replace("http:", "https:")
      })
      assert.deepStrictEqual([secure.code, statuses(secure)["tls"]], [7, "failed"])
      assert.match(said(secure, "tls"), /no connection to 127\.0\.0\.1:\d+ \(ECONNREFUSED\)/)
      assert.deepInclude(secure.json.at(-1)?.["error"], { _tag: "TransportError", reason: "Connect" })
      const plain = yield* cli(["doctor", "--json"], { ...credentials, CLICKATELL_ENDPOINT: http })
      assert.deepStrictEqual([plain.code, statuses(plain)["soap"]], [7, "failed"])
    })
  )

  it.scoped("names a port of https that does not speak TLS", () =>
    Effect.gen(function* () {
      const ended = yield* cli(["doctor", "--json"], { ...credentials, CLICKATELL_ENDPOINT: yield* Server.plain })
      assert.deepStrictEqual([ended.code, statuses(ended)["tls"]], [7, "failed"])
      assert.match(said(ended, "tls"), /does not speak TLS/)
    })
  )

  it.scoped("gives up a server that never greets, after the deadline", () =>
    Effect.gen(function* () {
      const silent = yield* Server.make({ behaviours: [Server.hang] })
      const endpoint = silent.url.replace("http:", "https:")
      const ended = yield* (yield* start(["doctor", "--json", "--timeout", "50ms"], {
        ...credentials,
        CLICKATELL_ENDPOINT: endpoint
      })).ended
      assert.deepStrictEqual([ended.code, statuses(ended)["tls"]], [7, "failed"])
      assert.deepInclude(ended.json.at(-1)?.["error"], { _tag: "TransportError", reason: "Timeout" })
    })
  )
})

// What Node trusts is settled when it starts.
const trusting = (certificate: Server.Certificate, env: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function* () {
    const date = `Date: ${DateTime.toDateUtc(yield* DateTime.now).toUTCString()}\r\n`
    const server = yield* Server.one(Server.reply(refusal, date), certificate)
    const doctor = yield* start(["doctor", "--json"], {
      ...credentials,
      CLICKATELL_ENDPOINT: server.url,
      NODE_EXTRA_CA_CERTS: fileURLToPath(new URL(`test/fixtures/tls/${certificate}.pem`, root)),
      ...env
    })
    return yield* doctor.ended
  })

describe("doctor on certificates", () => {
  const rows: ReadonlyArray<readonly [Server.Certificate, year: string, said: RegExp]> = [
    ["valid", "2026", /signed by itself \(DEPTH_ZERO_SELF_SIGNED_CERT\)/],
    ["expired", "2026", /expired on 2020-02-01: have it renewed/],
    ["valid", "2019", /begins on 2020-01-01: check the clock/]
  ]
  for (const [certificate, year, message] of rows) {
    it.scoped(`${certificate}, in ${year}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.unsafeMake(`${year}-06-01T00:00:00Z`)))
        const server = yield* Server.one(Server.reply(refusal), certificate)
        const ended = yield* cli(["doctor", "--json", "--login"], { ...credentials, CLICKATELL_ENDPOINT: server.url })
        assert.strictEqual(ended.code, 7)
        assert.deepStrictEqual(statuses(ended), {
          ...early,
          dns: "ok",
          tls: "failed",
          credentials: "ok",
          login: "skipped"
        })
        assert.match(said(ended, "tls"), message)
        assert.deepInclude(ended.json.at(-1), { check: "tls" })
        assert.deepInclude(ended.json.at(-1)?.["error"], { _tag: "TransportError", reason: "Tls" })
        assert.deepStrictEqual(server.requests, [], "and nothing is sent")
      })
    )
  }

  it.scopedLive("takes one that is trusted, and says who says so", () =>
    Effect.gen(function* () {
      const ended = yield* trusting("valid")
      assert.deepStrictEqual([ended.code, statuses(ended)], [0, { ...well, configuration: "warning" }], ended.stdout)
      assert.match(said(ended, "tls"), /TLSv1\.3, with a certificate until 2120-01-01/)
      assert.match(said(ended, "configuration"), /NODE_EXTRA_CA_CERTS is set/)
    })
  )

  it.scopedLive("names whom one is for, where that is somebody else, even if the environment says not to care", () =>
    Effect.gen(function* () {
      const ended = yield* trusting("other-host", { NODE_TLS_REJECT_UNAUTHORIZED: "0" })
      assert.strictEqual(ended.code, 7)
      assert.match(said(ended, "tls"), /is for DNS:other\.example: correct the endpoint/)
    })
  )
})

describe("doctor on the clock", () => {
  const rows: ReadonlyArray<readonly [date: string, status: string, said: RegExp]> = [
    ["Date: Mon, 01 Jun 2026 00:00:30 GMT\r\n", "ok", /^30s from/],
    ["Date: Mon, 01 Jun 2026 00:05:00 GMT\r\n", "warning", /5m behind the service/],
    ["Date: Sun, 31 May 2026 22:00:00 GMT\r\n", "warning", /2h ahead of the service/],
    ["Date: nonsense\r\n", "skipped", /has not told the time/],
    ["", "skipped", /has not told the time/]
  ]
  for (const [date, status, message] of rows) {
    it.scoped(`${status}: ${date.trim()}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(DateTime.toEpochMillis(DateTime.unsafeMake("2026-06-01T00:00:00Z")))
        const server = yield* Server.one(Server.reply(refusal, date))
        const ended = yield* cli(["doctor", "--json"], { ...credentials, CLICKATELL_ENDPOINT: server.url })
        assert.deepStrictEqual([ended.code, statuses(ended)], [0, { ...well, clock: status }])
        assert.match(said(ended, "clock"), message)
      })
    )
  }
})
