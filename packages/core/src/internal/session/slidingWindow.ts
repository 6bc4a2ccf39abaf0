import type * as Clock from "effect/Clock"
import * as MutableList from "effect/MutableList"
import * as instant from "../instant.ts"

/**
 * Room for so many in any stretch of time of this length.
 *
 * Those of the last stretch are remembered one by one: a bucket of tokens would let twice as many go in its first.
 */
export class SlidingWindow {
  private readonly most: number
  private readonly length: number
  private readonly elapsed: () => number
  private readonly recent = MutableList.empty<number>()

  /** The length is in milliseconds. */
  constructor(most: number, length: number, clock: Clock.Clock) {
    this.most = most
    this.length = length
    this.elapsed = instant.stopwatch(clock)
  }

  /** Takes a place and gives 0, or else gives the whole milliseconds until there may be one. */
  take(): number {
    const now = this.elapsed()
    // Not `oldest + length - now`, which as a binary fraction can be 0 before `now - oldest` is the length.
    while (now - this.oldest >= this.length) MutableList.shift(this.recent)
    if (MutableList.length(this.recent) >= this.most) return Math.ceil(this.length - (now - this.oldest))
    MutableList.append(this.recent, now)
    return 0
  }

  private get oldest(): number {
    return MutableList.head(this.recent) ?? Infinity
  }
}
