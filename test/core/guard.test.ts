import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FiberRef } from "effect"
import { Callback } from "../../packages/core/src/internal/callback.ts"
import type { Start } from "../../packages/core/src/internal/callback.ts"
import * as guard from "../../packages/core/src/internal/session/guard.ts"
import { ended } from "./stage.ts"
import * as virtualTime from "./virtualTime.ts"

interface Session extends guard.Owner {
  isClosed: boolean
}

const over = Exit.fail("over")

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
        over
      )
    )
    assert.deepStrictEqual([ended(caller), begun], ["over", false])
  })

  it("takes no room once it has ended", () => {
    const world = virtualTime.make("room")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.sleep("1 second"), over))
    assert.strictEqual(session.guarded?.size, 1)
    world.advance("1 second")
    assert.deepStrictEqual([ended(caller), session.guarded], ["ok", undefined])
  })

  it("leaves the others where they are when it ends", () => {
    const world = virtualTime.make("others")
    const session = open()
    world.fork(guard.run(session, Effect.never, over))
    world.fork(guard.run(session, Effect.void, over))
    assert.strictEqual(session.guarded?.size, 1)
  })

  it("ends with the session, which its caller is told, and which does not interrupt that one", () => {
    const world = virtualTime.make("ends")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.never, over))
    close(session)
    while (world.step());
    assert.deepStrictEqual([ended(caller), world.alive()], ["over", 0])
  })

  it("is told as interrupted where it interrupts itself and the session goes on", () => {
    const world = virtualTime.make("itself")
    assert.strictEqual(ended(world.fork(guard.run(open(), Effect.interrupt, over))), "interrupted")
  })

  it("may succeed in the moment in which the session ends", () => {
    const world = virtualTime.make("both")
    const session = open()
    const effect = Effect.uninterruptible(Effect.sync(() => close(session)))
    assert.strictEqual(ended(world.fork(guard.run(session, effect, over))), "ok")
  })

  it("ends where it has closed the session itself", () => {
    const world = virtualTime.make("own end")
    const session = open()
    const effect = Effect.zipRight(
      Effect.sync(() => (session.isClosed = true)),
      Effect.never
    )
    assert.strictEqual(ended(world.fork(guard.run(session, effect, over))), "over")
  })

  it("is let go where it cannot be interrupted", () => {
    const world = virtualTime.make("let go")
    const session = open()
    const caller = world.fork(guard.run(session, Effect.uninterruptible(Effect.never), over))
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
    const effect = guard.run(open(), FiberRef.set(ref, "after"), over, inherits)
    assert.strictEqual(world.now(Effect.zipRight(effect, FiberRef.get(ref))), expected)
  })
})

const nothing = () => {}
const notStarted = () => assert.fail("it was not started")

describe("an exchange that calls back", () => {
  type Resume = Parameters<Start<string, string>>[0]

  /** A caller who waits for one, in a session of its own. */
  const begin = (
    start: (resume: Resume, session: Session) => void,
    { around = (sent) => sent, stop = nothing }: Around = {}
  ) => {
    const world = virtualTime.make("called back")
    const session = open()
    let stopped = 0
    let resume: Resume = notStarted
    const sent = new Callback<string, string>((given) => {
      resume = given
      start(given, session)
      return () => {
        stopped++
        stop()
      }
    })
    const caller = world.fork(around(guard.exchange(session, sent, over)))
    const settle = () => {
      while (world.step());
      return [ended(caller), stopped, session.guarded?.size ?? 0]
    }
    return { world, session, caller, settle, resume: (exit: Exit.Exit<string, string>) => resume(exit) }
  }

  interface Around {
    readonly around?: (sent: Effect.Effect<string, string>) => Effect.Effect<string, string>
    readonly stop?: () => void
  }

  it("takes no fiber but the caller's, and no room once it has ended", () => {
    const { resume, settle, world } = begin(nothing)
    assert.deepStrictEqual([...settle(), world.alive()], ["waiting", 0, 1, 1])
    resume(Exit.succeed("reply"))
    assert.deepStrictEqual([...settle(), world.alive()], ["ok", 0, 0, 0])
  })

  it("may end before it has begun to wait", () => {
    assert.deepStrictEqual(begin((resume) => resume(Exit.fail("down"))).settle(), ["down", 0, 0])
  })

  it("has one end, whatever is called back afterwards", () => {
    const { resume, session, settle } = begin(nothing)
    resume(Exit.succeed("reply"))
    resume(Exit.fail("down"))
    close(session)
    assert.deepStrictEqual(settle(), ["ok", 0, 0])
  })

  it("is stopped with the session, and its caller told, who may be where nothing can interrupt", () => {
    for (const around of [<A>(sent: A) => sent, Effect.uninterruptible]) {
      const { resume, session, settle } = begin(nothing, { around })
      close(session)
      assert.deepStrictEqual(settle(), ["over", 1, 0])
      resume(Exit.succeed("too late"))
      assert.deepStrictEqual(settle(), ["over", 1, 0])
    }
  })

  it("is stopped where its caller is interrupted", () => {
    const { caller, session, settle } = begin(nothing)
    caller.unsafeInterruptAsFork(caller.id())
    assert.deepStrictEqual(settle(), ["interrupted", 1, 0])
    close(session)
    assert.deepStrictEqual(settle(), ["interrupted", 1, 0])
  })

  it("does not keep the session from closing where it breaks while it is stopped", () => {
    const { session, settle } = begin(nothing, {
      stop: () => {
        throw new Error("stuck")
      }
    })
    close(session)
    assert.deepStrictEqual(settle(), ["over", 1, 0])
  })

  it("is a defect where it breaks at its start, which the session knows nothing of", () => {
    const broken = begin(() => {
      throw new Error("no socket")
    })
    assert.deepStrictEqual(broken.settle(), ["defect", 0, 0])
  })

  it("ends where it has closed the session itself", () => {
    assert.deepStrictEqual(begin((_, session) => close(session)).settle(), ["over", 1, 0])
  })

  it("does not begin where the session is over", () => {
    const world = virtualTime.make("over already")
    const sent = new Callback<string, string>(() => assert.fail("it was started"))
    assert.strictEqual(ended(world.fork(guard.exchange({ ...open(), isClosed: true }, sent, over))), "over")
  })

  it("is an effect like any other where nobody guards it", () => {
    const world = virtualTime.make("alone")
    let stopped = 0
    const sent = new Callback<string, string>(() => () => stopped++)
    const caller = world.fork(sent)
    caller.unsafeInterruptAsFork(caller.id())
    while (world.step());
    assert.deepStrictEqual([ended(caller), stopped], ["interrupted", 1])
    assert.strictEqual(
      world.now(
        new Callback<string, never>((resume) => {
          resume(Exit.succeed("reply"))
          return nothing
        })
      ),
      "reply"
    )
  })
})
