import * as Arr from "effect/Array"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import * as Order from "effect/Order"
import { nameOf } from "./directory.ts"

/**
 * A dead session stays known for a while, so that the log can say whose id was used; `lastUsed` is undefined when it was
 * forgotten. The id is the service's own, since one from a request keeps the whole of that.
 */
export interface Session {
  readonly id: string
  /** The key of its account. */
  readonly account: string
  readonly ordinal: number
  readonly lastUsed: number | undefined
}

/** The sessions of all accounts by their ids, so that a request costs the same however many there are. */
export interface Sessions {
  readonly known: HashMap.HashMap<string, Session>
  readonly life: number
  /** How many are known at most. */
  readonly limit: number
  /** From how many sessions on the next login lets some go. */
  readonly crowded: number
  readonly logins: number
}

/** How many dead sessions are known at most, beside as many as there were living ones when the last were let go. */
const spare = 1000

/** No session yet. */
export const make = (options: Pick<Sessions, "life" | "limit">): Sessions => ({
  ...options,
  known: HashMap.empty(),
  crowded: Math.min(spare, options.limit),
  logins: 0
})

/** The sessions when one more has been opened, whose ordinal is the number of logins. */
export const open = (sessions: Sessions, account: string, id: string, now: number): Sessions => {
  const roomy = makeRoom(sessions, now)
  const ordinal = sessions.logins + 1
  const known = HashMap.set(roomy.known, id, { id, account, ordinal, lastUsed: now })
  return { ...roomy, known, logins: ordinal }
}

const makeRoom = (sessions: Sessions, now: number): Sessions => {
  if (HashMap.size(sessions.known) < sessions.crowded) return sessions
  const living = HashMap.filter(sessions.known, (session) => isAlive(sessions, session, now))
  // A tenth is kept free, so that not every login has to look at all of them.
  const most = Math.floor(sessions.limit * 0.9)
  const known = HashMap.size(living) <= most ? living : newest(living, most)
  return { ...sessions, known, crowded: Math.min(2 * HashMap.size(known) + spare, sessions.limit) }
}

const newest = (known: Sessions["known"], count: number): Sessions["known"] => {
  const ordered = inOrder(known)
  return HashMap.fromIterable(Arr.takeRight(ordered, count).map((session) => [session.id, session] as const))
}

const inOrder = (known: Sessions["known"]): ReadonlyArray<Session> =>
  Arr.sortWith(HashMap.values(known), ({ ordinal }) => ordinal, Order.number)

/** A session by its id, dead or alive. */
export const find = ({ known }: Sessions, id: string): Session | undefined =>
  Option.getOrUndefined(HashMap.get(known, id))

/** Begins the life of a session anew. */
export const renew = (sessions: Sessions, session: Session, now: number): Sessions => ({
  ...sessions,
  known: HashMap.set(sessions.known, session.id, { ...session, lastUsed: now })
})

/** Forgets the sessions of all accounts or of one. */
export const expire = (sessions: Sessions, account: string | undefined): Sessions => ({
  ...sessions,
  known: HashMap.map(sessions.known, (it) => (isOf(it, account) ? { ...it, lastUsed: undefined } : it))
})

/** Whether a session would still be accepted, were nothing frozen or locked. */
export const isAlive = ({ life }: Sessions, { lastUsed }: Session, now: number): boolean =>
  lastUsed !== undefined && now - lastUsed < life

const isOf = (session: Session, account: string | undefined): boolean =>
  account === undefined || session.account === account

/** The keys of the accounts that have a living session. */
export const accounts = (sessions: Sessions, now: number): Set<string> => {
  const keys = new Set<string>()
  HashMap.forEach(sessions.known, (session) => {
    if (isAlive(sessions, session, now)) keys.add(session.account)
  })
  return keys
}

/** How many sessions are alive, of all accounts or of one. */
export const count = (sessions: Sessions, now: number, account?: string): number =>
  HashMap.reduce(sessions.known, 0, (sum, it) => (isOf(it, account) && isAlive(sessions, it, now) ? sum + 1 : sum))

/** A living session as it can be shown: its id cut to four letters, its times in milliseconds. */
export interface OpenSession {
  readonly ordinal: number
  readonly account: { readonly apiId: string; readonly user: string }
  readonly id: string
  readonly idle: number
  readonly remaining: number
}

/** The living sessions of all accounts or of one, the oldest login first. */
export const list = (sessions: Sessions, now: number, account?: string): ReadonlyArray<OpenSession> =>
  inOrder(sessions.known).flatMap((session) => {
    const { id, lastUsed, ordinal } = session
    if (lastUsed === undefined || !isOf(session, account) || !isAlive(sessions, session, now)) return []
    const idle = now - lastUsed
    const remaining = sessions.life - idle
    return [{ ordinal, account: nameOf(session.account), id: `${id.slice(0, 4)}…`, idle, remaining }]
  })
