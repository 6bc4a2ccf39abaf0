import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { obeyed, words } from "../core/hostileWords.ts"
import { environment, served } from "./account.ts"
import { cli, startProgram } from "./inProcess.ts"

const id = "0123456789abcdef0123456789abcdef"

const faults: ReadonlyArray<readonly [string, Fault.Fault, string]> = [
  ["an error", Fault.reply(`ERR: 777, ${words}`), "description"],
  ["a fault", Fault.fault("Server", { reason: words }), "faultString"]
]

describe.each(faults)("what a server wrote into %s", (_, fault, field) => {
  served("is a text on a terminal, and nothing that it obeys", () =>
    Effect.gen(function* () {
      yield* (yield* Emulator.Emulator).fail(fault)
      const { stderr, stdout } = yield* cli(["ping", "--session-id", id], yield* environment)
      assert.include(stderr, "FORGED line")
      assert.deepStrictEqual(obeyed(stdout + stderr), [])
      assert.strictEqual(stderr.trimEnd().split("\n").length, 1)
    })
  )

  served("is in a line of JSON as it came, and nothing that a terminal obeys", () =>
    Effect.gen(function* () {
      yield* (yield* Emulator.Emulator).fail(fault)
      const { json, stderr, stdout } = yield* cli(["ping", "--json", "--session-id", id], yield* environment)
      assert.deepInclude(json[0]?.["error"], { [field]: words })
      assert.deepStrictEqual([obeyed(stdout), stderr, json.length], [[], "", 1])
    })
  )
})

describe("what is printed of others' words", () => {
  it.scoped("is a text where a file is named", () =>
    Effect.gen(function* () {
      const folder = yield* Effect.acquireRelease(
        Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-"))),
        (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
      )
      const file = join(folder, "script\u001b[31m\u009b\u202e.json")
      fs.writeFileSync(file, "[\u001b[31m\u009b\u202e]")
      const { code, stderr, stdout } = yield* cli(["emulate", "--script", file])
      assert.strictEqual(code, 2)
      assert.include(stderr, "\\u202e")
      assert.deepStrictEqual(obeyed(stdout + stderr), [])
    })
  )

  it.effect("is a text where a bug quotes them", () =>
    Effect.gen(function* () {
      const { ended } = yield* startProgram(Effect.die(new Error(`it said ${words}`)))
      const { code, stderr } = yield* ended
      assert.strictEqual(code, 1)
      assert.match(stderr, /^Error: it said no .*FORGED line\n\s+at /)
      assert.deepStrictEqual(obeyed(stderr), [])
    })
  )

  it.effect("is no place where a bug happened, though it looks like one", () =>
    Effect.gen(function* () {
      const { ended } = yield* startProgram(
        Effect.die(new Error("it said\n    at forged (file.ts:1:1)\n    at $& again"))
      )
      const [text, ...frames] = (yield* ended).stderr.trimEnd().split("\n")
      assert.match(text ?? "", /^Error: it said.*forged.* again$/)
      assert.isNotEmpty(frames)
      for (const frame of frames) assert.notMatch(frame, /forged|again/)
    })
  )
})
