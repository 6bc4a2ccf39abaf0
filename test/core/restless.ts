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
