import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Standing } from "./line.ts"
import { Line } from "./line.ts"

/** The turn of one who wants to pass. */
class Turn implements Standing<Turn> {
  older: Turn | undefined
  newer: Turn | undefined
  hasCome = false
  private readonly coming = Deferred.unsafeMake<void>(FiberId.none)

  come(): void {
    this.hasCome = true
    Deferred.unsafeDone(this.coming, Effect.void)
  }

  /** It is not waited for where it has come already. */
  get wait(): Effect.Effect<void> {
    return this.hasCome ? Effect.void : Deferred.await(this.coming)
  }
}

/**
 * Lets so many through at once, in the order in which they come.
 *
 * One of Effect's semaphores would wake everybody in line for each of them who may go, lets those go first who come at that
 * moment, and can lose a permit to one who is interrupted just then.
 */
export class Turnstile {
  private free: number
  private readonly line = new Line<Turn>()

  constructor(most: number) {
    this.free = most
  }

  pass<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const turn = this.enter()
        return Effect.ensuring(
          restore(Effect.zipRight(turn.wait, effect)),
          Effect.sync(() => this.leave(turn))
        )
      })
    )
  }

  private enter(): Turn {
    const turn = new Turn()
    if (this.free === 0) {
      this.line.put(turn)
    } else {
      this.free -= 1
      turn.come()
    }
    return turn
  }

  private leave(turn: Turn): void {
    if (!turn.hasCome) return this.line.remove(turn)
    const next = this.line.oldest
    if (next === undefined) {
      this.free += 1
    } else {
      this.line.remove(next)
      next.come()
    }
  }
}
