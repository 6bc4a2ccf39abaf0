// The programs that docs/migrating.md has on the left, and what it says of them.
import { assert, describe, it, vi } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { Effect, Layer } from "effect"
import * as fs from "node:fs"
import { join } from "node:path"
import { missing, run, temporaryFolder } from "./interop/support.ts"

const programs = new URL("../docs/programs/", import.meta.url)
const page = fs.readFileSync(new URL("../docs/migrating.md", import.meta.url), "utf8")
const world = Layer.provideMerge(Server.layer(), Emulator.layer())

/** What it says for a message id, where the service has refused the session. */
const notAnId = " 001, Authentication failed"

const nothing = (): unknown => undefined

/** The program on npm soap, with the beat of its timer in the test's hands. */
const old = Effect.gen(function* () {
  const { endpoint } = yield* EmulatorServer
  let beat = nothing
  yield* Effect.acquireRelease(
    Effect.sync(() => {
      vi.stubEnv("CLICKATELL_ENDPOINT", endpoint("document-literal"))
      vi.stubGlobal("setInterval", (ping: typeof nothing) => {
        beat = ping
      })
    }),
    () =>
      Effect.sync(() => {
        vi.unstubAllEnvs()
        vi.unstubAllGlobals()
      })
  )
  const { send } = yield* Effect.promise(() => import("../docs/programs/old-soap.ts"))
  return {
    ping: Effect.tryPromise(async () => void (await beat())),
    send: Effect.promise(() => send("27990000001", "Hi"))
  }
})

it.scopedLive(
  "on npm soap a refused session is a message's id, a broken network an unhandled rejection, a refused ping nothing",
  () =>
    Effect.gen(function* () {
      const { expireSessions, fail, log, messages } = yield* Emulator.Emulator
      const { ping, send } = yield* old
      assert.match(yield* send, /^[0-9a-f]{32}$/)
      yield* ping
      yield* fail(Fault.drop, { operation: "ping" })
      assert.isTrue(yield* Effect.isFailure(ping))

      yield* expireSessions
      yield* ping
      assert.strictEqual((yield* log).at(-1)?.outcome, "ERR 001")
      assert.strictEqual(yield* send, notAnId)
      assert.lengthOf(yield* messages, 1)
    }).pipe(Effect.provide(world))
)

describe.skipIf(missing.php)("on PHP's SoapClient", () => {
  const source = fs.readFileSync(new URL("old-soap.php", programs), "utf8")

  it("the page shows the program that is run", () => assert.include(page, `\`\`\`php\n${source}\`\`\`\n`))

  it.scopedLive("a refused session is taken for a message's id, too", () =>
    Effect.gen(function* () {
      const { fail } = yield* Emulator.Emulator
      const { endpoint } = yield* EmulatorServer
      const file = join(yield* temporaryFolder, "old.php")
      fs.writeFileSync(file, `${source}echo send('27990000001', 'Hi'), "\\n", send('27990000001', 'Hi');`)
      yield* fail(Fault.reply("ERR: 001, Authentication failed"), { operation: "sendmsg" })
      const printed = yield* run("env", [`CLICKATELL_ENDPOINT=${endpoint("document-literal")}`, "php", file], "")
      assert.match(printed, new RegExp(`^${notAnId}\n[0-9a-f]{32}$`))
    }).pipe(Effect.provide(world))
  )
})
