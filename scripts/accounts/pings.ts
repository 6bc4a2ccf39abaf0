/** What is known of the pings that came. */
export interface Seen {
  readonly pings: number
  /** How many sessions had one. */
  readonly pinged: number
  /** The shortest time between two pings of one session in seconds; `Infinity` where none had two. */
  readonly smallestGap: number
  readonly mostInASecond: number
}

/** Takes in pings with no more memory than one number for each session. */
export const make = () => {
  const last = new Map<number, number>()
  let [pings, smallestGap, mostInASecond] = [0, Infinity, 0]
  let [second, inSecond] = [0, 0]
  return {
    /** A ping of this session at this time in seconds; times do not go back. */
    add: (session: number, at: number): void => {
      pings += 1
      smallestGap = Math.min(smallestGap, at - (last.get(session) ?? -Infinity))
      last.set(session, at)
      inSecond = Math.floor(at) === second ? inSecond + 1 : 1
      second = Math.floor(at)
      mostInASecond = Math.max(mostInASecond, inSecond)
    },
    seen: (): Seen => ({ pings, pinged: last.size, smallestGap, mostInASecond })
  }
}
