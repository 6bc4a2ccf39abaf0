import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe, layer } from "@effect/vitest"
import { DateTime, Effect, Layer } from "effect"
import { cli } from "./process.ts"

const secrets = { user: "canary-user", password: "canary-password", apiId: "424242" }

const emulated = Layer.provideMerge(EmulatorServer.layer(), Emulator.layer({ credentials: secrets }))

/** The environment of somebody whose service is this emulator. */
const environment = Effect.map(EmulatorServer.EmulatorServer, ({ endpoint }) => ({
  CLICKATELL_ENDPOINT: endpoint("document-literal"),
  CLICKATELL_USER: secrets.user,
  CLICKATELL_PASSWORD: secrets.password,
  CLICKATELL_API_ID: secrets.apiId
}))

const id = "0123456789abcdef0123456789abcdef"

layer(emulated, { timeout: 120_000 })("clickatell-ping", (it) => {
  it.effect("auth prints the id and nothing else, and ping takes it", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const auth = yield* cli(["auth"], { env })
      assert.strictEqual(auth.code, 0, auth.stderr)
      assert.match(auth.stdout, /^[0-9a-f]{32}\n$/)

      const CLICKATELL_SESSION_ID = auth.stdout.trim()
      const ping = yield* cli(["ping", "--json"], { env: { ...env, CLICKATELL_SESSION_ID } })
      assert.deepStrictEqual([ping.code, ping.json], [0, [{ ok: true, operation: "ping" }]])

      const text = yield* cli(["ping", "--session-id", CLICKATELL_SESSION_ID], { env })
      assert.deepStrictEqual([text.code, text.stdout], [0, "the session is alive for another 15 minutes\n"])
      assert.notInclude(text.stdout + text.stderr + ping.stdout + ping.stderr, CLICKATELL_SESSION_ID)
    })
  )

  it.effect("auth --check says whether the credentials work, and shows no id", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const good = yield* cli(["auth", "--check", "--json", "--style", "rpc-encoded"], { env })
      assert.deepStrictEqual([good.code, good.json], [0, [{ ok: true, operation: "auth" }]])

      const bad = yield* cli(["auth", "--check", "--json"], { env: { ...env, CLICKATELL_PASSWORD: "canary-wrong" } })
      assert.strictEqual(bad.code, 3)
      assert.deepStrictEqual(bad.json, [
        {
          ok: false,
          operation: "auth",
          error: {
            _tag: "AuthFailed",
            reason: "BadCredentials",
            code: "001",
            message:
              "auth: BadCredentials (ERR 001): the service does not know these credentials: correct the user, password or API id"
          }
        }
      ])
      assert.notInclude(bad.stdout + bad.stderr, "canary")
    })
  )

  describe("every outcome of a ping has its exit code", () => {
    const rows: ReadonlyArray<readonly [Fault.Fault | undefined, number, object]> = [
      [undefined, 3, { _tag: "AuthFailed", reason: "SessionNotAccepted", code: "001" }],
      [Fault.reply("ERR: 007, IP lockdown violation"), 3, { _tag: "AuthFailed", reason: "IpLockdown", code: "007" }],
      [Fault.reply("ERR: 777, x"), 4, { _tag: "ApiError", code: "777", description: "x" }],
      [Fault.raw("<html>"), 6, { _tag: "MalformedReply", reason: "NotSoap", status: 200 }],
      [
        Fault.status(503, { headers: { "retry-after": "5" } }),
        7,
        { _tag: "TransportError", reason: "Status", status: 503, retryAfter: 5000 }
      ],
      [
        Fault.status(302, { headers: { location: "http://127.0.0.1:9/" } }),
        7,
        { _tag: "TransportError", reason: "Redirect" }
      ],
      [Fault.reset, 7, { _tag: "TransportError", reason: "Reset" }],
      [Fault.hang, 7, { _tag: "TransportError", reason: "Timeout" }]
    ]
    rows.forEach(([fault, code, expected]) =>
      it.effect(`${code} for ${JSON.stringify(expected)}`, () =>
        Effect.gen(function* () {
          const emulator = yield* Emulator.Emulator
          if (fault !== undefined) yield* emulator.fail(fault)
          const before = (yield* emulator.log).length
          const env = yield* environment
          const ended = yield* cli(["ping", "--json", "--timeout", "2s", "--session-id", id], { env })
          assert.strictEqual(ended.code, code, ended.stdout + ended.stderr)
          assert.deepInclude(ended.json[0]?.["error"], expected)
          assert.strictEqual((yield* emulator.log).length - before, 1, "one request, and no retry unless asked")
          assert.notInclude(ended.stdout + ended.stderr, id)
        })
      )
    )
  })

  it.effect("5 for a SOAP fault, whatever its status", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(
        Fault.status(500, {
          body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en">down</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`
        })
      )
      const ended = yield* cli(["ping", "--json", "--session-id", id], { env: yield* environment })
      assert.strictEqual(ended.code, 5)
      assert.deepInclude(ended.json[0]?.["error"], { _tag: "SoapFault", faultCode: "s:Receiver", faultString: "down" })
    })
  )

  it.effect("--retries sends a ping of unknown outcome again", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset, { times: 2 })
      const ended = yield* cli(["ping", "--json", "--retries", "2", "--session-id", id], { env: yield* environment })
      assert.deepInclude(ended.json[0]?.["error"], { _tag: "AuthFailed" })
    })
  )

  it.effect("2 for usage and configuration, with what to do", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const missing = yield* cli(["auth", "--json"], { env: { CLICKATELL_ENDPOINT: env.CLICKATELL_ENDPOINT } })
      assert.strictEqual(missing.code, 2)
      assert.deepStrictEqual(missing.json, [
        {
          ok: false,
          operation: "auth",
          error: {
            _tag: "ConfigError",
            message: "auth: set CLICKATELL_API_ID; set CLICKATELL_USER; set CLICKATELL_PASSWORD"
          }
        }
      ])

      const noId = yield* cli(["ping"], { env })
      assert.deepStrictEqual([noId.code, noId.stdout], [2, ""])
      assert.include(noId.stderr, "ping: set CLICKATELL_SESSION_ID")

      const flag = yield* cli(["ping", "--json", "--session-id", id, "--nonsense"], { env })
      assert.deepStrictEqual([flag.code, flag.stdout], [2, ""])

      const clear = yield* cli(["auth", "--json", "--endpoint", "http://sms.example/soap"], { env })
      assert.strictEqual(clear.code, 2)
      assert.notInclude(clear.stdout + clear.stderr, "canary")

      const unit = yield* cli(["ping", "--session-id", id, "--timeout", "5"], { env })
      assert.strictEqual(unit.code, 2)
      assert.include(unit.stderr, "'5' is not a duration")

      const interval = yield* cli(["watch", "--json", "--interval", "20 minutes"], { env })
      assert.strictEqual(interval.code, 2)
      assert.match(interval.stdout, /interval of 20m .* the 14m for which/)
    })
  )

  it.effect("watch prints every event, and closes when its time is over", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const ended = yield* cli(["watch", "--json", "--for", "3s", "--interval", "1s"], { env })
      assert.strictEqual(ended.code, 0, ended.stderr)
      const events = ended.json.map(({ event }) => event)
      assert.deepStrictEqual([events[0], events[1], events.at(-1)], ["authenticated", "pinged", "closed"])
      ended.json.forEach(({ at, generation }) => {
        assert.strictEqual(generation, 1)
        assert.strictEqual(DateTime.formatIso(DateTime.unsafeMake(String(at))), at)
      })
    })
  )

  it.effect("watch ends with 3 as soon as the service rejects us", () =>
    Effect.gen(function* () {
      const env = { ...(yield* environment), CLICKATELL_PASSWORD: "canary-wrong" }
      const ended = yield* cli(["watch", "--json"], { env })
      assert.strictEqual(ended.code, 3)
      assert.deepStrictEqual(
        ended.json.map((line) => line["event"] ?? line["ok"]),
        ["rejected", "closed", false]
      )
      assert.notInclude(ended.stdout + ended.stderr, "canary")
    })
  )

  it.effect("watch needs credentials, and ends in time even if it never had a session", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const missing = yield* cli(["watch", "--json"], { env: { CLICKATELL_ENDPOINT: env.CLICKATELL_ENDPOINT } })
      assert.deepStrictEqual([missing.code, missing.json.length], [2, 1])

      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset, { times: 2 })
      const ended = yield* cli(["watch", "--json", "--for", "6s"], { env })
      assert.strictEqual(ended.code, 7, ended.stdout)
      assert.deepStrictEqual(
        [...new Set(ended.json.map((line) => line["event"] ?? line["ok"]))],
        ["degraded", "retrying", "closed", false]
      )
    })
  )

  it.effect("Ctrl-C closes a watch cleanly", () =>
    Effect.gen(function* () {
      const ended = yield* cli(["watch", "--json"], {
        env: yield* environment,
        interruptWhen: (stdout) => stdout.includes("authenticated")
      })
      assert.deepStrictEqual([ended.code, ended.json.map(({ event }) => event)], [0, ["authenticated", "closed"]])
    })
  )

  it.effect("emulate says where it listens, and ends with Ctrl-C", () =>
    Effect.gen(function* () {
      const ended = yield* cli(["emulate", "--json", "--session-ttl", "3s"], {
        interruptWhen: (out) => out.includes("\n")
      })
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.deepInclude(ended.json[0], { event: "listening" })
      assert.isAbove(Number(ended.json[0]?.["port"]), 0)

      const taken = yield* cli(["emulate", "--json", "--port", String((yield* EmulatorServer.EmulatorServer).port)])
      assert.strictEqual(taken.code, 2)
      assert.deepInclude(taken.json[0]?.["error"], { _tag: "ListenError" })
    })
  )

  it.effect("--help and completions come with the command line", () =>
    Effect.gen(function* () {
      const help = yield* cli(["--help"])
      assert.strictEqual(help.code, 0)
      ;["auth", "ping", "watch", "emulate"].forEach((command) => assert.include(help.stdout, command))
      const completions = yield* cli(["--completions", "bash"])
      assert.strictEqual(completions.code, 0)
      assert.include(completions.stdout, "complete")
    })
  )
})
