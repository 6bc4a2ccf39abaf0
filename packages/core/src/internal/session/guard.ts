import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"

/** What callers of a session have under way in fibers that end with it. */
export class Guard {
  private readonly fibers = new Set<Fiber.RuntimeFiber<unknown, unknown>>()
  private closed = false

  /** Runs a caller's effect until it ends or the session does: the caller is then told `over`, and not interrupted. */
  run<A, E, R, F>(effect: Effect.Effect<A, E, R>, over: F): Effect.Effect<A, E | F, R> {
    return Effect.uninterruptibleMask((restore) =>
      // A fiber that fails is logged with its error, which may be the caller's own: this one ends with the outcome as its value.
      Effect.flatMap(Effect.forkDaemon(Effect.exit(Effect.interruptible(effect))), (fiber): Effect.Effect<A, E | F> => {
        this.fibers.add(fiber)
        fiber.addObserver(() => this.fibers.delete(fiber))
        if (this.closed) interrupt(fiber)
        return restore(Fiber.await(fiber)).pipe(
          Effect.onInterrupt(() => Fiber.interrupt(fiber)),
          Effect.flatten,
          Effect.flatMap((exit): Effect.Effect<A, E | F> =>
            this.closed && Exit.isInterrupted(exit) ? Effect.fail(over) : Effect.zipRight(Fiber.inheritAll(fiber), exit)
          )
        )
      })
    )
  }

  close(): void {
    this.closed = true
    for (const fiber of this.fibers) interrupt(fiber)
  }
}

const interrupt = (fiber: Fiber.RuntimeFiber<unknown, unknown>): void => fiber.unsafeInterruptAsFork(fiber.id())
