// What those who share an entry agree on. Each step is taken on the entry as it is at the moment of the write, so that of two
// who want the same at once one is given it, and the other sees that.
import type { Rules } from "../machine/state.ts"
import type * as budgets from "../machine/budget.ts"
import * as budget from "../machine/budget.ts"
import type { Entry, Leave, Refusal, Session } from "./entry.ts"

/** The entry after a step, which is to be written where it has changed, and what the step has found out. */
export interface Turn<A> {
  readonly entry: Entry
  readonly answer: A
}

/** A session of this process: how old it is, and for how long it was unused, in milliseconds. */
export interface Own {
  readonly id: string
  readonly age: number
  readonly idle: number
  /** Whether this process has lost that one, and takes it no more whatever the store says. */
  readonly isLost: (id: string) => boolean
}

/** A session of the store's, in the same terms. */
export interface Found {
  readonly _tag: "Found"
  readonly id: string
  readonly age: number
  readonly idle: number
}

export interface Asking {
  readonly token: string
  /** Whether leave is taken, and for how long, where it can be had. */
  readonly takes: boolean
  readonly lease: number
  /** A digest of the credentials that a login would be sent with. */
  readonly credentials: string
  /** Which sessions are not looked for: those that are lost here, and one that is to be renewed. */
  readonly isUnwanted: (id: string) => boolean
  /** Which of them the service does not accept any more, or was told to forget. */
  readonly isLost: (id: string) => boolean
  /** How many milliseconds ago everything until then was to be forgotten, if it was. */
  readonly forgets: number | undefined
  readonly leave: budgets.Leave
  readonly rules: Rules
}

export type Answer =
  | Found
  | { readonly _tag: "Refused"; readonly refusal: Refusal }
  | { readonly _tag: "Busy"; readonly wait: number }
  | { readonly _tag: "OverBudget"; readonly wait: number }
  | { readonly _tag: "Granted" }

/** Somebody has no session, or wants another. */
export const ask = (entry: Entry, now: number, asking: Asking): Turn<Answer> => {
  const { credentials, rules, takes, token } = asking
  const known = afterWord(entry, now, asking)
  const found = adoptable(known, now, rules, asking.isUnwanted)
  if (found !== undefined) return { entry: known, answer: found }
  const refusal = known.refused.find((it) => it.credentials === credentials)
  if (refusal !== undefined) return { entry: known, answer: { _tag: "Refused", refusal } }
  const wait = untilFree(known.login, now, asking.lease)
  if (wait > 0) return { entry: known, answer: { _tag: "Busy", wait } }
  const entries = known.logins.filter(({ at }) => at <= now)
  // Credentials that replace refused ones are a reason to log in at once in any process, also in one that has just started.
  const leave = asking.leave === "Ordinary" && known.refused.length > 0 ? "AtOnce" : asking.leave
  const pause = budget.wait(rules.budget, entries.map(toBudget), at(now), leave)
  if (pause > 0) return { entry: known, answer: { _tag: "OverBudget", wait: pause } }
  const granted: Turn<Answer> = { entry: known, answer: { _tag: "Granted" } }
  if (!takes) return granted
  const recent = entries.filter((login) => now - login.at < Math.max(rules.budget.spacing, rules.budget.window))
  return {
    ...granted,
    entry: {
      ...known,
      login: { token, until: now + asking.lease },
      logins: [...recent, { token, at: now, begins: leave !== "Retry", reached: true }]
    }
  }
}

const afterWord = (entry: Entry, now: number, { forgets, isLost }: Asking): Entry => {
  const { session } = entry
  const known = session !== undefined && session.dead !== true && isLost(session.id) ? bury(entry, session.id) : entry
  return forgets === undefined ? known : forget(known, now - forgets)
}

export interface Committing {
  readonly token: string
  readonly lease: number
  readonly credentials: string
  readonly own: Own
  readonly rules: Rules
}

/** A login has opened a session: it is everybody's, unless its leave has run out and others have gone on without it. */
export const commit = (
  entry: Entry,
  now: number,
  { credentials, lease, own, rules, token }: Committing
): Turn<Found | undefined> => {
  const hasLeave = entry.login?.token === token
  const newer = hasLeave ? undefined : adoptable(entry, now, rules, own.isLost)
  if (newer !== undefined) return { entry, answer: newer }
  if (!hasLeave && untilFree(entry.login, now, lease) > 0) return { entry, answer: undefined }
  const { login: _, ...others } = entry
  const refused = entry.refused.filter((it) => it.credentials !== credentials)
  return { entry: { ...others, session: sessionOf(own, now), refused }, answer: undefined }
}

/** How a login ended that opened no session. */
export interface Ending {
  readonly token: string
  readonly sent: boolean
  readonly reached: boolean
  /** Where the service refused who we are. */
  readonly refusal: Refusal | undefined
}

export const withdraw = (entry: Entry, now: number, { reached, refusal, sent, token }: Ending): Turn<void> => {
  const { login, ...others } = entry
  // One that the store has not given leave to has left nothing there.
  if (login?.token !== token && refusal === undefined) return { entry, answer: undefined }
  const logins = sent
    ? entry.logins.map((it) => (it.token === token ? { ...it, reached } : it))
    : entry.logins.filter((it) => it.token !== token)
  return {
    entry: {
      ...others,
      ...(login === undefined || login.token === token ? {} : { login }),
      logins,
      refused: refusal === undefined ? entry.refused : remember(entry.refused, now, refusal)
    },
    answer: undefined
  }
}

