// Whole programs that pages show, each as a process of its own, as it stands there.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import { Effect, Layer } from "effect"
import * as fs from "node:fs"
import { join } from "node:path"
import { startProgram } from "./cli/process.ts"
import { blocksOf } from "./follow.mjs"
import { programFolder } from "./programFolder.ts"

const root = new URL("../", import.meta.url)
const world = Layer.provideMerge(Server.layer(), Emulator.layer())

/** Starts the program under a heading of a page. */
const start = (page: string, heading: string, env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const file = join(yield* programFolder, "main.mjs")
    const block = blocksOf(fs.readFileSync(new URL(page, root), "utf8"), heading).find(
      ({ language }) => language === "ts"
    )
    fs.writeFileSync(file, block?.text ?? "")
    return yield* startProgram(process.execPath, [file], env)
  })

/** An environment in which programs send to this test's emulator. */
const complete = Effect.map(EmulatorServer, ({ endpoint }) => ({
  CLICKATELL_API_ID: "123456",
  CLICKATELL_USER: "demo",
  CLICKATELL_PASSWORD: "demo",
  CLICKATELL_ENDPOINT: endpoint("document-literal")
}))

const outcomes = Effect.flatMap(Emulator.Emulator, ({ log }) =>
  Effect.map(log, (entries) => entries.map(({ operation, outcome }) => `${operation} ${outcome}`))
)

describe("the program in README.md", () => {
  it.scopedLive("runs as it stands", () =>
    Effect.gen(function* () {
      const program = yield* start("README.md", "## Use it", yield* complete)
      const { code, stderr, stdout } = yield* program.ended
      assert.match(stdout, /message="the session is alive"\n$/)
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.deepStrictEqual(yield* outcomes, ["auth OK", "ping OK"])
    }).pipe(Effect.provide(world))
  )

  it.scopedLive("names the variables that are not set", () =>
    Effect.gen(function* () {
      const program = yield* start("README.md", "## Use it", { CLICKATELL_USER: "demo" })
      const { code, stderr } = yield* program.ended
      assert.strictEqual(
        stderr,
        "auth: CredentialsUnavailable: CLICKATELL_API_ID and CLICKATELL_PASSWORD are not set, so nothing was sent: set them\n"
      )
      assert.strictEqual(code, 1)
    })
  )
})

it.scopedLive("the service of docs/service.md ends its work while it still has its session", () =>
  Effect.gen(function* () {
    const program = yield* start("docs/service.md", "## The end", yield* complete)
    yield* program.printed("authenticated")
    yield* program.signal("SIGTERM")
    const { stdout } = yield* program.ended
    assert.match(stdout, /the work ends, the session is Ready\n$/)
  }).pipe(Effect.provide(world))
)
