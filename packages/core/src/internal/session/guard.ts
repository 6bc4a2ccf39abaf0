import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import { constVoid } from "effect/Function"
import * as Runtime from "effect/Runtime"
import type { Start } from "../callback.ts"
import { Callback } from "../callback.ts"
import * as waiting from "../waiting.ts"

/** Something under way for a caller that ends with its session. */
interface Guarded {
  /** Interrupts it; gives the fiber that is about to end, if it has one. */
  readonly interrupt: () => Fiber.RuntimeFiber<unknown> | undefined
  /** Tells whoever waits that the session is over, whatever it is doing. */
  readonly release: () => void
}

/** A session, as far as its callers have something under way that ends with it. */
export interface Owner {
  readonly isClosed: boolean
  guarded: Set<Guarded> | undefined
}

/**
 * Runs an effect for a caller until it ends or the session does: the caller then goes on with `over`, and is not interrupted.
 *
 * With `inherits`, what the effect has set in its own fiber is set in the caller's too, as if it had run there.
 */
export const run = <A, E, R, F>(
  owner: Owner,
  effect: Effect.Effect<A, E, R>,
  over: Exit.Exit<A, F>,
  inherits = false
): Effect.Effect<A, E | F, R> =>
  Effect.flatMap(Effect.runtime<R>(), (runtime) =>
    waiting.callback<A, E | F>((resume) => {
      const release = () => resume(over)
      if (owner.isClosed) {
        release()
        return undefined
      }
      // A fiber that fails is logged with its error, which may be the caller's own: this one ends with it as its value.
      const fiber = Runtime.runFork(runtime, Effect.exit(Effect.interruptible(effect)))
      const guarded = new Forked(fiber, release)
      add(owner, guarded)
      fiber.addObserver((exit) => {
        remove(owner, guarded)
        const ended = Exit.flatten(exit)
        if (owner.isClosed && Exit.isInterrupted(ended)) return release()
        resume(inherits ? Effect.zipRight(fiber.inheritAll, ended) : ended)
      })
      // The effect may have closed the session itself.
      if (owner.isClosed) guarded.interrupt()
      return () => Effect.asVoid(Fiber.interrupt(fiber))
    })
  )

/** The same for an exchange: in the caller's own fiber where the transport only waits to be called back. */
export const exchange = <A, E, F>(
  owner: Owner,
  sent: Effect.Effect<A, E>,
  over: Exit.Exit<A, F>
): Effect.Effect<A, E | F> =>
  sent instanceof Callback
    ? new Callback<A, E | F>((resume, runtime) => {
        const waiter = new Waiter<A, E | F>(owner, resume, over)
        waiter.start(sent.start, runtime)
        return () => waiter.leave()
      })
    : run(owner, sent, over)

/** Interrupts everything; gives the fibers that are about to end. */
export const close = (owner: Owner): ReadonlyArray<Fiber.RuntimeFiber<unknown>> =>
  Array.from(owner.guarded ?? []).flatMap((guarded) => guarded.interrupt() ?? [])

/** Lets go of those who wait for something that does not end. */
export const release = ({ guarded = new Set() }: Owner): void => {
  for (const one of guarded) one.release()
}

/** A fiber that ends with its session. */
class Forked implements Guarded {
  private readonly fiber: Fiber.RuntimeFiber<unknown>
  readonly release: () => void

  constructor(fiber: Fiber.RuntimeFiber<unknown>, release: () => void) {
    this.fiber = fiber
    this.release = release
  }

  interrupt(): Fiber.RuntimeFiber<unknown> {
    this.fiber.unsafeInterruptAsFork(this.fiber.id())
    return this.fiber
  }
}

/** A caller who waits to be called back, or for the end of its session. */
class Waiter<A, E> implements Guarded {
  private readonly owner: Owner
  private readonly resume: (exit: Exit.Exit<A, E>) => void
  private readonly over: Exit.Exit<A, E>
  private stop = constVoid
  private hasEnded = false

  constructor(owner: Owner, resume: (exit: Exit.Exit<A, E>) => void, over: Exit.Exit<A, E>) {
    this.owner = owner
    this.resume = resume
    this.over = over
  }

  start(start: Start<A, E>, runtime: Runtime.Runtime<never>): void {
    if (this.owner.isClosed) return this.end(this.over)
    this.stop = start((exit) => this.end(exit), runtime)
    if (this.hasEnded) return
    add(this.owner, this)
    // What it started may have closed the session itself.
    if (this.owner.isClosed) this.release()
  }

  /** Stops what nobody waits for any more. */
  leave(): void {
    remove(this.owner, this)
    this.stop()
  }

  interrupt(): undefined {
    this.release()
  }

  release(): void {
    this.end(this.over)
    try {
      this.stop()
    } catch {
      // A transport that breaks while it is stopped must not keep the session from closing.
    }
  }

  private end(exit: Exit.Exit<A, E>): void {
    this.hasEnded = true
    remove(this.owner, this)
    this.resume(exit)
  }
}

const add = (owner: Owner, guarded: Guarded): void => {
  owner.guarded ??= new Set()
  owner.guarded.add(guarded)
}

const remove = (owner: Owner, guarded: Guarded): void => {
  owner.guarded?.delete(guarded)
  if (owner.guarded?.size === 0) owner.guarded = undefined
}
