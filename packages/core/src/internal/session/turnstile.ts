import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Standing } from "./line.ts"
import { Line } from "./line.ts"
import type { Pace } from "./pace.ts"

/** The turn of one who wants to pass. */
export class Turn implements Standing<Turn> {
  older: Turn | undefined
  newer: Turn | undefined
  hasCome = false
  private readonly line: Line<Turn>
  private readonly over = Deferred.unsafeMake<void>(FiberId.none)

  constructor(line: Line<Turn>) {
    this.line = line
    line.put(this)
  }

  come(): void {
    this.hasCome = true
    this.giveUp()
  }

  /** Ends the waiting; the turn will not come any more, if it has not. */
  giveUp(): void {
    this.line.remove(this)
    Deferred.unsafeDone(this.over, Effect.void)
  }

  /** It is not waited for where it has come already. */
  get wait(): Effect.Effect<void> {
    return this.hasCome ? Effect.void : Deferred.await(this.over)
  }
}

/**
 * Lets so many through at once, and at a pace if it has one, in the order in which they come; the urgent go first.
 *
 * One of Effect's semaphores would wake everybody in line for each of them who may go, lets those go first who come at that
 * moment, and can lose a permit to one who is interrupted just then.
 */
export class Turnstile {
  private free: number
  private readonly pace: Pace | undefined
  private readonly urgent = new Line<Turn>()
  private readonly others = new Line<Turn>()

  constructor(most: number, pace?: Pace) {
    this.free = most
    this.pace = pace
  }

  /** Runs an effect when its turn has come. */
  pass<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> {
    return this.hold((turn) => Effect.zipRight(turn.wait, effect), false)
  }

  /** Has a turn for as long as an effect runs, which waits for it to come. */
  hold<A, E, R>(use: (turn: Turn) => Effect.Effect<A, E, R>, isUrgent: boolean): Effect.Effect<A, E, R> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.suspend(() => {
        const turn = new Turn(isUrgent ? this.urgent : this.others)
        this.admit()
        return Effect.ensuring(
          restore(use(turn)),
          Effect.sync(() => this.leave(turn))
        )
      })
    )
  }

  private leave(turn: Turn): void {
    if (turn.hasCome) this.free += 1
    else turn.giveUp()
    this.admit()
  }

  private admit(): void {
    for (;;) {
      const next = this.urgent.oldest ?? this.others.oldest
      if (next === undefined) return this.pace?.rest()
      if (this.free === 0 || this.pace?.admit(() => this.admit()) === false) return
      this.free -= 1
      next.come()
    }
  }
}
