import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"

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
    return Effect.flatMap(Effect.runtime<R>(), (runtime) =>
      Effect.async<A, E | F>((resume) => {
        if (this.closed) return resume(Effect.fail(over))
        // A fiber that fails is logged with its error, which may be the caller's own: this one ends with it as its value.
        const fiber = Runtime.runFork(runtime, Effect.exit(Effect.interruptible(effect)))
        const guarded = { fiber, release: () => resume(Effect.fail(over)) }
        this.all.add(guarded)
        fiber.addObserver((exit) => {
          this.all.delete(guarded)
          const ended = Exit.flatten(exit)
          resume(
            this.closed && Exit.isInterrupted(ended) ? Effect.fail(over) : Effect.zipRight(fiber.inheritAll, ended)
          )
        })
        // The effect may have closed the session itself.
        if (this.closed) interrupt(fiber)
        return Effect.asVoid(Fiber.interrupt(fiber))
      })
    )
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
