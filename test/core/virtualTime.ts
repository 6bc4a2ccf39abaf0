import { Cause, Chunk, Clock, Deferred, Duration, Effect, Exit, FiberId, Logger, LogLevel, Random } from "effect"
import type { Fiber, Scheduler, TestClock } from "effect"

/** Which of the tasks that could run is the next, and whether the fiber that is running makes way for them. */
export interface Policy {
  readonly next: (runnable: number) => number
  readonly yields: () => boolean
}

const inOrder: Policy = { next: () => 0, yields: () => false }

/**
 * A world in which time passes only when it is told to, and everything that can happen at one moment has happened.
 *
 * `TestClock` gives fibers real time to settle at each step; here the scheduler is drained instead, so that a
 * virtual day costs no more than what is done in it, and the order of everything is the same in each run.
 */
export interface World {
  readonly fork: <A, E>(effect: Effect.Effect<A, E>) => Fiber.RuntimeFiber<A, E>
  /** Forks without running anything yet: for a test that takes each step itself. */
  readonly launch: <A, E>(effect: Effect.Effect<A, E>) => Fiber.RuntimeFiber<A, E>
  /** Runs one task; `false` when there is none. */
  readonly step: () => boolean
  /** Lets time pass to what is due first, and makes it runnable; `false` when nothing is due within this time. */
  readonly tick: (within?: Duration.DurationInput) => boolean
  /** Runs an effect that needs no time. */
  readonly now: <A, E>(effect: Effect.Effect<A, E>) => A
  /** Runs an effect that lets time pass itself, by `TestClock`, which is this world's clock in there. */
  readonly play: <A, E>(effect: Effect.Effect<A, E>) => A
  readonly advance: (time: Duration.DurationInput) => void
  /** Lets time pass in which nothing runs: whatever was due by its end is runnable then. */
  readonly elapse: (time: Duration.DurationInput) => void
  /** When the next timer is due, by the monotonic clock; infinite where there is none. */
  readonly due: () => number
  /** Sets the wall clock forward, or back, without letting time pass: a sleep of the machine, or a correction. */
  readonly jump: (time: Duration.Duration, direction: 1 | -1) => void
  /** Milliseconds on the monotonic clock, which is also true time unless the machine slept. */
  readonly monotonic: () => number
  readonly wall: () => number
  /** The timers that are set. */
  readonly timers: () => number
  /** The fibers that have begun and not ended. */
  readonly alive: () => number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly fire: () => void
}

const resultOf = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): A => {
  const exit = fiber.unsafePoll()
  if (exit === null) throw new Error("it needs time")
  return Exit.getOrElse(exit, (cause) => {
    throw Cause.squash(cause)
  })
}

