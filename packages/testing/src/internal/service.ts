import * as ErrorCode from "@effect-clickatell/core/ErrorCode"
import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Action } from "../Script.ts"
import type { Directory } from "./directory.ts"
import { keyOf, nameOf } from "./directory.ts"
import type { Request } from "./soap.ts"

/** Everything that the service knows. */
export interface Service {
  readonly directory: Directory
  readonly sessionLife: number
  readonly balance: number
  /** The sessions of all accounts by their ids, so that a request costs the same however many there are. */
  readonly sessions: HashMap.HashMap<string, Session>
  /** From how many sessions on the next login lets the dead ones go. */
  readonly crowded: number
  readonly logins: number
  readonly locked: boolean
  /** The accounts that something has happened to, by their keys; all others are as `others` is. */
  readonly accounts: HashMap.HashMap<string, Account>
  readonly others: Account
}

/** What one account need not share with the others. */
export interface Account {
  readonly logins: number
  readonly frozen: boolean
  readonly refusing: boolean
  /** In place of the directory's, if it was changed. */
  readonly password: string | undefined
}

/**
 * A dead session stays known for a while, so that the log can say whose id was used; `lastUsed` is undefined when it was
 * forgotten. The id is the service's own, since one from a request keeps the whole of that.
 */
interface Session {
  readonly id: string
  readonly account: string
  readonly ordinal: number
  readonly lastUsed: number | undefined
}

/** A command carried out: what the service is now, what the `return` says, and whose session it was. */
interface Result {
  readonly service: Service
  readonly text: string
  readonly session: number
}

/** A service that nothing has happened to yet. */
export const make = (options: Pick<Service, "directory" | "sessionLife" | "balance">): Service => ({
  ...options,
  sessions: HashMap.empty(),
  crowded: spare,
  logins: 0,
  locked: false,
  accounts: HashMap.empty(),
  others: { logins: 0, frozen: false, refusing: false, password: undefined }
})

/** The time of a request, and how the id of a login is made from its ordinal. */
export interface Occasion {
  readonly now: number
  readonly sessionId: (login: number) => string
}

/** An operation that is carried out. */
export type Command = (service: Service, parameters: Request["parameters"], occasion: Occasion) => Result

const auth: Command = (service, parameters, { now, sessionId }) =>
  Either.match(identify(service, parameters), {
    onLeft: (code) => refused(service, code),
    onRight: (account) => {
      const ordinal = service.logins + 1
      const id = sessionId(ordinal)
      const roomy = makeRoom(service, now)
      const sessions = HashMap.set(roomy.sessions, id, { id, account, ordinal, lastUsed: now })
      const counted = change(roomy, { logins: accountOf(service, account).logins + 1 }, account)
      return { service: { ...counted, logins: ordinal, sessions }, text: `OK: ${id}`, session: ordinal }
    }
  })

/** How many dead sessions are known at most, beside as many as there were living ones when the last were let go. */
const spare = 1000

const makeRoom = (service: Service, now: number): Service => {
  if (HashMap.size(service.sessions) < service.crowded) return service
  const sessions = HashMap.filter(service.sessions, (session) => isAlive(service, session, now))
  return { ...service, sessions, crowded: 2 * HashMap.size(sessions) + spare }
}

/** What an operation says, for its parameters, in a session that is accepted. */
export type Say = (parameters: Request["parameters"]) => string

const saying =
  (say: Say): Command =>
  (service, parameters, { now }) =>
    inSession(service, parameters, now, say)

const ping = saying(() => "OK:")

const getbalance: Command = (service, parameters, { now }) => {
  const text = `Credit: ${service.balance}`
  if (given(parameters, "session_id") || !["api_id", "user", "password"].some((name) => given(parameters, name))) {
    return inSession(service, parameters, now, () => text)
  }
  return Either.match(identify(service, parameters), {
    onLeft: (code) => refused(service, code),
    onRight: () => ({ service, text, session: 0 })
  })
}

/** The operations that are carried out: the service's, and those of the tester's own. */
export const commands = (own: Readonly<Record<string, Say>>): ReadonlyMap<string, Command> =>
  new Map([
    ...Object.entries({ auth, ping, getbalance }),
    ...Object.entries(own).map(([operation, say]) => [operation, saying(say)] as const)
  ])

/** The ordinal of the login that made the request's session id, or 0. */
export const sessionOf = (service: Service, parameters: Request["parameters"]): number =>
  Option.match(HashMap.get(service.sessions, idIn(parameters)), { onNone: () => 0, onSome: (it) => it.ordinal })

