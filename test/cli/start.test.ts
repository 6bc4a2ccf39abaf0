import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as recorded from "../recorded.ts"
import { run } from "./process.ts"

it.live(
  "start shows a session opened, kept alive, lost and recovered, and a message sent through it",
  () =>
    Effect.gen(function* () {
      const ended = yield* run("scripts/start.ts", ["--json"])
      assert.strictEqual(ended.code, 0, ended.stderr)
      // What the session logs is told as events.
      assert.strictEqual(ended.stderr, "")
      const events = ended.json.map(({ event }) => String(event))
      const story = [
        "authenticated",
        "pinged",
        "skipped",
        "refused",
        "authenticated",
        "degraded",
        "retrying",
        "recovered",
        "message",
        "closed",
        "summary"
      ]
      // In this order, whatever else comes between.
      const told = events.reduce((next, event) => (event === story[next] ? next + 1 : next), 0)
      assert.strictEqual(told, story.length, `stopped before ${story[told]} in ${events.join(" ")}`)
      // The README has a recording of another run.
      for (const event of recorded.events) assert.include(events, event)
      const statuses = ended.json.flatMap(({ status }) => (status === undefined ? [] : [status]))
      assert.deepStrictEqual([statuses[0], statuses.at(-1)], ["002", "004"])
      const count = (event: string) => events.filter((each) => each === event).length
      assert.deepInclude(ended.json.at(-1), {
        logins: count("authenticated"),
        pings: count("pinged"),
        skipped: count("skipped"),
        refusalsRecovered: 1,
        faultsSurvived: 1
      })
    }),
  120_000
)
