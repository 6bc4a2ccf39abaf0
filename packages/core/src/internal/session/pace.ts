import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import type { Fork } from "./shared.ts"
import type { SlidingWindow } from "./slidingWindow.ts"

/** Says who may go now, and calls back when the next may; one timer serves all, and there is none while nobody waits. */
export class Pace {
  private readonly window: SlidingWindow
  private readonly start: Fork
  private timer: Fiber.RuntimeFiber<void> | undefined

  constructor(window: SlidingWindow, start: Fork) {
    this.window = window
    this.start = start
  }

  /** Whether one may go now, who is counted then; if not, it calls back when it is time to ask again. */
  admit(again: () => void): boolean {
    if (this.timer !== undefined) return false
    const wait = this.window.take()
    if (wait === 0) return true
    const timer = this.start(Effect.sleep(Duration.millis(wait)))
    this.timer = timer
    timer.addObserver(() => {
      if (this.timer !== timer) return
      this.timer = undefined
      again()
    })
    return false
  }

  /** Nobody waits any more. */
  rest(): void {
    this.timer?.unsafeInterruptAsFork(FiberId.none)
    this.timer = undefined
  }
}
