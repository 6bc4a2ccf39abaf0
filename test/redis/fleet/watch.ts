// What must hold of all that a fleet has sent, whatever was done to it.
import { Array as Arr, Order } from "effect"
import type { Deed } from "./chaos.ts"
import { lease, size, times } from "./chaos.ts"
import { tick } from "./fleet.ts"
import type { Process } from "./process.ts"
import type { Request } from "./service.ts"

export interface Seen {
  readonly log: ReadonlyArray<Request>
  readonly deeds: ReadonlyArray<Deed>
  readonly processes: ReadonlyArray<Process>
}

/** What was not as it must be. */
export const violations = (seen: Seen): ReadonlyArray<string> => [
  ...logins(seen),
  ...budgets(seen),
  ...gaps(seen),
  ...generations(seen),
  ...refusals(seen)
]

const isAuth = ({ operation }: Request) => operation === "auth"

/** The deeds whose names begin so. */
const done = ({ deeds }: Seen, ...names: ReadonlyArray<string>) =>
  deeds.filter(({ what }) => names.some((name) => what.startsWith(name)))

const redis = "redis"

/** What one deed may cost: whoever is by himself may log in, and a login that was under way is lost with its process. */
const cost = ({ what }: Deed): number => {
  if (what.startsWith(redis)) return size
  if (what === "password") return size + 1
  return /^(?:expire|last|reset|kill|freeze)/.test(what) ? 1 : 0
}

const logins = (seen: Seen) => {
  const sent = seen.log.filter(isAuth).length
  const allowed = seen.deeds.reduce((sum, deed) => sum + cost(deed), 1)
  return sent > allowed ? [`${sent} logins, where ${allowed} are allowed`] : []
}

/** The most that come within a budget's window. */
const most = (moments: ReadonlyArray<number>): number =>
  Math.max(0, ...moments.map((from) => moments.filter((at) => at >= from && at - from < times.window).length))

const budgets = (seen: Seen) => {
  const auths = seen.log.filter(isAuth)
  const own = seen.processes.flatMap(({ name }) => {
    const count = most(auths.flatMap(({ by, sent }) => (by === name ? [sent] : [])))
    return count > times.limit ? [`process ${name} has sent ${count} logins in a window`] : []
  })
  // A process that was frozen between its leave and its request sends that in another window.
  const late = done(seen, "freeze").length
  const shared = calms(seen).flatMap(([from, to]) => {
    const count = most(auths.flatMap(({ at }) => (at > from && at < to ? [at] : [])))
    return count > times.limit + late ? [`the fleet has sent ${count} logins in a window`] : []
  })
  return [...own, ...shared]
}

/** How long it takes at most until all have noticed that Redis is there again: it is left alone for so long, and then asked by a ping. */
const noticing = 6_000 + times.interval + tick

/** The times in which Redis was there for all. */
const calms = (seen: Seen): ReadonlyArray<readonly [number, number]> => {
  const troubles = done(seen, redis)
  const ends = troubles.map(({ at, life }) => at + life + noticing)
  return [Number.NEGATIVE_INFINITY, ...ends].flatMap((from, i) => {
    const to = troubles[i]?.at ?? Number.POSITIVE_INFINITY
    return from < to ? [[from, to] as const] : []
  })
}

/** A session that is neither lost nor replaced is used at least once in an interval and a leave, and one leave more for each process that is lost. */
const gaps = (seen: Seen) => {
  const accepted = seen.log.filter(({ outcome, session }) => outcome === "OK" && session > 0)
  const ends = [...accepted.filter(isAuth), ...done(seen, "expire", "last", "reset", "password", "end")].map(
    ({ at }) => at
  )
  const lost = done(seen, "kill", "freeze", "quit")
  return Array.from(new Set(accepted.map(({ session }) => session))).flatMap((session) => {
    const uses = accepted.flatMap((it) => (it.session === session ? [it.at] : []))
    return uses.flatMap((at, i) => {
      const end = Math.min(uses[i + 1] ?? Number.POSITIVE_INFINITY, ...ends.filter((end) => end > at))
      if (!Number.isFinite(end)) return []
      const losses = lost.filter((it) => it.at + it.life > at - lease && it.at < end).length
      const allowed = times.interval + lease * (1 + losses) + tick
      return end - at > allowed ? [`session ${session} was not used for ${Math.round(end - at)} of ${allowed} ms`] : []
    })
  })
}

const generations = ({ processes }: Seen) =>
  processes.flatMap(({ events, name }) => {
    const opened = events().filter(({ event }) => event === "Authenticated" || event === "Adopted")
    return opened.flatMap(({ generation }, i) => {
      const before = opened[i - 1]?.generation ?? 0
      return generation > before ? [] : [`process ${name} has generation ${generation} after ${before}`]
    })
  })

/** Between reading an id and signing the request with it nothing waits. */
const instant = 50

const refusals = ({ log, processes }: Seen) =>
  processes.flatMap(({ events, name }) => {
    const own = log.filter(({ by, operation }) => by === name && operation !== "auth")
    const told = events().filter(({ event }) => event === "Refused" || event === "Rejected")
    return own.flatMap((refused) => {
      if (!/^00[135]$/.test(refused.outcome)) return []
      const since = told.find(({ at }) => at >= refused.sent)?.at ?? Number.POSITIVE_INFINITY
      const again = own.find(({ sent, session }) => session === refused.session && sent > since + instant)
      return again === undefined ? [] : [`process ${name} uses session ${again.session} that it was told is refused`]
    })
  })

/** All that has happened, line by line. */
export const tell = ({ deeds, log, processes }: Seen): ReadonlyArray<string> => {
  const lines = [
    ...deeds.map(({ at, life, what }) => ({ at, text: `*** ${what}${life > 0 ? ` for ${life} ms` : ""}` })),
    ...log.map(({ at, by, operation, outcome, session }) => ({ at, text: `${by} ${operation} ${session} ${outcome}` })),
    ...processes.flatMap(({ events, name }) =>
      events().map(({ event, generation, heard }) => ({ at: heard, text: `${name}   ${event} ${generation}` }))
    )
  ]
  const start = Math.min(...lines.map(({ at }) => at))
  return Arr.sortWith(lines, ({ at }) => at, Order.number).map(
    ({ at, text }) => `${((at - start) / 1_000).toFixed(3).padStart(8)} ${text}`
  )
}
