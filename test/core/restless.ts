import type { Policy } from "./virtualTime.ts"

/** Fibers make way at each 17th of their steps, counted from there: to make way is a dozen of steps itself. */
export class Restless implements Policy {
  /** Whether whatever came last is the next. */
  hurry = false
  private steps: number

  constructor(from: number) {
    this.steps = from
  }

  readonly next = (runnable: number) => (this.hurry ? runnable - 1 : 0)
  readonly yields = () => (this.steps += 1) % 17 === 0
}

/** Where to count from, so that each step is once the one before which they make way. */
export const offsets = Array.from({ length: 17 }, (_, index) => index)

/** Lets what is there wait until everything that comes after it is done. */
export class Holding implements Policy {
  private held: number | undefined
  readonly yields = () => false

  /** From the next step on, which does nothing. */
  hold(): void {
    this.held = Number.POSITIVE_INFINITY
  }

  release(): void {
    this.held = undefined
  }

  readonly next = (runnable: number) => {
    if (this.held === undefined) return 0
    this.held = Math.min(this.held, runnable)
    return runnable > this.held ? runnable - 1 : runnable
  }
}
