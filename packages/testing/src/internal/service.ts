import * as ErrorCode from "@effect-clickatell/core/ErrorCode"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Action } from "../Script.ts"
import type { Request } from "./soap.ts"

/** Everything that the service knows of its one account. */
export interface Account {
  /** What is undefined is not looked at. */
  readonly credentials: Readonly<Record<"apiId" | "user" | "password", string | undefined>>
  readonly sessionLife: number
  readonly balance: number
  readonly sessions: HashMap.HashMap<string, Session>
  readonly logins: number
  readonly frozen: boolean
  readonly locked: boolean
  readonly refusing: boolean
}

/** A dead session stays known, so that the log can say whose id was used; `lastUsed` is undefined when it was forgotten. */
interface Session {
  readonly ordinal: number
  readonly lastUsed: number | undefined
}

/** A command carried out: what the account is now, what the `return` says, and whose session it was. */
interface Result {
  readonly account: Account
  readonly text: string
  readonly session: number
}

/** The time of a request, and how the id of a login is made from its ordinal. */
export interface Occasion {
  readonly now: number
  readonly sessionId: (login: number) => string
}

/** An operation that is carried out. */
export type Command = (account: Account, parameters: Request["parameters"], occasion: Occasion) => Result

const auth: Command = (account, parameters, { now, sessionId }) => {
  const code = checkCredentials(account, parameters)
  if (code !== undefined) return refused(account, code)
  const ordinal = account.logins + 1
  const id = sessionId(ordinal)
  const sessions = HashMap.set(account.sessions, id, { ordinal, lastUsed: now })
  return { account: { ...account, logins: ordinal, sessions }, text: `OK: ${id}`, session: ordinal }
}

/** What an operation says, for its parameters, in a session that is accepted. */
export type Say = (parameters: Request["parameters"]) => string

const saying =
  (say: Say): Command =>
  (account, parameters, { now }) =>
    inSession(account, parameters, now, say)

const ping = saying(() => "OK:")

const getbalance: Command = (account, parameters, { now }) => {
  const text = `Credit: ${account.balance}`
  if (given(parameters, "session_id") || !["api_id", "user", "password"].some((name) => given(parameters, name))) {
    return inSession(account, parameters, now, () => text)
  }
  const code = checkCredentials(account, parameters)
  return code === undefined ? { account, text, session: 0 } : refused(account, code)
}

/** The operations that are carried out: the service's, and those of the tester's own. */
export const commands = (own: Readonly<Record<string, Say>>): ReadonlyMap<string, Command> =>
  new Map([
    ...Object.entries({ auth, ping, getbalance }),
    ...Object.entries(own).map(([operation, say]) => [operation, saying(say)] as const)
  ])

/** The ordinal of the login that made the request's session id, or 0. */
export const sessionOf = (account: Account, parameters: Request["parameters"]): number =>
  Option.match(HashMap.get(account.sessions, idIn(parameters)), { onNone: () => 0, onSome: (it) => it.ordinal })

/** How many sessions would still be accepted, were the account neither frozen nor locked. */
export const alive = (account: Account, now: number): number =>
  HashMap.reduce(account.sessions, 0, (count, session) => (isAlive(account, session, now) ? count + 1 : count))

/** What an action makes of the account. */
export const act = (account: Account, action: Action): Account => {
  switch (action.kind) {
    case "expireSessions":
      return {
        ...account,
        sessions: HashMap.map(account.sessions, ({ ordinal }) => ({ ordinal, lastUsed: undefined }))
      }
    case "freeze":
    case "unfreeze":
      return { ...account, frozen: action.kind === "freeze" }
    case "lockIp":
    case "unlockIp":
      return { ...account, locked: action.kind === "lockIp" }
    case "setPassword":
      return { ...account, credentials: { ...account.credentials, password: action.password } }
    case "refuseSessions":
      return { ...account, refusing: action.refuse }
  }
}

const inSession = (account: Account, parameters: Request["parameters"], now: number, say: Say): Result => {
  const id = idIn(parameters)
  const session = Option.getOrUndefined(HashMap.get(account.sessions, id))
  const ordinal = session?.ordinal ?? 0
  if (account.locked) return refused(account, "007", ordinal)
  if (id === "") return refused(account, "005")
  if (session === undefined || account.refusing || !isAlive(account, session, now)) {
    return refused(account, "001", ordinal)
  }
  if (account.frozen) return refused(account, "004", ordinal)
  // Only an accepted command renews its session.
  const sessions = HashMap.set(account.sessions, id, { ordinal, lastUsed: now })
  return { account: { ...account, sessions }, text: say(parameters), session: ordinal }
}

const isAlive = (account: Account, { lastUsed }: Session, now: number): boolean =>
  lastUsed !== undefined && now - lastUsed < account.sessionLife

const checkCredentials = (account: Account, parameters: Request["parameters"]): string | undefined => {
  const { apiId, password, user } = account.credentials
  if (account.locked) return "007"
  if (differs(parameters.get("api_id")?.trim(), apiId)) return "108"
  if (differs(parameters.get("user"), user) || differs(parameters.get("password"), password)) return "001"
  return account.frozen ? "004" : undefined
}

const differs = (given: string | undefined, expected: string | undefined): boolean =>
  expected !== undefined && given !== expected

const refused = (account: Account, code: string, session = 0): Result => ({
  account,
  text: `ERR: ${code}, ${ErrorCode.table.get(code)?.description ?? ""}`,
  session
})

const idIn = (parameters: Request["parameters"]): string => parameters.get("session_id")?.trim() ?? ""

const given = (parameters: Request["parameters"], name: string): boolean => (parameters.get(name) ?? "") !== ""
