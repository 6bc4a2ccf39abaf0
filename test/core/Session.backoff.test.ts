import { assert, describe, it } from "@effect/vitest"
import { Duration, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { ended, make } from "./stage.ts"

describe("between two tries of a login", () => {
  it("a caller who comes waits for the next one, though the budget lets no other login begin", () => {
    const stage = make("joins a back-off")
    stage.server.next("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.open)
    stage.world.advance("2 seconds")
    const late = stage.world.fork(stage.session.open)
    stage.world.advance("4 seconds")
    assert.deepStrictEqual([ended(late), stage.sent("auth")], ["ok", 2])
  })

  it("the keep-alive waits for the next one too, and sends none of its own", () => {
    const stage = make("renews in a back-off", {
      keepAlive: { schedule: Schedule.spaced("1 minute") },
      loginRetry: Schedule.spaced("20 seconds"),
      loginBudget: { spacing: "1 second", limit: 100 }
    })
    stage.world.fork(stage.session.open)
    stage.world.advance("50 seconds")
    stage.server.expire()
    stage.server.next("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 minute")
    assert.lengthOf(stage.times("auth"), 3)
    assert.strictEqual(stage.tags().filter((tag) => tag === "Retrying").length, 1)
  })

  it("its retry is told as one of the login, with the pause before it", () => {
    const stage = make("tells a back-off", { loginRetry: Schedule.spaced("20 seconds") })
    stage.server.next("auth", Scripted.broken("Timeout"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(
      stage.events.flatMap((event) =>
        event._tag === "Retrying" ? [[event.operation, Duration.toSeconds(event.delay)]] : []
      ),
      [["auth", 20]]
    )
  })
})