/** How many refused sets of credentials are remembered. */
const mostRefused = 16

const remember = (refused: Entry["refused"], at: number, refusal: Refusal): Entry["refused"] =>
  [...refused.filter((it) => it.credentials !== refusal.credentials), { ...refusal, at }].slice(-mostRefused)

export interface Claim {
  readonly token: string
  readonly lease: number
  readonly own: Own
  readonly rules: Rules
}

export type Claiming =
  | Found
  | { readonly _tag: "Used"; readonly idle: number }
  | { readonly _tag: "Busy"; readonly wait: number }
  | { readonly _tag: "Granted" }

/** A use by another process counts from here on; what lies between two readings of the same use is less. */
const noise = 0.9

/** The keep-alive of somebody wants to ping the session that it has. */
export const claim = (entry: Entry, now: number, { lease, own, rules, token }: Claim): Turn<Claiming> => {
  const other = another(entry, now, lease, own, rules)
  if (other !== undefined) return { entry, answer: other }
  const idle = entry.session?.id === own.id ? now - entry.session.usedAt : Number.NaN
  if (idle >= 0 && idle < own.idle * noise) return { entry, answer: { _tag: "Used", idle } }
  const wait = entry.ping?.token === token ? 0 : untilFree(entry.ping, now, lease)
  if (wait > 0) return { entry, answer: { _tag: "Busy", wait } }
  const known = offer(entry, now, lease, own)
  return { entry: { ...known, ping: { token, until: now + lease } }, answer: { _tag: "Granted" } }
}

export interface Use {
  readonly lease: number
  readonly own: Own
  /** The shortest time between two uses that are both worth a write. */
  readonly least: number
  readonly rules: Rules
}

/** A session was used; where it has been stored of late that it is, there is nothing to write. */
export const use = (entry: Entry, now: number, { lease, least, own, rules }: Use): Turn<Found | undefined> => {
  const other = another(entry, now, lease, own, rules)
  if (other !== undefined) return { entry, answer: other }
  const { session } = entry
  const isFresh = session?.id === own.id && session.usedAt <= now && now - own.idle - session.usedAt < least
  if (isFresh) return { entry, answer: undefined }
  const { ping: _, ...known } = offer(entry, now, lease, own)
  return { entry: known, answer: undefined }
}

/** The service refuses who we are, and said so to a ping. */
export const bar = (entry: Entry, now: number, id: string, refusal: Refusal): Entry => ({
  ...bury(entry, id),
  refused: remember(entry.refused, now, refusal)
})

/** A session that was opened by then, and whatever was refused by then, is forgotten on request; the budget stays. */
export const forget = (entry: Entry, then: number): Entry => {
  const { refused, session } = entry
  const isOld = session !== undefined && session.dead !== true && session.openedAt <= then
  const known = isOld ? bury(entry, session.id) : entry
  return refused.some(({ at }) => at <= then) ? { ...known, refused: refused.filter(({ at }) => at > then) } : known
}

/** Remembers that a session is over, so that nobody who still has it stores it again. */
const bury = (entry: Entry, id: string): Entry =>
  entry.session?.id === id ? { ...entry, session: { ...entry.session, dead: true } } : entry

/** Another session than this process has, which is the one to go on with unless it is older: the store may have been away. */
const another = (entry: Entry, now: number, lease: number, own: Own, rules: Rules): Found | undefined => {
  const found = entry.session?.id === own.id ? undefined : adoptable(entry, now, rules, own.isLost)
  return found !== undefined && found.age <= own.age + lease ? found : undefined
}

/** Stores the session of this process, unless somebody knows better: it is dead, or is about to have a successor. */
const offer = (entry: Entry, now: number, lease: number, own: Own): Entry => {
  const { session } = entry
  if (untilFree(entry.login, now, lease) > 0 || (session?.id === own.id && session.dead === true)) return entry
  if (session?.id !== own.id) return { ...entry, session: sessionOf(own, now) }
  const usedAt = now - own.idle
  // A clock that was set back would keep a use in the future.
  return { ...entry, session: { ...session, usedAt: session.usedAt > now ? usedAt : Math.max(session.usedAt, usedAt) } }
}

const sessionOf = ({ age, id, idle }: Own, now: number): Session => ({ id, openedAt: now - age, usedAt: now - idle })

/** The session of the store, where it may be used by our own rules. */
const adoptable = (
  { session }: Entry,
  now: number,
  { maxAge, usable }: Rules,
  isUnwanted: (id: string) => boolean
): Found | undefined => {
  if (session === undefined || session.dead === true || isUnwanted(session.id)) return undefined
  const idle = Math.max(0, now - session.usedAt)
  const age = Math.max(idle, now - session.openedAt)
  return idle < usable && age < maxAge ? { _tag: "Found", id: session.id, age, idle } : undefined
}

/** Milliseconds until a leave has run out; one that would last longer than any does is from before the clock was set back. */
const untilFree = (leave: Leave | undefined, now: number, longest: number): number => {
  const left = leave === undefined ? 0 : leave.until - now
  return left > longest ? 0 : Math.max(0, left)
}

const at = (wall: number) => ({ wall, monotonic: 0n })

const toBudget = ({ at: time, begins, reached }: Entry["logins"][number]): budgets.Entry => ({
  at: at(time),
  begins,
  reached
})
