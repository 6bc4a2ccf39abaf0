import * as HashMap from "effect/HashMap"
import type { Outcome } from "../Outcome.ts"
import type { Action } from "../Script.ts"
import * as accounts from "./accounts.ts"
import * as coverage from "./coverage.ts"
import type { Directory } from "./directory.ts"
import { keyOf } from "./directory.ts"
import type { Messages } from "./messages.ts"
import * as quota from "./quota.ts"
import type { Sessions } from "./sessions.ts"
import * as sessions from "./sessions.ts"
import * as statuses from "./statuses.ts"

/** Everything that the service knows. */
export interface Service {
  readonly directory: Directory
  readonly sessions: Sessions
  readonly accounts: accounts.Accounts
  readonly messages: Messages
  readonly locked: boolean
}

/** The service with an account changed by its client; accounts that nobody uses make room for it once there are many. */
export const changeAccount = (
  service: Service,
  account: string,
  what: Partial<accounts.Account>,
  now: number
): Service => {
  const roomy = accounts.makeRoom(service.accounts, () => sessions.accounts(service.sessions, now).add(account))
  return { ...service, accounts: accounts.change(roomy, account, what) }
}

/** What an action makes of the service. */
export const act = (service: Service, action: Action, now: number): Service => {
  switch (action.kind) {
    case "lockIp":
    case "unlockIp":
      return { ...service, locked: action.kind === "lockIp" }
    case "expireSessions":
      return { ...service, sessions: sessions.expire(service.sessions, keyIn(action)) }
    default: {
      const settled = accounts.settle(service.accounts, keyIn(action), change(action, now))
      return { ...service, accounts: settled }
    }
  }
}

type OfAccount = Exclude<Action, { kind: "lockIp" | "unlockIp" }>

const keyIn = ({ account }: Pick<OfAccount, "account">): string | undefined =>
  account === undefined ? undefined : keyOf(account)

type Change = (account: accounts.Account) => Partial<accounts.Account>

const change = (action: Exclude<OfAccount, { kind: "expireSessions" }>, now: number): Change => {
  switch (action.kind) {
    case "freeze":
    case "unfreeze":
      return () => ({ frozen: action.kind === "freeze" })
    case "refuseSessions":
      return () => ({ refusing: action.refuse })
    case "setPassword":
      return () => ({ password: action.password })
    case "setBalance":
      return () => ({ balance: action.balance })
    case "setQuota":
      return () => ({ quota: action.quota === undefined ? undefined : quota.make(action.quota, now) })
    case "setCoverage":
      return () => ({ coverage: coverage.make(action.coverage) })
    case "setStatuses":
      return () => ({ statuses: statuses.make(action.statuses) })
    case "setNumber":
      return ({ numbers }) => ({ numbers: withNumber(numbers, action.number, action.outcome) })
  }
}

const withNumber = (
  numbers: accounts.Account["numbers"],
  number: string,
  outcome: Outcome | undefined
): accounts.Account["numbers"] =>
  outcome === undefined ? HashMap.remove(numbers, number) : HashMap.set(numbers, number, outcome)
