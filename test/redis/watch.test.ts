// Processes of the command line that share a session.
import { assert, describe } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { environment, served } from "../cli/account.ts"
import { start } from "../cli/process.ts"
import { missing, serve, titled } from "./server.ts"

const key = "a key of the fleet and a secret"

const keyFile = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-keys-"))),
    (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
  ),
  (folder) => {
    const path = join(folder, "keys")
    fs.writeFileSync(path, `${key}\nan old key of the fleet\n`)
    return path
  }
)

const url = (port: number, password = "") => `redis://${password}127.0.0.1:${port}`

describe.skipIf(missing)(titled("watch --store"), () => {
  served("takes the session that another process has opened, with keys of the environment or of a file", () =>
    Effect.gen(function* () {
      const { port } = yield* serve()
      const env = yield* environment
      const first = yield* start(["watch", "--json"], {
        ...env,
        CLICKATELL_STORE: url(port),
        CLICKATELL_STORE_KEYS: key,
        CLICKATELL_STORE_PREFIX: "fleet"
      })
      yield* first.printed("authenticated")
      const flags = ["--store", url(port), "--store-key-file", yield* keyFile, "--store-prefix", "fleet"]
      const second = yield* start(["watch", "--json", ...flags], env)
      yield* second.printed("adopted")
      for (const { ended, interrupt } of [first, second]) {
        yield* interrupt
        const { code, stderr } = yield* ended
        assert.deepStrictEqual([code, stderr], [0, ""])
      }
      const log = yield* (yield* Emulator.Emulator).log
      assert.lengthOf(
        log.filter(({ operation }) => operation === "auth"),
        1
      )
    })
  )

  served("goes on by itself where Redis refuses it, says so, and shows no secret", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      yield* server.ask("CONFIG", "SET", "requirepass", "right")
      const env = { ...(yield* environment), CLICKATELL_STORE_KEYS: key }
      const watching = yield* start(["watch", "--json", "--store", url(server.port, ":wr0ng@")], env)
      yield* watching.printed("authenticated")
      yield* watching.interrupt
      const { code, json, stderr, stdout } = yield* watching.ended
      assert.strictEqual(code, 0)
      assert.deepStrictEqual(
        json.map(({ event }) => event),
        ["detached", "authenticating", "authenticated", "closed"]
      )
      assert.notInclude(stderr, "ioredis")
      assert.notMatch(stdout + stderr, /wr0ng|a key of the fleet/)
    })
  )

  served("names what is missing or wrong, and does not repeat it", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const watch = (args: ReadonlyArray<string>, more: Readonly<Record<string, string>>) =>
        Effect.flatMap(start(["watch", ...args], { ...env, ...more }), ({ ended }) => ended)
      const cases = [
        [["--store", "redis://127.0.0.1"], {}, "CLICKATELL_STORE_KEYS"],
        [["--store", "redis://127.0.0.1", "--store-key-file", "/nowhere"], {}, "--store-key-file"],
        [[], { CLICKATELL_STORE: "http://:wr0ng@127.0.0.1", CLICKATELL_STORE_KEYS: key }, "CLICKATELL_STORE"],
        [[], { CLICKATELL_STORE: "redis://127.0.0.1", CLICKATELL_STORE_KEYS: "wr0ng" }, "key"]
      ] as const
      for (const [args, more, named] of cases) {
        const { code, stderr, stdout } = yield* watch(args, more)
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.include(stderr, named)
        assert.notInclude(stderr, "wr0ng")
      }
    })
  )
})
