// The pictures in the guides and the table of the state machine are drawn from the state machine and played from the default schedules: see scripts/draw.ts.
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import { run } from "./cli/process.ts"

it.live("the drawings in docs are those of the code", () =>
  Effect.gen(function* () {
    const ended = yield* run("scripts/draw.ts", ["--check"])
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.deepStrictEqual(ended.stdout.trim().split("\n"), [
      "docs/images/fleet.svg is current",
      "docs/images/state-machine.svg is current",
      "docs/images/timeline.svg is current",
      "docs/images/trace.svg is current",
      "docs/state-machine.md is current"
    ])
  })
)
