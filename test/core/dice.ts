import { PCGRandom } from "effect/Utils"
import type { Policy } from "./virtualTime.ts"

/** What a seed decides. */
export class Dice {
  private readonly random: PCGRandom
  constructor(seed: number) {
    this.random = new PCGRandom(seed)
  }
  /** A whole number below this one. */
  below(limit: number): number {
    return Math.floor(this.random.number() * limit)
  }
  chance(share: number): boolean {
    return this.random.number() < share
  }
  pick<A>(among: readonly [A, ...ReadonlyArray<A>]): A {
    return among[this.below(among.length)] ?? among[0]
  }
}

/**
 * Any task may be the next, and a fiber makes way at random, once in about this many operations.
 *
 * Making way takes a dozen operations itself, so one that did so more often would never come to anything else.
 */
export const shuffled = (dice: Dice, pace: number): Policy => {
  let left = pace
  return {
    next: (runnable) => dice.below(runnable),
    yields: () => {
      left -= 1
      if (left > 0) return false
      left = 16 + dice.below(2 * pace)
      return true
    }
  }
}
