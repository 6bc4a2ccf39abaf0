import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Option from "effect/Option"
import * as Tracer from "effect/Tracer"

/** An operation under way for everybody who waits for it. */
export interface Flight<A, E> {
  /** What it is done for, such as the generation that is pinged: those who want another do not share it. */
  readonly key: number
  readonly fiber: Fiber.RuntimeFiber<unknown> | undefined
  readonly waiters: number
  /** What everybody is told once it has landed, and until then how to tell those who wait. */
  readonly outcome: Effect.Effect<A, E> | undefined
  readonly waiting: Set<(outcome: Effect.Effect<A, E>) => void>
}

type Writable<T> = { -readonly [K in keyof T]: T[K] }

export interface Options<A, E> {
  /** Starts a fiber of the session's own, so that no caller's context or interruption reaches it. */
  readonly fork: <B>(effect: Effect.Effect<B>) => Fiber.RuntimeFiber<B>
  /** The landing of a flight for which nobody waits any more; without it such a flight goes on to its end. */
  readonly deserted?: Effect.Effect<A, E>
  /** What those who wait are told when the operation was interrupted from inside. */
  readonly interrupted: () => E
  /** Runs in the same step as a landing, whatever its outcome. */
  readonly onLanding?: (key: number) => void
}

/** Operations of one kind, each run once for all who ask while it runs; every method but `wait` is one synchronous step. */
export class Flights<A, E> {
  /** The span of the latest operation, for those who waited for it to link to. */
  span: Tracer.AnySpan | undefined
  /** Makes the span that surrounds it the operation's. */
  readonly noteSpan: Effect.Effect<void> = Effect.map(Effect.serviceOption(Tracer.ParentSpan), (span) => {
    this.span = Option.getOrUndefined(span)
  })

  private latest: Writable<Flight<A, E>> | undefined
  private readonly all = new Set<Writable<Flight<A, E>>>()
  private readonly options: Options<A, E>

  constructor(options: Options<A, E>) {
    this.options = options
  }

  /** The flight that is under way with this key. */
  find(key: number): Flight<A, E> | undefined {
    return this.latest?.key === key ? this.latest : undefined
  }

  /** Starts a flight; one that is under way with another key goes on for those who wait for it. */
  launch(key: number, run: (flight: Flight<A, E>) => Effect.Effect<A, E>): Flight<A, E> {
    const flight: Writable<Flight<A, E>> = {
      key,
      fiber: undefined,
      waiters: 0,
      outcome: undefined,
      waiting: new Set()
    }
    // Someone who was slow to ask, with the key of an earlier day, is not whom others are to join.
    if (this.latest === undefined || this.latest.key <= key) this.latest = flight
    this.all.add(flight)
    this.span = undefined
    // The outcome is for those who wait: a fiber that fails would be logged as an error which nobody handles.
    const fiber = this.options.fork(
      Effect.withFiberRuntime<Exit.Exit<A, E>>((fiber) => {
        // Some begin at once, and may be cut before they are known here.
        flight.fiber = fiber
        return Effect.exit(Effect.interruptible(run(flight)))
      })
    )
    flight.fiber = fiber
    fiber.addObserver((ended) => {
      const exit = Exit.flatten(ended)
      this.land(flight, Exit.isInterrupted(exit) ? Effect.fail(this.options.interrupted()) : exit)
    })
    return flight
  }

  /** Waits for a flight from the moment of this call on: to be called, and the effect to be run, where nothing can interrupt. */
  wait(flight: Flight<A, E>, restore: <B, F>(effect: Effect.Effect<B, F>) => Effect.Effect<B, F>): Effect.Effect<A, E> {
    const own: Writable<Flight<A, E>> = flight
    own.waiters += 1
    return Effect.ensuring(
      restore(this.watch(flight)),
      Effect.sync(() => {
        own.waiters -= 1
        if (own.waiters === 0 && this.options.deserted) this.cut(own, this.options.deserted)
      })
    )
  }

  /** Ends a flight at once if nobody waits for it; whoever is just about to goes on with this effect. */
  endIfDeserted(flight: Flight<A, E>, to: Effect.Effect<A, E>): boolean {
    if (flight.waiters > 0) return false
    this.cut(flight, to)
    return true
  }

  /** Waits for a flight without being one of those for whom it goes on. */
  watch(flight: Flight<A, E>): Effect.Effect<A, E> {
    return Effect.async((resume) => {
      if (flight.outcome !== undefined) return resume(flight.outcome)
      flight.waiting.add(resume)
      return Effect.sync(() => flight.waiting.delete(resume))
    })
  }

  /**
   * Ends every flight: whoever waits goes on with this effect, and nothing that they waited for can land any more.
   *
   * Gives the fibers that are about to end.
   */
  divert(to: Effect.Effect<A, E>): ReadonlyArray<Fiber.RuntimeFiber<unknown>> {
    const flights = [...this.all]
    for (const flight of flights) this.cut(flight, to)
    return flights.flatMap(({ fiber }) => fiber ?? [])
  }

  private cut(flight: Flight<A, E>, outcome: Effect.Effect<A, E>): void {
    if (flight.outcome !== undefined) return
    this.land(flight, outcome)
    flight.fiber?.unsafeInterruptAsFork(FiberId.none)
  }

  private land(flight: Writable<Flight<A, E>>, outcome: Effect.Effect<A, E>): void {
    if (flight.outcome !== undefined) return
    flight.outcome = outcome
    this.all.delete(flight)
    if (this.latest === flight) this.latest = undefined
    this.options.onLanding?.(flight.key)
    for (const resume of flight.waiting) resume(outcome)
  }
}
