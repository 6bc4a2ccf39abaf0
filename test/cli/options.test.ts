import * as Emulator from "@effect-clickatell/testing/Emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { environment, served } from "./account.ts"
import { cli } from "./inProcess.ts"

const id = "0123456789abcdef0123456789abcdef"

/** A command with everything that it needs but the option in question. */
const commands: Readonly<Record<string, ReadonlyArray<string>>> = {
  auth: ["auth"],
  ping: ["ping", "--session-id", id],
  watch: ["watch"],
  emulate: ["emulate"]
}

const noNumbers = [
  "-1",
  "-0.5",
  "1.5",
  "x",
  "",
  " ",
  "NaN",
  "Infinity",
  "-Infinity",
  "1e400",
  "1e1",
  "0x1",
  "١",
  "null"
]
const noAmounts = ["-1", "1.", ".5", "1,5", "x", "", " ", "NaN", "Infinity", "1e3", "0x1", "9".repeat(400)]
const noDurations = ["-1s", "-1", "0", "5", "0s", "0.4ms", "1ns", "1us", "x", "", " ", "NaNs", "NaN seconds", "1e400s"]
const tooLong = ["25 days", "1000000h", "Infinity", "infinity days", `${"9".repeat(400)}s`, "9".repeat(400)]

/** What each option refuses; all others of these commands take a text or nothing. */
const refused: ReadonlyArray<readonly [command: string, option: string, values: ReadonlyArray<string>]> = [
  ["emulate", "port", [...noNumbers, "65536", "99999", "9".repeat(400)]],
  ["emulate", "balance", noAmounts],
  ["ping", "retries", [...noNumbers, "4", "99999", "9".repeat(400)]],
  ["auth", "timeout", [...noDurations, ...tooLong]],
  ["ping", "timeout", [...noDurations, ...tooLong]],
  ["watch", "timeout", [...noDurations, ...tooLong]],
  ["watch", "for", [...noDurations, ...tooLong]],
  ["watch", "interval", [...noDurations, ...tooLong]],
  ["emulate", "session-ttl", [...noDurations, ...tooLong]]
]

describe("an option that is out of its range ends with 2, names itself, and asks nothing of the service", () => {
  for (const [command, option, values] of refused) {
    served(`${command} --${option}`, () =>
      Effect.gen(function* () {
        const env = yield* environment
        for (const value of values) {
          const ended = yield* cli([...(commands[command] ?? []), "--json", `--${option}`, value], env)
          const said = `--${option} ${value}: ${ended.stdout}${ended.stderr}`
          assert.strictEqual(ended.code, 2, said)
          assert.include(ended.stderr, `--${option}`, said)
          assert.notMatch(ended.stdout + ended.stderr, /\n\s+at /, said)
        }
        assert.deepStrictEqual(yield* (yield* Emulator.Emulator).log, [])
      })
    )
  }

  served("--style", () =>
    Effect.gen(function* () {
      const env = yield* environment
      for (const command of ["auth", "ping", "watch"]) {
        for (const value of ["", "rpc", "RPC-ENCODED", "constructor"]) {
          const ended = yield* cli([...(commands[command] ?? []), "--style", value], env)
          assert.strictEqual(ended.code, 2, ended.stderr)
        }
      }
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).log, [])
    })
  )
})

describe.each([
  ["script", "ScriptError"],
  ["accounts", "AccountsError"]
])("a file of --%s", (option, tag) => {
  for (const [title, path] of [
    ["that is not there", "/nonexistent/script.json"],
    ["behind a file", "package.json/script.json"],
    ["that is a folder", "test"],
    ["whose path is too long", `/${"x".repeat(5000)}`],
    ["without a name", ""],
    ["that is none", "README.md"]
  ] as const) {
    it.effect(`${title} ends with 2 and is named`, () =>
      Effect.gen(function* () {
        const { code, json, stderr } = yield* cli(["emulate", "--json", `--${option}`, path])
        assert.deepStrictEqual([code, stderr], [2, ""])
        assert.deepInclude(json[0]?.["error"], { _tag: tag, source: path })
      })
    )
  }
})

describe("the ends of a range are within it", () => {
  served("--retries 3, --timeout 1ms and 24 days", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const retries = yield* cli(["ping", "--json", "--session-id", id, "--retries", "3", "--timeout", "24 days"], env)
      assert.strictEqual(retries.code, 3, retries.stderr)
      const none = yield* cli(["ping", "--json", "--session-id", id, "--retries", "0"], env)
      assert.strictEqual(none.code, 3, none.stderr)
    })
  )
})
