import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import { constVoid } from "effect/Function"
import type { Fork } from "./shared.ts"

/** What those who wait for operations of one kind go on with where the operation itself is cut short. */
export interface Kind<A, E> {
  /** The session begins anew. */
  readonly reset: Exit.Exit<A, E>
  /** The session is over. */
  readonly closed: Exit.Exit<A, E>
  /** Nobody waits any more; without this, such an operation goes on to its end. */
  readonly deserted?: Exit.Exit<A, E>
}

/** No room is taken where nothing is under way. */
export const none: ReadonlyArray<AnyFlight> = []

/** A session, as far as it has operations under way. */
export interface Owner {
  flights: ReadonlyArray<AnyFlight>
}

/** A flight whose outcome is of no concern. */
export interface AnyFlight {
  readonly kind: object
  readonly key: number
  readonly divert: (way: "reset" | "closed") => Fiber.RuntimeFiber<unknown> | undefined
}

interface Attended<A> {
  readonly attend: (hear: (outcome: Exit.Exit<A, unknown>) => void) => () => void
}

interface Plan<A, E> {
  /** What it is done for, such as the generation that is pinged: those who want another do not share it. */
  readonly key: number
  /** Starts a fiber of the session's own, so that no caller's context or interruption reaches it. */
  readonly fork: Fork
  readonly run: (flight: Flight<A, E>) => Effect.Effect<A, E>
  /** A first attempt that is under way: if it succeeds, that is all, and `run` is for what follows its failure. */
  readonly first?: Attended<A> | undefined
  /** Done in the same step as the landing, whatever its outcome. */
  readonly onLanding?: () => void
}

/** The operation of this kind that is under way with this key. */
export const find = <A, E>(owner: Owner, kind: Kind<A, E>, key: number): Flight<A, E> | undefined =>
  // Whatever is of this kind has its types.
  owner.flights.find((flight) => flight.kind === kind && flight.key === key) as Flight<A, E> | undefined

/** Starts an operation; one of its kind that is under way with another key goes on for those who wait for it. */
export const launch = <A, E>(owner: Owner, kind: Kind<A, E>, plan: Plan<A, E>): Flight<A, E> => {
  const flight = new Flight(owner, kind, plan)
  owner.flights = owner.flights.concat(flight)
  flight.start()
  return flight
}

/** An operation under way for everybody who waits for it; every method but those that wait is one synchronous step. */
export class Flight<A, E> implements AnyFlight {
  readonly kind: Kind<A, E>
  readonly key: number
  private readonly owner: Owner
  private readonly fork: Fork
  private readonly run: (flight: Flight<A, E>) => Effect.Effect<A, E>
  private readonly first: Attended<A> | undefined
  private readonly onLanding: (() => void) | undefined
  private fiber: Fiber.RuntimeFiber<unknown> | undefined
  private waiters = 0
  /** What everybody is told once it has landed. */
  private outcome: Exit.Exit<A, E> | undefined
  private readonly waiting = new Set<(outcome: Exit.Exit<A, E>) => void>()
  /** Leaves the first attempt to those who wait for it elsewhere. */
  private leaveFirst = constVoid

  constructor(owner: Owner, kind: Kind<A, E>, plan: Plan<A, E>) {
    this.owner = owner
    this.kind = kind
    // The plan itself is not kept: see `waiting.ts` on literals.
    this.key = plan.key
    this.fork = plan.fork
    this.run = plan.run
    this.first = plan.first
    this.onLanding = plan.onLanding
  }

  get isDeserted(): boolean {
    return this.waiters === 0
  }

  start(): void {
    if (this.first === undefined) return this.begin()
    this.leaveFirst = this.first.attend((outcome) =>
      Exit.isSuccess(outcome) ? this.land(Exit.succeed(outcome.value)) : this.begin()
    )
  }

  /** Waits from the moment of this call on: to be called, and the effect to be run, where nothing can interrupt. */
  wait(restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>): Effect.Effect<A, E> {
    this.waiters += 1
    return this.follow(restore, () => this.leave())
  }

  /** Waits without being one of those for whom it goes on. */
  watch(): Effect.Effect<A, E> {
    return Effect.uninterruptibleMask((restore) => this.follow(restore, constVoid))
  }

  /** Calls back when it lands, or at once if it has; waits from this moment on, until what this gives is called. */
  attend(hear: (outcome: Exit.Exit<A, E>) => void): () => void {
    this.waiters += 1
    const stop = this.listen(hear)
    return () => {
      stop()
      this.leave()
    }
  }

  /** Ends at once if nobody waits; whoever is just about to goes on with this. */
  endIfDeserted(to: Exit.Exit<A, E>): boolean {
    if (!this.isDeserted) return false
    this.cut(to)
    return true
  }

  /** Ends at once: nothing that anybody waited for can land any more. Gives the fiber that is about to end. */
  divert(way: "reset" | "closed"): Fiber.RuntimeFiber<unknown> | undefined {
    this.cut(this.kind[way])
    return this.fiber
  }

  private begin(): void {
    // The outcome is for those who wait: a fiber that fails would be logged as an error which nobody handles.
    const fiber = this.fork(
      Effect.withFiberRuntime<Exit.Exit<A, E>>((fiber) => {
        // Some begin at once, and may be cut before they are known here.
        this.fiber = fiber
        return Effect.exit(Effect.interruptible(this.run(this)))
      })
    )
    this.fiber = fiber
    fiber.addObserver((ended) => this.land(Exit.flatten(ended)))
  }

  private follow(
    restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>,
    leave: () => void
  ): Effect.Effect<A, E> {
    let stop = constVoid
    const landed = Effect.async<A, E>((resume) => {
      stop = this.listen(resume)
    })
    // `Effect.ensuring` would guard against an interruption that cannot come here.
    return Effect.matchCauseEffect(restore(landed), {
      onFailure: (cause) => {
        stop()
        leave()
        return Effect.failCause(cause)
      },
      onSuccess: (value) => {
        stop()
        leave()
        return Effect.succeed(value)
      }
    })
  }

  private listen(hear: (outcome: Exit.Exit<A, E>) => void): () => void {
    if (this.outcome !== undefined) {
      hear(this.outcome)
      return constVoid
    }
    this.waiting.add(hear)
    return () => this.waiting.delete(hear)
  }

  private leave(): void {
    this.waiters -= 1
    if (this.isDeserted && this.kind.deserted) this.cut(this.kind.deserted)
  }

  private cut(outcome: Exit.Exit<A, E>): void {
    // One that has landed has nothing left that could be cut.
    if (this.outcome !== undefined) return
    this.land(outcome)
    this.fiber?.unsafeInterruptAsFork(FiberId.none)
  }

  private land(outcome: Exit.Exit<A, E>): void {
    if (this.outcome !== undefined) return
    this.outcome = outcome
    const others = this.owner.flights.filter((flight) => flight !== this)
    this.owner.flights = others.length === 0 ? none : others
    this.onLanding?.()
    this.leaveFirst()
    for (const hear of this.waiting) hear(outcome)
  }
}