/** How many sessions, of all accounts or of one, would still be accepted, were nothing frozen or locked. */
export const alive = (service: Service, now: number, account?: string): number =>
  HashMap.reduce(service.sessions, 0, (count, session) =>
    isOf(session, account) && isAlive(service, session, now) ? count + 1 : count
  )

/** A living session as it can be shown: its id cut to four letters. */
export interface OpenSession {
  readonly ordinal: number
  readonly account: { readonly apiId: string; readonly user: string }
  readonly id: string
  readonly idle: number
  readonly remaining: number
}

/** The living sessions of all accounts or of one, the oldest login first. */
export const openSessions = (service: Service, now: number, account?: string): ReadonlyArray<OpenSession> =>
  Arr.fromIterable(HashMap.values(service.sessions))
    .flatMap((session) => {
      const { id, lastUsed, ordinal } = session
      if (lastUsed === undefined || !isOf(session, account) || !isAlive(service, session, now)) return []
      const idle = now - lastUsed
      const remaining = service.sessionLife - idle
      return [{ ordinal, account: nameOf(session.account), id: `${id.slice(0, 4)}…`, idle, remaining }]
    })
    .sort((a, b) => a.ordinal - b.ordinal)

/** How many logins succeeded, to all accounts or to one. */
export const logins = (service: Service, account?: string): number =>
  account === undefined ? service.logins : accountOf(service, account).logins

/** What an action, on all accounts or on one, makes of the service. */
export const act = (service: Service, action: Action, account?: string): Service => {
  switch (action.kind) {
    case "expireSessions": {
      const forget = (session: Session) => (isOf(session, account) ? { ...session, lastUsed: undefined } : session)
      return { ...service, sessions: HashMap.map(service.sessions, forget) }
    }
    case "freeze":
    case "unfreeze":
      return change(service, { frozen: action.kind === "freeze" }, account)
    case "lockIp":
    case "unlockIp":
      return { ...service, locked: action.kind === "lockIp" }
    case "setPassword":
      return change(service, { password: action.password }, account)
    case "refuseSessions":
      return change(service, { refusing: action.refuse }, account)
  }
}

const change = (service: Service, what: Partial<Account>, account: string | undefined): Service => {
  const changed = (it: Account): Account => ({ ...it, ...what })
  return account === undefined
    ? { ...service, accounts: HashMap.map(service.accounts, changed), others: changed(service.others) }
    : { ...service, accounts: HashMap.set(service.accounts, account, changed(accountOf(service, account))) }
}

const accountOf = (service: Service, account: string): Account =>
  Option.getOrElse(HashMap.get(service.accounts, account), () => service.others)

const isOf = (session: Session, account: string | undefined): boolean =>
  account === undefined || session.account === account

const inSession = (service: Service, parameters: Request["parameters"], now: number, say: Say): Result => {
  const id = idIn(parameters)
  const session = Option.getOrUndefined(HashMap.get(service.sessions, id))
  const ordinal = session?.ordinal ?? 0
  if (service.locked) return refused(service, "007", ordinal)
  if (id === "") return refused(service, "005")
  if (session === undefined || !isAlive(service, session, now)) return refused(service, "001", ordinal)
  const { frozen, refusing } = accountOf(service, session.account)
  if (refusing) return refused(service, "001", ordinal)
  if (frozen) return refused(service, "004", ordinal)
  // Only an accepted command renews its session.
  const sessions = HashMap.set(service.sessions, session.id, { ...session, lastUsed: now })
  return { service: { ...service, sessions }, text: say(parameters), session: ordinal }
}

const isAlive = (service: Service, { lastUsed }: Session, now: number): boolean =>
  lastUsed !== undefined && now - lastUsed < service.sessionLife

/** The key of the account that the credentials are of, or the code that refuses them. */
const identify = (service: Service, parameters: Request["parameters"]): Either.Either<string, string> => {
  if (service.locked) return Either.left("007")
  const named = { apiId: parameters.get("api_id")?.trim() ?? "", user: parameters.get("user") ?? "" }
  return Either.flatMap(service.directory(named), (listed) => {
    const key = keyOf(named)
    const { frozen, password = listed } = accountOf(service, key)
    if (password !== undefined && parameters.get("password") !== password) return Either.left("001")
    return frozen ? Either.left("004") : Either.right(key)
  })
}

const refused = (service: Service, code: string, session = 0): Result => ({
  service,
  text: `ERR: ${code}, ${ErrorCode.table.get(code)?.description ?? ""}`,
  session
})

const idIn = (parameters: Request["parameters"]): string => parameters.get("session_id")?.trim() ?? ""

const given = (parameters: Request["parameters"], name: string): boolean => (parameters.get(name) ?? "") !== ""
