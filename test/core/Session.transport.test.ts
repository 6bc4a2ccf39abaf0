import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { logIn } from "./moments.ts"
import * as Scripted from "./scriptedTransport.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { GetBalance } from "./support.ts"

describe("a transport that interrupts itself", () => {
  it.each(["auth", "ping"])("in %s is told to those who wait as a broken connection", (operation) => {
    const stage = make("interrupts itself")
    if (operation === "ping") logIn(stage)
    stage.server.always(operation, () => Effect.interrupt)
    const callers = crowd(stage.world, 10, stage.session.ping)
    stage.world.advance("1 minute")
    assert.deepStrictEqual(ends(callers), ["TransportError Reset"])
    assert.include(stage.tags(), "Degraded")
  })
})

describe("a transport that dies", () => {
  it.each(["auth", "ping", "getbalance"])(
    "in %s is a defect for those who wait, and for nobody after them",
    (operation) => {
      const stage = make("dies")
      if (operation !== "auth") logIn(stage)
      stage.server.next(operation, Scripted.dies)
      const call = operation === "getbalance" ? Effect.asVoid(stage.session.execute(GetBalance)) : stage.session.ping
      const caller = stage.world.fork<void, unknown>(call)
      stage.world.advance("15 seconds")
      const next = stage.world.fork<void, unknown>(call)
      stage.world.advance("1 second")
      assert.deepStrictEqual([ended(caller), ended(next)], ["defect", "ok"])
    }
  )
})

it("a session too short for any call to use it ends its callers, however large the login budget", () => {
  const stage = make("too short", { maxAge: 1, loginBudget: { spacing: 1, limit: 1_000_000, window: 1 } })
  const caller = stage.world.fork(stage.session.ping)
  stage.world.advance("1 minute")
  assert.notStrictEqual(ended(caller), "waiting")
})
