// The tests in other languages that docs/testing.md shows, run as they stand there.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { missing, run, temporaryFolder } from "./support.ts"

const world = Layer.provideMerge(Server.layer(), Emulator.layer())

const page = fs.readFileSync(new URL("../../docs/testing.md", import.meta.url), "utf8")
const recipes = Array.from(page.matchAll(/^```(php|python)\n([^]*?)^```$/gm), ([, language = "", text = ""]) => ({
  language,
  text
}))

const phpUnit = fileURLToPath(new URL("php/phpunit.php", import.meta.url))

/** Runs a recipe against this emulator; what it prints. */
const follow = (text: string, program: string, ...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const { port } = yield* Server.EmulatorServer
    const file = join(yield* temporaryFolder, "recipe")
    fs.writeFileSync(file, text)
    return yield* run("env", [`EMULATOR=http://127.0.0.1:${port}`, program, ...args, file], "")
  })

const outcomes = Effect.map(
  Effect.flatMap(Emulator.Emulator, ({ log }) => log),
  (log) => log.map(({ operation, outcome }) => `${operation}: ${outcome}`)
)

const recipe = (language: string, isIt: (text: string) => boolean): string => {
  const [text = "", ...others] = recipes.flatMap((it) => (it.language === language && isIt(it.text) ? [it.text] : []))
  assert.isEmpty(others)
  return text
}

describe("docs/testing.md", () => {
  it.scopedLive.skipIf(missing.php)("has a test for PHPUnit", () =>
    Effect.gen(function* () {
      const printed = yield* follow(
        recipe("php", () => true),
        "php",
        phpUnit
      )
      assert.strictEqual(printed, "testSendsUntilTheSessionIsForgotten passed\n")
      assert.deepStrictEqual(yield* outcomes, ["auth: OK", "sendmsg: OK", "sendmsg: ERR 001"])
    }).pipe(Effect.provide(world))
  )

  it.scopedLive.skipIf(missing.python)("has one for Python alone", () =>
    Effect.gen(function* () {
      const text = recipe("python", (it) => !it.includes("zeep"))
      yield* follow(text, "python3")
      assert.deepStrictEqual(yield* outcomes, ["auth: OK", "auth: status"])
    }).pipe(Effect.provide(world))
  )

  it.scopedLive.skipIf(missing.zeep)("has one for zeep", () =>
    Effect.gen(function* () {
      const text = recipe("python", (it) => it.includes("zeep"))
      yield* follow(text, "/usr/bin/python3")
      assert.deepStrictEqual(yield* outcomes, ["auth: OK", "sendmsg: OK"])
    }).pipe(Effect.provide(world))
  )
})
