import type { Envelope } from "@effect-clickatell/core/Envelope"
import { TransportError } from "@effect-clickatell/core/Errors"
import * as Setting from "@effect-clickatell/core/Setting"
import type { Response } from "@effect-clickatell/core/Transport"
import { Deadline } from "@effect-clickatell/core/Transport"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
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
  start: (done: (exit: Exit.Exit<Response, Failure>) => void, clock: Clock.Clock) => Running
): Effect.Effect<Response, TransportError> => {
  const told = (failure: Failure) => new TransportError({ operation, ...failure })
  return Effect.flatMap(Deadline, (override) => {
    const wanted = override === undefined ? usual : Duration.min(Duration.decode(override), Setting.longestTime)
    const millis = Duration.toMillis(wanted)
    if (millis === 0) return Effect.fail(told(failure.timeout("connect")))
    return Effect.clockWith((clock) => {
      let cancel: (() => void) | undefined
      const ended = Effect.async<Response, TransportError>((resume) => {
        let silence: (() => void) | undefined
        let over = false
        const running = start((exit) => {
          over = true
          silence?.()
          resume(Exit.mapError(exit, told))
        }, clock)
        // It may have ended at once.
        if (over) return
        silence = setAlarm(clock, millis, () => {
          resume(Effect.fail(told(failure.timeout(running.stage))))
          running.abort()
        })
        cancel = () => {
          silence?.()
          running.abort()
        }
      })
      // Not the finalizer of `Effect.async`, which makes V8 keep what is over for long.
      return Effect.onExit(ended, (exit) => Effect.sync(() => (Exit.isInterrupted(exit) ? cancel?.() : undefined)))
    })
  })
}

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
