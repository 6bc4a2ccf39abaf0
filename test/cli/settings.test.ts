import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import { environment, served } from "./account.ts"
import { cli, start } from "./inProcess.ts"

/** Whether each request from here on was RPC/encoded. */
const listen = Effect.gen(function* () {
  const encoded: Array<boolean> = []
  const emulator = yield* Emulator.Emulator
  yield* emulator.fail(
    ({ xml }) =>
      Effect.sync(() => {
        encoded.push(xml.includes("encodingStyle"))
        return undefined
      }),
    {
      times: Number.POSITIVE_INFINITY
    }
  )
  return encoded
})

describe("the environment sets what flags set", () => {
  served("CLICKATELL_STYLE, and --style wins", () =>
    Effect.gen(function* () {
      const encoded = yield* listen
      const env = { ...(yield* environment), CLICKATELL_STYLE: "rpc-encoded" }
      yield* cli(["auth", "--check"], env)
      yield* cli(["auth", "--check", "--style", "document-literal"], env)
      // What a flag says instead is not even looked at.
      yield* cli(["auth", "--check", "--style", "document-literal"], { ...env, CLICKATELL_STYLE: "foo" })
      assert.deepStrictEqual(encoded, [true, false, false])
    })
  )

  served("CLICKATELL_TIMEOUT, and --timeout wins", () =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const env = { ...(yield* environment), CLICKATELL_TIMEOUT: "90s" }
      const timedOut = (args: ReadonlyArray<string>, time: "90 seconds" | "2 seconds") =>
        Effect.gen(function* () {
          yield* emulator.fail(Fault.hang)
          const seen = (yield* emulator.log).length
          const running = yield* start(["auth", "--check", "--json", ...args], env)
          yield* Effect.repeat(
            Effect.zipRight(
              Effect.promise(() => new Promise(setImmediate)),
              emulator.log
            ),
            {
              until: ({ length }) => length > seen
            }
          )
          yield* TestClock.adjust(time)
          const { code, json } = yield* running.ended
          assert.strictEqual(code, 7)
          assert.deepInclude(json[0]?.["error"], { reason: "Timeout" })
        })
      yield* timedOut([], "90 seconds")
      yield* timedOut(["--timeout", "2s"], "2 seconds")
    })
  )

  served("CLICKATELL_ALLOW_HTTP, and --allow-http wins", () =>
    Effect.gen(function* () {
      const env = yield* environment
      // This machine, by a name that the library takes for any other.
      const endpoint = env.CLICKATELL_ENDPOINT.replace("127.0.0.1", "0.0.0.0")
      const reached = (args: ReadonlyArray<string>, variable?: string) =>
        Effect.map(
          cli(["auth", "--check", "--endpoint", endpoint, ...args], {
            ...env,
            ...(variable === undefined ? {} : { CLICKATELL_ALLOW_HTTP: variable })
          }),
          ({ code }) => code === 0
        )
      assert.isFalse(yield* reached([]))
      assert.isTrue(yield* reached([], "true"))
      assert.isTrue(yield* reached(["--allow-http"]))
      assert.isTrue(yield* reached(["--allow-http"], "false"))
      assert.isFalse(yield* reached(["--allow-http=false"], "true"))
    })
  )
})

describe("a refusal names what to change", () => {
  const rows: ReadonlyArray<readonly [args: string, variables: Readonly<Record<string, string>>, said: RegExp]> = [
    ["", { CLICKATELL_STYLE: "foo" }, /CLICKATELL_STYLE: 'foo' is none of document-literal, rpc-encoded/],
    ["", { CLICKATELL_TIMEOUT: "5" }, /CLICKATELL_TIMEOUT: '5' is not a duration/],
    ["", { CLICKATELL_TIMEOUT: "25 days" }, /CLICKATELL_TIMEOUT: '25 days' is not from 1ms to 24 days/],
    ["", { CLICKATELL_ALLOW_HTTP: "perhaps" }, /CLICKATELL_ALLOW_HTTP is neither true nor false/],
    ["", { CLICKATELL_ENDPOINT: "nonsense" }, /--endpoint \(CLICKATELL_ENDPOINT\) is refused: it is not a URL/],
    ["--endpoint http://sms.example/", {}, /set --allow-http \(CLICKATELL_ALLOW_HTTP\) where/],
    ["", { CLICKATELL_USER: "" }, /CLICKATELL_USER is empty/],
    ["", { CLICKATELL_API_ID: "" }, /CLICKATELL_API_ID is empty/],
    ["", { CLICKATELL_PASSWORD: "canary\u0000" }, /CLICKATELL_PASSWORD holds a control character/]
  ]
  for (const [args, variables, said] of rows) {
    served(`${args} ${JSON.stringify(variables)}`, () =>
      Effect.gen(function* () {
        const env = { ...(yield* environment), ...variables }
        const { code, stderr, stdout } = yield* cli(["auth", ...args.split(" ").filter((word) => word !== "")], env)
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.match(stderr, said)
        assert.notMatch(stderr, /allowHttp|canary/)
        assert.deepStrictEqual(yield* (yield* Emulator.Emulator).log, [])
      })
    )
  }

  served("--interval", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* cli(["watch", "--interval", "20 minutes"], yield* environment)
      assert.strictEqual(code, 2)
      assert.match(stderr, /the --interval of 20m/)
    })
  )

  served("--session-id and CLICKATELL_SESSION_ID", () =>
    Effect.gen(function* () {
      const env = yield* environment
      for (const [args, variables] of [
        [["--session-id", ""], {}],
        [[], { CLICKATELL_SESSION_ID: "" }]
      ] as const) {
        const { code, stderr } = yield* cli(["ping", ...args], { ...env, ...variables })
        assert.strictEqual(code, 2)
        assert.match(stderr, /--session-id \(CLICKATELL_SESSION_ID\) is empty/)
      }
    })
  )
})
