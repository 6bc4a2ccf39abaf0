// What only a process can show: its real environment, streams, signals and exit code.
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Server from "../platform/faultServer.ts"
import { environment, served } from "./account.ts"
import { piped, run, start } from "./process.ts"

describe("clickatell-ping as a process", () => {
  served("auth prints the id, ping takes it from the environment, and ends with 3 once it is refused", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const auth = yield* (yield* start(["auth"], env)).ended
      assert.deepStrictEqual([auth.code, auth.stderr], [0, ""])
      assert.match(auth.stdout, /^[0-9a-f]{32}\n$/)

      const CLICKATELL_SESSION_ID = auth.stdout.trim()
      const ping = Effect.flatMap(start(["ping", "--json"], { ...env, CLICKATELL_SESSION_ID }), ({ ended }) => ended)
      const alive = yield* ping
      assert.deepStrictEqual([alive.code, alive.json], [0, [{ ok: true, operation: "ping" }]])

      yield* (yield* Emulator.Emulator).expireSessions
      const refused = yield* ping
      assert.strictEqual(refused.code, 3)
      assert.deepInclude(refused.json[0]?.["error"], { _tag: "AuthFailed", reason: "SessionNotAccepted" })
      assert.notInclude(alive.stdout + alive.stderr + refused.stdout + refused.stderr, CLICKATELL_SESSION_ID)
    })
  )

  const signals: ReadonlyArray<readonly [signal: NodeJS.Signals, code: number]> = [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129]
  ]
  for (const [signal, code] of signals) {
    served(`${signal} closes a watch cleanly, and ends it with 0`, () =>
      Effect.gen(function* () {
        const watching = yield* start(["watch", "--json"], yield* environment)
        yield* watching.printed("authenticated")
        yield* watching.signal(signal)
        const ended = yield* watching.ended
        assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
        assert.deepStrictEqual(
          ended.json.map(({ event }) => event),
          ["authenticating", "authenticated", "closed"]
        )
      })
    )

    served(`${signal} ends with ${code} a ping that has no answer yet`, () =>
      Effect.gen(function* () {
        const silent = yield* Server.one(Server.hang)
        const env = { CLICKATELL_ENDPOINT: silent.url, CLICKATELL_SESSION_ID: "0123456789abcdef0123456789abcdef" }
        const pinging = yield* start(["ping"], env)
        yield* silent.requested
        yield* pinging.signal(signal)
        const ended = yield* pinging.ended
        assert.deepStrictEqual([ended.code, ended.stdout, ended.stderr], [code, "", ""])
      })
    )
  }

  served("a watch whose output nobody reads any more ends quietly, with 0", () =>
    Effect.gen(function* () {
      const { code, json, stderr } = yield* piped("watch --json --interval 1s | head -n 1", yield* environment)
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.deepStrictEqual(
        json.map(({ event }) => event),
        ["authenticating"]
      )
    })
  )

  served("a login whose output nobody reads ends as it would have", () =>
    Effect.gen(function* () {
      const env = yield* environment
      const good = yield* piped("auth --json | true", env)
      assert.deepStrictEqual([good.code, good.stderr], [0, ""])
      const bad = yield* piped("auth --json | true", { ...env, CLICKATELL_PASSWORD: "wrong" })
      assert.deepStrictEqual([bad.code, bad.stderr], [3, ""])
    })
  )

  it.live("start with a part of the credentials names the others, and does not play its demonstration", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run("scripts/start.ts", [], { CLICKATELL_PASSWORD: "canary" })
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /set CLICKATELL_API_ID; set CLICKATELL_USER/)
      assert.notInclude(stderr, "canary")
    })
  )

  served("emulate says where it listens, and ends with 0 at Ctrl-C", () =>
    Effect.gen(function* () {
      const emulating = yield* start(["emulate", "--json", "--session-ttl", "3s"])
      yield* emulating.printed("\n")
      yield* emulating.interrupt
      const ended = yield* emulating.ended
      assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      assert.deepInclude(ended.json[0], { event: "listening" })
      assert.isAbove(Number(ended.json[0]?.["port"]), 0)
    })
  )
})
