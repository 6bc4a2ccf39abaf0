import { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { SessionStatus } from "@effect-clickatell/core/SessionStatus"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Duration, Effect } from "effect"
import type { Memory } from "../../packages/cli/src/screen/memory.ts"
import * as memories from "../../packages/cli/src/screen/memory.ts"
import * as view from "../../packages/cli/src/screen/view.ts"
import { environment, served } from "./account.ts"
import { cli } from "./inProcess.ts"
import { startOnTerminal } from "./process.ts"

const at = DateTime.unsafeMake("2026-06-01T12:00:00Z")
const now = DateTime.toEpochMillis(at)

const status: SessionStatus = {
  state: "Ready",
  generation: 2,
  health: "Healthy",
  idle: Duration.seconds(80),
  lastSuccess: at,
  lastError: undefined
}

const memory: Memory = {
  events: [
    SessionEvent.Authenticated({ at, generation: 1 }),
    SessionEvent.Refused({
      at,
      generation: 1,
      error: "AuthFailed",
      reason: "SessionNotAccepted",
      idle: Duration.seconds(3),
      age: Duration.seconds(9)
    }),
    SessionEvent.Pinged({ at, generation: 2 })
  ],
  requests: new Map([
    ["auth", 2],
    ["ping", 5]
  ]),
  failed: 1,
  took: Duration.millis(12),
  wait: { operation: "ping", from: now - 80_000, until: now + 160_000 }
}

const plain = { paint: (_: unknown, text: string) => text }

describe("the screen of a watch", () => {
  it("shows what is known, and a bar for the wait", () => {
    const lines = view.lines("127.0.0.1:80", { memory, now, status }, { columns: 80, rows: 24, ...plain })
    assert.deepStrictEqual(lines, [
      "clickatell-ping watch  127.0.0.1:80",
      "",
      "state      Ready, healthy",
      "session    2",
      "idle       1m 20s",
      "next ping  in 2m 40s   [##########....................]",
      "requests   auth 2, ping 5, failed 1, the last took 12 ms",
      "",
      "12:00:00  authenticated   session 1",
      "12:00:00  refused         session 1  error AuthFailed  reason SessionNotAccepted",
      "12:00:00  pinged          session 2",
      "",
      "Ctrl-C closes the session"
    ])
  })

  it("shows the newest of what there is no room for, and no more than fits", () => {
    for (const columns of [20, 40, 80]) {
      for (const rows of [1, 5, 11, 12]) {
        const lines = view.lines("127.0.0.1:80", { memory, now, status }, { columns, rows, ...plain })
        assert.isAtMost(lines.length, rows)
        assert.isAtMost(Math.max(...lines.map(({ length }) => length)), columns)
        if (rows === 11) assert.match(lines.join("\n"), /\n12:00:00 {2}pinged.*\n\nCtrl-C/)
      }
    }
  })

  it("paints what is cut as far as it is seen", () => {
    const lines = view.lines(
      "host",
      { memory, now, status },
      { columns: 14, rows: 24, paint: (_, text) => `<${text}>` }
    )
    assert.strictEqual(lines[2], "<state      ><Rea>")
  })

  it("knows what a retry waits for, and nothing once the session is over", () => {
    const retrying = SessionEvent.Retrying({
      at,
      generation: 1,
      error: "TransportError",
      reason: "Timeout",
      operation: "auth",
      delay: Duration.seconds(5)
    })
    const waiting = memories.addEvent(memories.empty, retrying)
    assert.deepStrictEqual(waiting.wait, { operation: "auth", from: now, until: now + 5_000 })
    assert.isUndefined(memories.addEvent(waiting, SessionEvent.Closed({ at, generation: 1 })).wait)
  })
})

const enter = "\u001b[?1049h"
const leave = "\u001b[?1049l"
const frames = (sent: string) => sent.split("\u001b[H").slice(1)

describe("watch on a terminal", () => {
  served("is one screen, which Ctrl-C leaves with what happened on the terminal", () =>
    Effect.gen(function* () {
      const env = { ...(yield* environment), NO_COLOR: "1" }
      const watching = yield* startOnTerminal(["watch", "--interval", "1s"], { columns: 80, rows: 24 }, env)
      yield* watching.printed("pinged")
      yield* watching.type("\u0003")
      const { code, stdout } = yield* watching.ended
      assert.strictEqual(code, 0, stdout)
      const [before = "", screen = "", after = ""] = stdout.replace(leave, enter).split(enter)
      assert.strictEqual(before, "")
      const last =
        frames(screen)
          .filter((frame) => frame.includes("pinged") && frame.includes("Ready"))
          .at(-1) ?? ""
      assert.match(last, /state {6}Ready, healthy/)
      assert.match(last, /next ping {2}in .*\[[#.]{30}\]/)
      assert.match(last, /requests {3}auth 1, ping \d+, failed 0, the last took \d+ ms/)
      for (const frame of frames(screen)) {
        const lines = frame.replaceAll("\u001b[K", "").replaceAll("\u001b[J", "").split("\r\n")
        assert.isAtMost(lines.length, 24)
        assert.isAtMost(Math.max(...lines.map(({ length }) => length)), 80)
      }
      const told = after.split(/\r?\n/).map((line) => line.split(/ +/)[1])
      assert.includeMembers(told, ["authenticated", "pinged", "closed"])
    })
  )

  served("is lines where the terminal is dumb", () =>
    Effect.gen(function* () {
      const env = { ...(yield* environment), NO_COLOR: "1", TERM: "dumb" }
      const watching = yield* startOnTerminal(["watch"], { columns: 80, rows: 24 }, env)
      yield* watching.printed("authenticated")
      yield* watching.type("\u0003")
      const { code, stdout } = yield* watching.ended
      assert.strictEqual(code, 0)
      assert.notInclude(stdout, "\u001b")
    })
  )

  served("refuses an interval that cannot keep a session alive", () =>
    Effect.gen(function* () {
      const env = { ...(yield* environment), NO_COLOR: "1" }
      const watching = yield* startOnTerminal(["watch", "--interval", "20m"], { columns: 80, rows: 24 }, env)
      const { code, stdout } = yield* watching.ended
      assert.strictEqual(code, 2)
      assert.match(stdout, /^watch: the --interval of 20m/)
      assert.deepStrictEqual(yield* (yield* Emulator.Emulator).log, [])
    })
  )
})

const watched = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    yield* emulator.fail(Fault.reply("ERR: 001, Authentication failed"))
    return yield* cli([...args, "watch"], yield* environment)
  })

describe("what a session logs", () => {
  served("is not told a second time, since it is an event", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* watched([])
      assert.strictEqual(code, 3)
      assert.match(stdout, /rejected/)
      assert.strictEqual(stderr.trim().split("\n").length, 1, stderr)
    })
  )

  served("is on stderr where a level is asked for", () =>
    Effect.gen(function* () {
      const { stderr } = yield* watched(["--log-level", "debug"])
      assert.match(stderr, /DEBUG.*authenticating[^]*ERROR.*rejected/)
    })
  )
})
