import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"

interface Guarded {
  readonly fiber: Fiber.RuntimeFiber<unknown>
  /** Tells whoever waits that the session is over, whatever the fiber is doing. */
  readonly release: () => void
}

/** What callers of a session have under way in fibers that end with it. */
export class Guard {
  private readonly all = new Set<Guarded>()
  private closed = false

  /** Runs a caller's effect until it ends or the session does: the caller is then told `over`, and not interrupted. */
  run<A, E, R, F>(effect: Effect.Effect<A, E, R>, over: F): Effect.Effect<A, E | F, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        if (this.closed) return Effect.fail(over)
        const outcome = Deferred.unsafeMake<Exit.Exit<A, E>, F>(FiberId.none)
        return effect.pipe(
          Effect.interruptible,
          // A fiber that fails is logged with its error, which may be the caller's own: this one ends with it as its value.
          Effect.exit,
          Effect.forkDaemon,
          Effect.flatMap((fiber) => {
            this.watch(fiber, outcome, over)
            return restore(Deferred.await(outcome)).pipe(
              Effect.onInterrupt(() => Fiber.interrupt(fiber)),
              Effect.flatMap((exit): Effect.Effect<A, E | F> =>
                this.closed && Exit.isInterrupted(exit)
                  ? Effect.fail(over)
                  : Effect.zipRight(Fiber.inheritAll(fiber), exit)
              )
            )
          })
        )
      })
    )
  }

  private watch<A, E, F>(
    fiber: Fiber.RuntimeFiber<Exit.Exit<A, E>>,
    outcome: Deferred.Deferred<Exit.Exit<A, E>, F>,
    over: F
  ): void {
    const guarded = { fiber, release: () => Deferred.unsafeDone(outcome, Effect.fail(over)) }
    this.all.add(guarded)
    fiber.addObserver((exit) => {
      this.all.delete(guarded)
      Deferred.unsafeDone(outcome, exit)
    })
    if (this.closed) interrupt(fiber)
  }

  /** Interrupts everything; gives the fibers that are about to end. */
  close(): ReadonlyArray<Fiber.RuntimeFiber<unknown>> {
    this.closed = true
    const fibers = Array.from(this.all, ({ fiber }) => fiber)
    for (const fiber of fibers) interrupt(fiber)
    return fibers
  }

  /** Lets go of those who wait for something that does not end. */
  release(): void {
    for (const { release } of this.all) release()
  }
}

const interrupt = (fiber: Fiber.RuntimeFiber<unknown>): void => fiber.unsafeInterruptAsFork(fiber.id())
