import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import * as instant from "../../instant.ts"
import type { Timed } from "./queue.ts"
import { Queue } from "./queue.ts"

/** Something that is done now and then, and that plans its next time itself. */
export interface Job extends Timed {
  /** Jobs of one kind wait for each other alone; it stays what it is while the job waits. */
  readonly kind: Kind
  readonly run: Effect.Effect<void>
}

export type Kind = "ping" | "login"

/** Jobs of one kind: those that wait, whether they are due or not, and how many run. */
interface Lane {
  readonly most: number
  readonly waiting: Queue<Job>
  running: number
}

/** A job that is being done; a class, as is the alarm, since it waits for as long as a request: see `waiting.ts`. */
class Run {
  readonly fiber: Fiber.RuntimeFiber<unknown>
  /** When it is due again, where that is known already. */
  again: number | undefined

  constructor(fiber: Fiber.RuntimeFiber<unknown>) {
    this.fiber = fiber
  }
}

/** The timer for what is due next. */
class Alarm {
  readonly due: number
  readonly fiber: Fiber.RuntimeFiber<void>

  constructor(due: number, fiber: Fiber.RuntimeFiber<void>) {
    this.due = due
    this.fiber = fiber
  }
}

/** Runs jobs when they are due, each in a fiber of its own, and so many at once; for all of them there is one timer. */
export class Scheduler {
  private readonly clock: Clock.Clock
  private readonly runtime: Runtime.Runtime<never>
  private readonly now: () => number
  private readonly lanes: Readonly<Record<Kind, Lane>>
  // A job runs or waits, and never both: it would be done twice at once.
  private readonly running = new Map<Job, Run>()
  private alarm: Alarm | undefined
  private isClosed = false

  constructor(clock: Clock.Clock, runtime: Runtime.Runtime<never>, most: Readonly<Record<Kind, number>>) {
    const lane = (kind: Kind): Lane => ({ most: most[kind], waiting: new Queue(), running: 0 })
    this.clock = clock
    this.now = instant.stopwatch(clock)
    this.runtime = runtime
    this.lanes = { ping: lane("ping"), login: lane("login") }
  }

  /** Does a job in so many milliseconds, whenever it was due before, and not while it is still being done. */
  plan(job: Job, pause: number): void {
    if (this.isClosed) return
    const due = Math.ceil(this.now() + Math.max(0, pause))
    const run = this.running.get(job)
    if (run !== undefined) {
      run.again = due
    } else {
      this.lanes[job.kind].waiting.put(job, due)
      this.turn()
    }
  }

  /** Does a job no more. */
  cancel(job: Job): void {
    const run = this.running.get(job)
    if (run !== undefined) {
      run.again = undefined
      run.fiber.unsafeInterruptAsFork(FiberId.none)
    } else {
      this.lanes[job.kind].waiting.remove(job)
      this.turn()
    }
  }

  /** Does nothing more; gives the fibers that are about to end. */
  close(): ReadonlyArray<Fiber.RuntimeFiber<unknown>> {
    this.isClosed = true
    this.setAlarm(Number.POSITIVE_INFINITY)
    return Array.from(this.running.values(), ({ fiber }) => fiber)
  }

  /** Starts what is due and has room, and sets the timer for what is due next. */
  private turn(): void {
    if (this.isClosed) return
    const now = this.now()
    const { login, ping } = this.lanes
    this.setAlarm(Math.min(this.start(login, now), this.start(ping, now)))
  }

  /** Gives the time for which the timer is to be set. */
  private start(lane: Lane, now: number): number {
    while (lane.running < lane.most) {
      const job = lane.waiting.first
      if (job === undefined || job.due > now) return job?.due ?? Number.POSITIVE_INFINITY
      lane.waiting.remove(job)
      lane.running += 1
      const fiber = Runtime.runFork(this.runtime, Effect.interruptible(job.run), { immediate: false })
      const run = new Run(fiber)
      this.running.set(job, run)
      fiber.addObserver(() => {
        lane.running -= 1
        this.running.delete(job)
        if (run.again !== undefined) this.lanes[job.kind].waiting.put(job, run.again)
        this.turn()
      })
    }
    // The next one that ends makes room.
    return Number.POSITIVE_INFINITY
  }

  private setAlarm(due: number): void {
    if (this.alarm?.due === due) return
    this.alarm?.fiber.unsafeInterruptAsFork(FiberId.none)
    this.alarm = undefined
    if (due === Number.POSITIVE_INFINITY) return
    // Without the context of the jobs, all of which would be kept for as long as it sleeps.
    const fiber = Effect.runFork(this.clock.sleep(Duration.millis(Math.ceil(due - this.now()))), {
      scheduler: FiberRefs.getOrDefault(this.runtime.fiberRefs, FiberRef.currentScheduler),
      immediate: false
    })
    this.alarm = new Alarm(due, fiber)
    fiber.addObserver((exit) => {
      if (Exit.isInterrupted(exit)) return
      this.alarm = undefined
      this.turn()
    })
  }
}
