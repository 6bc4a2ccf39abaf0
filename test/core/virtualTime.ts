import { Cause, Clock, Duration, Effect, Exit, Logger, LogLevel, Random } from "effect"
import type { Fiber, Scheduler } from "effect"

/**
 * A world in which time passes only when it is told to, and everything that can happen at one moment has happened.
 *
 * `TestClock` gives fibers real time to settle at each step; here the scheduler is drained instead, so that a
 * virtual day costs no more than what is done in it, and the order of everything is the same in each run.
 */
export interface World {
  readonly fork: <A, E>(effect: Effect.Effect<A, E>) => Fiber.RuntimeFiber<A, E>
  /** Runs an effect that needs no time. */
  readonly now: <A, E>(effect: Effect.Effect<A, E>) => A
  readonly advance: (time: Duration.DurationInput) => void
  /** Sets the wall clock forward, or back, without letting time pass: a sleep of the machine, or a correction. */
  readonly jump: (time: Duration.Duration, direction: 1 | -1) => void
  /** Milliseconds on the monotonic clock, which is also true time unless the machine slept. */
  readonly monotonic: () => number
  readonly wall: () => number
  /** The timers that are set. */
  readonly timers: () => number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

export const make = (seed: string): World => {
  let monotonic = 0
  let offset = 0
  let order = 0
  const timers = new Set<Timer>()
  const tasks: Array<() => void> = []

  const scheduler: Scheduler.Scheduler = {
    shouldYield: (fiber) => (fiber.currentOpCount > 2048 ? 0 : false),
    scheduleTask: (task) => void tasks.push(task)
  }

  const clock: Clock.Clock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => monotonic + offset,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(monotonic * 1e6)),
    currentTimeMillis: Effect.sync(() => monotonic + offset),
    currentTimeNanos: Effect.sync(() => BigInt(Math.round(monotonic * 1e6))),
    sleep: (duration) =>
      Effect.async<void>((resume) => {
        const timer = {
          at: monotonic + Duration.toMillis(duration),
          order: (order += 1),
          fire: () => resume(Effect.void)
        }
        timers.add(timer)
        return Effect.sync(() => timers.delete(timer))
      })
  }

  const random = Random.make(seed)

  const settle = () => {
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) task()
  }

  const due = (until: number): Timer | undefined => {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.at > until) continue
      if (first === undefined || timer.at < first.at || (timer.at === first.at && timer.order < first.order))
        first = timer
    }
    return first
  }

  const fork = <A, E>(effect: Effect.Effect<A, E>) => {
    const fiber = Effect.runFork(
      effect.pipe(Effect.withClock(clock), Effect.withRandom(random), Logger.withMinimumLogLevel(LogLevel.None)),
      { scheduler }
    )
    settle()
    return fiber
  }

  return {
    fork,
    now: (effect) => {
      const exit = fork(effect).unsafePoll()
      if (exit === null) throw new Error("it needs time")
      return Exit.getOrElse(exit, (cause) => {
        throw Cause.squash(cause)
      })
    },
    advance: (time) => {
      const until = monotonic + Duration.toMillis(time)
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        timers.delete(timer)
        monotonic = Math.max(monotonic, timer.at)
        timer.fire()
        settle()
      }
      monotonic = until
    },
    jump: (time, direction) => {
      offset += direction * Duration.toMillis(time)
    },
    monotonic: () => monotonic,
    wall: () => monotonic + offset,
    timers: () => timers.size
  }
}
