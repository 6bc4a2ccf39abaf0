import { assert, describe, it } from "@effect/vitest"
import { Effect, FiberRef } from "effect"
import * as guard from "../../packages/core/src/internal/session/guard.ts"
import { ended } from "./stage.ts"
import * as virtualTime from "./virtualTime.ts"

interface Session extends guard.Owner {
  isClosed: boolean
}

const open = (): Session => ({ isClosed: false, guarded: undefined })

/** Closes a session as the engine does, and lets go of whoever still waits. */
const close = (session: Session): void => {
  session.isClosed = true
  guard.close(session)
}

describe("what is run for a caller", () => {
  it("does not begin where the session is over", () => {
    const world = virtualTime.make("over")
    let begun = false
    const session = { ...open(), isClosed: true }
    const caller = world.fork(
      guard.run(
        session,
        Effect.sync(() => (begun = true)),
        "over"
      )
    )
    assert.deepStrictEqual([ended(caller), begun], ["over", false])
  })

  it("takes no room once it has ended", () => {
    const world = virtualTime.make("room")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.sleep("1 second"), "over"))
    assert.strictEqual(session.guarded?.size, 1)
    world.advance("1 second")
    assert.deepStrictEqual([ended(caller), session.guarded], ["ok", undefined])
  })

  it("leaves the others where they are when it ends", () => {
    const world = virtualTime.make("others")
    const session = open()
    world.fork(guard.run(session, Effect.never, "over"))
    world.fork(guard.run(session, Effect.void, "over"))
    assert.strictEqual(session.guarded?.size, 1)
  })

  it("ends with the session, which its caller is told, and which does not interrupt that one", () => {
    const world = virtualTime.make("ends")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.never, "over"))
    close(session)
    while (world.step());
    assert.deepStrictEqual([ended(caller), world.alive()], ["over", 0])
  })

  it("is told as interrupted where it interrupts itself and the session goes on", () => {
    const world = virtualTime.make("itself")
    assert.strictEqual(ended(world.fork(guard.run(open(), Effect.interrupt, "over"))), "interrupted")
  })

  it("may succeed in the moment in which the session ends", () => {
    const world = virtualTime.make("both")
    const session = open()
    const effect = Effect.uninterruptible(Effect.sync(() => close(session)))
    assert.strictEqual(ended(world.fork(guard.run(session, effect, "over"))), "ok")
  })

  it("ends where it has closed the session itself", () => {
    const world = virtualTime.make("own end")
    const session = open()
    const effect = Effect.zipRight(
      Effect.sync(() => (session.isClosed = true)),
      Effect.never
    )
    assert.strictEqual(ended(world.fork(guard.run(session, effect, "over"))), "over")
  })

  it("is let go where it cannot be interrupted", () => {
    const world = virtualTime.make("let go")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.uninterruptible(Effect.never), "over"))
    close(session)
    while (world.step());
    assert.strictEqual(ended(caller), "waiting")
    guard.release(session)
    while (world.step());
    assert.strictEqual(ended(caller), "over")
  })

  it.each([
    ["keeps what it sets to itself", false, "before"],
    ["sets it for its caller where that is asked for", true, "after"]
  ])("%s", (_, inherits, expected) => {
    const world = virtualTime.make("fiber")
    const ref = FiberRef.unsafeMake("before")
    const effect = guard.run(open(), FiberRef.set(ref, "after"), "over", inherits)
    assert.strictEqual(world.now(Effect.zipRight(effect, FiberRef.get(ref))), expected)
  })
})
