import type { Envelope } from "@effect-clickatell/core/Envelope"
import { TransportError } from "@effect-clickatell/core/Errors"
import * as Setting from "@effect-clickatell/core/Setting"
import * as Transport from "@effect-clickatell/core/Transport"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as FiberRefs from "effect/FiberRefs"
import { constVoid } from "effect/Function"
import type * as Runtime from "effect/Runtime"
import type { Failure, Stage } from "./failure.ts"
import * as failure from "./failure.ts"

/** An exchange that tells its end to a callback; `abort` may be called after the end too. */
export interface Running {
  /** How far it is. */
  readonly stage: Stage
  readonly abort: () => void
}

/**
 * The end of an exchange, or a `Timeout` when the deadline of the caller or else the usual one is over.
 *
 * Nothing but these two is waited for: neither an exchange that is slow to let go nor a caller that cannot be interrupted holds
 * up the deadline.
 */
export const within = (
  usual: Duration.Duration,
  { operation }: Envelope,
  start: (
    done: (exit: Exit.Exit<Transport.Response, Failure>) => void,
    clock: Clock.Clock,
    runtime: Runtime.Runtime<never>
  ) => Running
): Effect.Effect<Transport.Response, TransportError> =>
  Transport.async((resume, runtime) => {
    const services = FiberRefs.getOrDefault(runtime.fiberRefs, DefaultServices.currentServices)
    const clock = Context.get(services, Clock.Clock)
    const override = Context.get(runtime.context, Transport.Deadline)
    const millis = Math.min(Duration.toMillis(override ?? usual), Duration.toMillis(Setting.longestTime))
    const end = (exit: Exit.Exit<Transport.Response, Failure>) =>
      resume(Exit.mapError(exit, (failure) => new TransportError({ operation, ...failure })))
    if (millis === 0) {
      end(Exit.fail(failure.timeout("connect")))
      return constVoid
    }
    let silence: (() => void) | undefined
    let over = false
    const done = (exit: Exit.Exit<Transport.Response, Failure>) => {
      over = true
      silence?.()
      end(exit)
    }
    const running = start(done, clock, runtime)
    // It may have ended at once.
    if (over) return constVoid
    silence = setAlarm(clock, millis, () => {
      end(Exit.fail(failure.timeout(running.stage)))
      running.abort()
    })
    return () => {
      silence?.()
      running.abort()
    }
  })

const live = Context.get(DefaultServices.liveServices, Clock.Clock)

/** Calls back when the time is over by this clock. A sleeping fiber costs many times a timer, and is kept for other clocks. */
const setAlarm = (clock: Clock.Clock, millis: number, ring: () => void): (() => void) => {
  if (clock === live) {
    // @effect-diagnostics-next-line globalTimers:off
    const timer = setTimeout(ring, millis)
    return () => clearTimeout(timer)
  }
  const sleeper = Effect.runFork(clock.sleep(Duration.millis(millis)), { immediate: true })
  sleeper.addObserver((exit) => (Exit.isSuccess(exit) ? ring() : undefined))
  return () => sleeper.unsafeInterruptAsFork(FiberId.none)
}
