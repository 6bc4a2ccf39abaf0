/** What a run has found, times in seconds and heaps in bytes. */
export interface Findings {
  readonly count: number
  readonly interval: number
  /** Alive at the service, and ready in the map. */
  readonly alive: number
  readonly ready: number
  readonly pinged: number
  readonly logins: number
  readonly loggedInOnce: number
  readonly smallestGap: number
  /** The longest that a ping took, as its client counts. */
  readonly longestPing: number
  /** How long the client was held up by the collections before its heap was read. */
  readonly collection: number
  readonly pingsASecond: number
  readonly mostInASecond: number
  /** Before the first session, and after each of the two intervals. */
  readonly heap: { readonly before: number; readonly first: number; readonly second: number }
}

/** A promise, what was found of it, and whether it holds. */
export interface Judged {
  readonly promise: string
  readonly found: string
  readonly holds: boolean
}

/** Holds the findings to what is promised of a map of sessions. */
export const judge = (findings: Findings): ReadonlyArray<Judged> => {
  const {
    alive,
    collection,
    count,
    heap,
    interval,
    loggedInOnce,
    logins,
    longestPing,
    mostInASecond,
    pinged,
    pingsASecond,
    ready
  } = findings
  const least = 0.8 * interval
  const pause = 1 + longestPing + collection
  const growth = heap.second / heap.first - 1
  return [
    {
      promise: "every session is alive and has been pinged",
      found: `${alive} alive at the service, ${ready} in the map, ${pinged} pinged`,
      holds: alive === count && ready === count && pinged === count
    },
    {
      promise: "one login for each account",
      found: `${logins} logins, ${loggedInOnce} accounts with one`,
      holds: logins === count && loggedInOnce === count
    },
    {
      // The map counts from when a ping is sent and the service from when it arrives, which may be as much later as a ping takes.
      promise: `no two pings of a session closer than ${least} s, less the ${longestPing.toFixed(3)} s that one took`,
      found: `${findings.smallestGap.toFixed(3)} s`,
      holds: findings.smallestGap >= least - longestPing
    },
    {
      promise: "the heap grows by less than 5% in an interval",
      found: `${megabytes(heap.first)} to ${megabytes(heap.second)} MB, ${(growth * 100).toFixed(1)}%`,
      holds: growth < 0.05
    },
    {
      // Pings that were held up come at once with those that were not.
      promise: `no second has twice the pings of ${pause.toFixed(3)} s on average`,
      found: `at most ${mostInASecond} in a second, ${pingsASecond.toFixed(1)} on average`,
      holds: mostInASecond < 2 * pause * pingsASecond
    }
  ]
}

/** The kilobytes of heap that one more session takes. */
export const heapOfOne = ({ count, heap }: Pick<Findings, "count" | "heap">): number =>
  (heap.second - heap.before) / count / 1000

const megabytes = (bytes: number): string => (bytes / 1_000_000).toFixed(1)
