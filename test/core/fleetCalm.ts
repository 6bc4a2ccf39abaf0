import type { Timeline, Wire } from "./fleetWire.ts"

export const second = 1000
/** After trouble: how long a process may leave the store alone, and wait for it in vain. */
export const recovery = 10 * second
/** How long a process that is awake takes to tell the store what it knows. */
export const word = 2 * second
/** How often a use is told that is no ping. */
export const telling = 14 * second
/** How long a request, or its answer, is on its way where that is no trouble. */
export const slowness = 6 * second
/** How wrong the store's clock may be, by which it tells what came first. */
export const clockError = 125 * second

/** What must be fine for a promise to hold, and since when that is so. */
export class Calm {
  private readonly timeline: Timeline
  private readonly store: Wire
  private readonly way: Wire
  private latest = Number.NEGATIVE_INFINITY
  private asleep = 0

  constructor(timeline: Timeline, store: Wire, way: Wire) {
    this.timeline = timeline
    this.store = store
    this.way = way
  }

  /** A process was killed, put to sleep, woken or reset, and so many sleep. */
  disturb(asleep = this.asleep) {
    this.asleep = asleep
    this.latest = this.timeline.now
  }

  /** Whether the store was there since that moment. */
  hasStore(since: number): boolean {
    return this.store.isFine(since)
  }

  /** Whether it was, and nothing was done to any process. */
  isQuiet(since: number): boolean {
    return this.hasStore(since) && this.asleep === 0 && this.latest < since
  }

  /** Whether nothing was wrong with the service either. */
  isWhole(since: number): boolean {
    return this.isQuiet(since) && this.way.isFine(since)
  }
}
