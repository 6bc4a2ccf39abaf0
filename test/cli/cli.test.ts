import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe } from "@effect/vitest"
import { DateTime, Effect, TestClock } from "effect"
import { setImmediate as turn } from "node:timers/promises"
import { environment, served } from "./account.ts"
import { cli, start, startProgram } from "./inProcess.ts"

const id = "0123456789abcdef0123456789abcdef"

const requests = Effect.flatMap(Emulator.Emulator, ({ log }) => Effect.map(log, ({ length }) => length))

/** Waits until the service has had this many requests: they come in real time, and no virtual time passes meanwhile. */
const received = (count: number) =>
  Effect.repeat(
    Effect.zipRight(
      Effect.promise(() => turn()),
      requests
    ),
    { until: (now) => now >= count }
  )

describe("clickatell-ping", () => {
  served("auth prints the id and nothing else, and ping takes it", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const auth = yield* cli(["auth"], env)
      assert.strictEqual(auth.code, 0, auth.stderr)
      assert.match(auth.stdout, /^[0-9a-f]{32}\n$/)

      const CLICKATELL_SESSION_ID = auth.stdout.trim()
      const ping = yield* cli(["ping", "--json"], { ...env, CLICKATELL_SESSION_ID })
      assert.deepStrictEqual([ping.code, ping.json], [0, [{ ok: true, operation: "ping" }]])

      const text = yield* cli(["ping", "--session-id", CLICKATELL_SESSION_ID], env)
      assert.deepStrictEqual([text.code, text.stdout], [0, "the session is alive for another 15 minutes\n"])
      assert.notInclude(text.stdout + text.stderr + ping.stdout + ping.stderr, CLICKATELL_SESSION_ID)
    })
  )

  served("auth --check says whether the credentials work, and shows no id", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const good = yield* cli(["auth", "--check", "--json", "--style", "rpc-encoded"], env)
      assert.deepStrictEqual([good.code, good.json], [0, [{ ok: true, operation: "auth" }]])

      const bad = yield* cli(["auth", "--check", "--json"], { ...env, CLICKATELL_PASSWORD: "canary-wrong" })
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
      served(`${code} for ${JSON.stringify(expected)}`, () =>
        Effect.gen(function* () {
          const emulator = yield* Emulator.Emulator
          if (fault !== undefined) yield* emulator.fail(fault)
          const before = yield* requests
          const running = yield* start(["ping", "--json", "--timeout", "2s", "--session-id", id], yield* environment)
          yield* received(before + 1)
          if (fault === Fault.hang) yield* TestClock.adjust("2 seconds")
          const ended = yield* running.ended
          assert.strictEqual(ended.code, code, ended.stdout + ended.stderr)
          assert.deepInclude(ended.json[0]?.["error"], expected)
          assert.strictEqual((yield* requests) - before, 1, "one request, and no retry unless asked")
          assert.notInclude(ended.stdout + ended.stderr, id)
        })
      )
    )
  })

  served("5 for a SOAP fault, whatever its status", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(
        Fault.status(500, {
          body: `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text xml:lang="en">down</s:Text></s:Reason></s:Fault></s:Body></s:Envelope>`
        })
      )
      const ended = yield* cli(["ping", "--json", "--session-id", id], yield* environment)
      assert.strictEqual(ended.code, 5)
      assert.deepInclude(ended.json[0]?.["error"], { _tag: "SoapFault", faultCode: "s:Receiver", faultString: "down" })
    })
  )

  served("--retries sends a ping of unknown outcome again", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset, { times: 2 })
      const before = yield* requests
      // Time passes while replies are on their way, so that none of them may be late.
      const running = yield* start(
        ["ping", "--json", "--retries", "2", "--timeout", "1h", "--session-id", id],
        yield* environment
      )
      const ending = yield* Effect.fork(running.ended)
      yield* Effect.repeat(TestClock.adjust("1 second"), { until: () => ending.unsafePoll() !== null })
      const ended = yield* ending
      assert.strictEqual((yield* requests) - before, 3)
      assert.deepInclude(ended.json[0]?.["error"], { _tag: "AuthFailed" })
    })
  )

  served("2 for usage and configuration, with what to do", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const missing = yield* cli(["auth", "--json"], { CLICKATELL_ENDPOINT: env.CLICKATELL_ENDPOINT })
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

      const noId = yield* cli(["ping"], env)
      assert.deepStrictEqual([noId.code, noId.stdout], [2, ""])
      assert.include(noId.stderr, "ping: set CLICKATELL_SESSION_ID")

      const flag = yield* cli(["ping", "--json", "--session-id", id, "--nonsense"], env)
      assert.deepStrictEqual([flag.code, flag.stdout], [2, ""])

      const clear = yield* cli(["auth", "--json", "--endpoint", "http://sms.example/soap"], env)
      assert.strictEqual(clear.code, 2)
      assert.notInclude(clear.stdout + clear.stderr, "canary")

      const unit = yield* cli(["ping", "--session-id", id, "--timeout", "5"], env)
      assert.strictEqual(unit.code, 2)
      assert.include(unit.stderr, "'5' is not a duration")

      const interval = yield* cli(["watch", "--json", "--interval", "20 minutes"], env)
      assert.strictEqual(interval.code, 2)
      assert.match(interval.stdout, /interval of 20m .* the 14m for which/)
    })
  )

  served("watch prints every event, and closes when its time is over", () =>
    Effect.gen(function* () {
      const args = ["watch", "--json", "--for", "3s", "--interval", "1s"]
      const watching = yield* start(args, yield* environment)
      yield* watching.printed("authenticated")
      yield* TestClock.adjust("1 second")
      yield* watching.printed("pinged")
      yield* TestClock.adjust("2 seconds")
      const ended = yield* watching.ended
      assert.strictEqual(ended.code, 0, ended.stderr)
      const events = ended.json.map(({ event }) => event)
      assert.deepStrictEqual(
        [...events.slice(0, 3), events.at(-1)],
        ["authenticating", "authenticated", "pinged", "closed"]
      )
      ended.json.forEach(({ at, event, generation }) => {
        assert.strictEqual(generation, event === "authenticating" ? 0 : 1)
        assert.strictEqual(DateTime.formatIso(DateTime.unsafeMake(String(at))), at)
      })
    })
  )

  served("watch ends with 3 as soon as the service rejects us", () =>
    Effect.gen(function* () {
      const env = { ...(yield* environment), CLICKATELL_PASSWORD: "canary-wrong" }
      const ended = yield* cli(["watch", "--json"], env)
      assert.strictEqual(ended.code, 3)
      assert.deepStrictEqual(
        ended.json.map((line) => line["event"] ?? line["ok"]),
        ["authenticating", "rejected", "closed", false]
      )
      assert.notInclude(ended.stdout + ended.stderr, "canary")
    })
  )

  served("watch needs credentials", () =>
    Effect.gen(function* () {
      const { CLICKATELL_ENDPOINT } = yield* environment
      const missing = yield* cli(["watch", "--json"], { CLICKATELL_ENDPOINT })
      assert.deepStrictEqual([missing.code, missing.json.length], [2, 1])
    })
  )

  served("watch ends in time even if it never had a session", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset, { times: 2 })
      const before = yield* requests
      const watching = yield* start(["watch", "--json", "--for", "6s"], yield* environment)
      yield* watching.printed("retrying")
      yield* TestClock.adjust("5 seconds")
      yield* received(before + 2)
      yield* TestClock.adjust("1 second")
      const ended = yield* watching.ended
      assert.strictEqual(ended.code, 7, ended.stdout)
      assert.deepStrictEqual(
        [...new Set(ended.json.map((line) => line["event"] ?? line["ok"]))],
        ["authenticating", "degraded", "retrying", "closed", false]
      )
    })
  )

  served("Ctrl-C ends watch and emulate with 0, since it is how they end, and cuts short a ping with 130", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const watching = yield* start(["watch", "--json"], env)
      yield* watching.printed("authenticated")
      yield* watching.interrupt
      const watched = yield* watching.ended
      assert.deepStrictEqual(
        [watched.code, watched.json.map(({ event }) => event)],
        [0, ["authenticating", "authenticated", "closed"]]
      )

      const emulating = yield* start(["emulate", "--json"])
      yield* emulating.printed("listening")
      yield* emulating.interrupt
      const { code, stderr } = yield* emulating.ended
      assert.deepStrictEqual([code, stderr], [0, ""])

      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.hang)
      const before = yield* requests
      const pinging = yield* start(["ping", "--json", "--session-id", id], env)
      yield* received(before + 1)
      yield* pinging.interrupt
      const pinged = yield* pinging.ended
      assert.deepStrictEqual([pinged.code, pinged.stdout, pinged.stderr], [130, "", ""])
    })
  )

  served("emulate says so with 2 when it cannot have its port", () =>
    Effect.gen(function* () {
      const { port } = yield* EmulatorServer.EmulatorServer
      const taken = yield* cli(["emulate", "--json", "--port", String(port)])
      assert.strictEqual(taken.code, 2)
      assert.deepInclude(taken.json[0]?.["error"], { _tag: "ListenError" })
    })
  )

  served("--help and completions come with the command line", () =>
    Effect.gen(function* () {
      const help = yield* cli(["--help"])
      assert.strictEqual(help.code, 0)
      ;["auth", "ping", "watch", "emulate"].forEach((command) => assert.include(help.stdout, command))
      const completions = yield* cli(["--completions", "bash"])
      assert.strictEqual(completions.code, 0)
      assert.include(completions.stdout, "complete")
    })
  )

  served("a bug ends with 1 and its trace on stderr, where warnings go too", () =>
    Effect.gen(function* () {
      const bug = Effect.zipRight(Effect.logInfo("not shown"), Effect.die(new Error("a bug of ours")))
      const { ended } = yield* startProgram(Effect.zipRight(Effect.logWarning("a warning"), bug))
      const { code, stderr, stdout } = yield* ended
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.match(stderr, /WARN.*a warning[^]*Error: a bug of ours\n\s+at /)
      assert.notInclude(stderr, "not shown")
    })
  )
})
