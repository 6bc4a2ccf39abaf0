import type * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
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

/** Runs jobs when they are due, each in a fiber of its own, and so many at once; for all of them there is one timer. */
export class Scheduler {
  private readonly clock: Clock.Clock
  private readonly runtime: Runtime.Runtime<never>
  // Times from here on are small whole numbers, which take no room of their own in the many objects that hold one.
  private readonly origin: bigint
  private readonly lanes: Readonly<Record<Kind, Lane>>
  private readonly running = new Map<Fiber.RuntimeFiber<unknown>, Job>()
  private alarm: { readonly due: number; readonly fiber: Fiber.RuntimeFiber<void> } | undefined
  private isClosed = false

  constructor(clock: Clock.Clock, runtime: Runtime.Runtime<never>, most: Readonly<Record<Kind, number>>) {
    const lane = (kind: Kind): Lane => ({ most: most[kind], waiting: new Queue(), running: 0 })
    this.clock = clock
    this.origin = clock.unsafeCurrentTimeNanos()
    this.runtime = runtime
    this.lanes = { ping: lane("ping"), login: lane("login") }
  }

  /** Does a job in so many milliseconds, whenever it was due before. */
  plan(job: Job, pause: number): void {
    if (this.isClosed) return
    this.lanes[job.kind].waiting.put(job, Math.ceil(this.now() + Math.max(0, pause)))
    this.turn()
  }

  /** Does a job no more. */
  cancel(job: Job): void {
    this.lanes[job.kind].waiting.remove(job)
    for (const [fiber, running] of this.running) {
      if (running === job) fiber.unsafeInterruptAsFork(FiberId.none)
    }
    this.turn()
  }

  /** Does nothing more; gives the fibers that are about to end. */
  close(): ReadonlyArray<Fiber.RuntimeFiber<unknown>> {
    this.isClosed = true
    this.setAlarm(Number.POSITIVE_INFINITY)
    return Array.from(this.running.keys())
  }

  private now(): number {
    return Number(this.clock.unsafeCurrentTimeNanos() - this.origin) / 1e6
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
      const fiber = Runtime.runFork(this.runtime, job.run, { immediate: false })
      this.running.set(fiber, job)
      fiber.addObserver(() => {
        lane.running -= 1
        this.running.delete(fiber)
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
    this.alarm = { due, fiber }
    fiber.addObserver((exit) => {
      if (Exit.isInterrupted(exit)) return
      this.alarm = undefined
      this.turn()
    })
  }
}
