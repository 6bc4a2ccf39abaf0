import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import * as waiting from "./waiting.ts"

/** A fiber that ends with its session. */
class Guarded {
  readonly fiber: Fiber.RuntimeFiber<unknown>
  /** Tells whoever waits that the session is over, whatever the fiber is doing. */
  readonly release: () => void

  constructor(fiber: Fiber.RuntimeFiber<unknown>, release: () => void) {
    this.fiber = fiber
    this.release = release
  }
}

/** A session, as far as its callers have something under way in fibers that end with it. */
export interface Owner {
  readonly isClosed: boolean
  guarded: Set<Guarded> | undefined
}

/**
 * Runs an effect for a caller until it ends or the session does: the caller is then told `over`, and not interrupted.
 *
 * With `inherits`, what the effect has set in its own fiber is set in the caller's too, as if it had run there.
 */
export const run = <A, E, R, F>(
  owner: Owner,
  effect: Effect.Effect<A, E, R>,
  over: F,
  inherits = false
): Effect.Effect<A, E | F, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) =>
    waiting.callback<A, E | F>((resume) => {
      const release = () => resume(Effect.fail(over))
      if (owner.isClosed) {
        release()
        return undefined
      }
      // A fiber that fails is logged with its error, which may be the caller's own: this one ends with it as its value.
      const fiber = Runtime.runFork(runtime, Effect.exit(Effect.interruptible(effect)))
      const guarded = new Guarded(fiber, release)
      add(owner, guarded)
      fiber.addObserver((exit) => {
        remove(owner, guarded)
        const ended = Exit.flatten(exit)
        if (owner.isClosed && Exit.isInterrupted(ended)) return release()
        resume(inherits ? Effect.zipRight(fiber.inheritAll, ended) : ended)
      })
      // The effect may have closed the session itself.
      if (owner.isClosed) interrupt(fiber)
      return () => Effect.asVoid(Fiber.interrupt(fiber))
    })
  )

/** Interrupts everything; gives the fibers that are about to end. */
export const close = (owner: Owner): ReadonlyArray<Fiber.RuntimeFiber<unknown>> => {
  const fibers = Array.from(owner.guarded ?? [], ({ fiber }) => fiber)
  for (const fiber of fibers) interrupt(fiber)
  return fibers
}

/** Lets go of those who wait for something that does not end. */
export const release = ({ guarded = new Set() }: Owner): void => {
  for (const { release } of guarded) release()
}

const add = (owner: Owner, guarded: Guarded): void => {
  owner.guarded ??= new Set()
  owner.guarded.add(guarded)
}

const remove = (owner: Owner, guarded: Guarded): void => {
  owner.guarded?.delete(guarded)
  if (owner.guarded?.size === 0) owner.guarded = undefined
}

const interrupt = (fiber: Fiber.RuntimeFiber<unknown>): void => fiber.unsafeInterruptAsFork(fiber.id())