/** `most` is how many operations all fibers together may do, so that what would spin for ever fails instead. */
export const make = (seed: string, policy: Policy = inOrder, most = 4_000_000): World => {
  let operations = 0
  let monotonic = 0
  let offset = 0
  let order = 0
  const timers = new Set<Timer>()
  const tasks: Array<() => void> = []
  // What fibers ask of time, which passes when nothing is left to do at this moment.
  const passages: Array<() => void> = []
  const fibers = new Set<Fiber.RuntimeFiber<unknown, unknown>>()
  // So many that most of them will have ended.
  let crowd = 10_000

  const forgetEnded = () => {
    for (const fiber of fibers) if (fiber.unsafePoll() !== null) fibers.delete(fiber)
    crowd = Math.max(crowd, 2 * fibers.size)
  }

  const scheduler: Scheduler.Scheduler = {
    // The one place where every fiber passes, at the first step of each of its turns.
    shouldYield: (fiber) => {
      if (fiber.currentOpCount === 1) fibers.add(fiber)
      if (fibers.size > crowd) forgetEnded()
      operations += 1
      if (operations > most) throw new Error(`it does more than ${most} operations: does it spin?`)
      return fiber.currentOpCount > 2048 || policy.yields() ? 0 : false
    },
    scheduleTask: (task) => void tasks.push(task)
  }

  const passing = (until: () => number) =>
    Effect.async<void>((resume) => {
      passages.push(() => {
        advance(until())
        resume(Effect.void)
        settle()
      })
    })

  const clock: TestClock.TestClock = {
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: () => monotonic + offset,
    unsafeCurrentTimeNanos: () => BigInt(Math.round(monotonic * 1e6)),
    currentTimeMillis: Effect.sync(() => monotonic + offset),
    currentTimeNanos: Effect.sync(() => BigInt(Math.round(monotonic * 1e6))),
    // `Effect.async` alone would leave the timer behind where its fiber is interrupted just after it was set.
    sleep: (duration) =>
      Effect.uninterruptibleMask((restore) =>
        Effect.suspend(() => {
          const due = Deferred.unsafeMake<void>(FiberId.none)
          const timer: Timer = {
            at: monotonic + Duration.toMillis(duration),
            order: (order += 1),
            fire: () => Deferred.unsafeDone(due, Effect.void)
          }
          timers.add(timer)
          return Effect.ensuring(
            restore(Deferred.await(due)),
            Effect.sync(() => timers.delete(timer))
          )
        })
      ),
    adjust: (duration) => passing(() => monotonic + Duration.toMillis(duration)),
    adjustWith: (duration) => (effect) => Effect.zipLeft(effect, clock.adjust(duration), { concurrent: true }),
    setTime: (instant) => passing(() => instant - offset),
    save: Effect.dieMessage("time does not go back"),
    sleeps: Effect.sync(() => Chunk.fromIterable([...timers].map(({ at }) => at)))
  }

  const random = Random.make(seed)

  const step = () => {
    const [task] = tasks.splice(policy.next(tasks.length), 1)
    task?.()
    return task !== undefined
  }

  const settle = () => {
    while (step());
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

  const launch = <A, E>(effect: Effect.Effect<A, E>) =>
    Effect.runFork(
      effect.pipe(Effect.withClock(clock), Effect.withRandom(random), Logger.withMinimumLogLevel(LogLevel.None)),
      { scheduler, immediate: false }
    )

  const fork = <A, E>(effect: Effect.Effect<A, E>) => {
    const fiber = launch(effect)
    settle()
    return fiber
  }

  const fire = (timer: Timer) => {
    timers.delete(timer)
    monotonic = Math.max(monotonic, timer.at)
    timer.fire()
  }

  const advance = (until: number) => {
    for (let timer = due(until); timer !== undefined; timer = due(until)) {
      fire(timer)
      settle()
    }
    monotonic = until
  }

  return {
    fork,
    launch,
    step,
    tick: (within = Duration.infinity) => {
      const first = due(monotonic + Duration.toMillis(within))
      if (first === undefined) return false
      for (let timer: Timer | undefined = first; timer !== undefined; timer = due(first.at)) fire(timer)
      return true
    },
    now: (effect) => resultOf(fork(effect)),
    play: (effect) => {
      const fiber = fork(effect)
      for (let pass = passages.shift(); pass !== undefined; pass = passages.shift()) pass()
      return resultOf(fiber)
    },
    advance: (time) => advance(monotonic + Duration.toMillis(time)),
    elapse: (time) => {
      const until = monotonic + Duration.toMillis(time)
      for (let timer = due(until); timer !== undefined; timer = due(until)) fire(timer)
      monotonic = until
    },
    due: () => due(Number.POSITIVE_INFINITY)?.at ?? Number.POSITIVE_INFINITY,
    jump: (time, direction) => {
      offset += direction * Duration.toMillis(time)
    },
    monotonic: () => monotonic,
    wall: () => monotonic + offset,
    timers: () => timers.size,
    alive: () => {
      forgetEnded()
      return fibers.size
    }
  }
}
