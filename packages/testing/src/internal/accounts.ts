import type * as BigDecimal from "effect/BigDecimal"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Outcome } from "../Outcome.ts"
import type { Coverage } from "./coverage.ts"
import type { Quota } from "./quota.ts"
import type { Statuses } from "./statuses.ts"

/** What one account need not share with the others. */
export interface Account {
  readonly logins: number
  readonly frozen: boolean
  readonly refusing: boolean
  /** In place of the directory's, if it was changed. */
  readonly password: string | undefined
  readonly balance: BigDecimal.BigDecimal
  readonly quota: Quota | undefined
  readonly coverage: Coverage
  /** The statuses of a message to any number that is not among `numbers`. */
  readonly statuses: Statuses
  readonly numbers: HashMap.HashMap<string, Outcome>
  /** Whether the tester has said something of it, which is never forgotten. */
  readonly lasting: boolean
}

/** The accounts of the service. */
export interface Accounts {
  /** Those that something has happened to, by their keys; all others are as `others` is. */
  readonly known: HashMap.HashMap<string, Account>
  readonly others: Account
  /** From how many accounts on the next one lets those go that nobody uses. */
  readonly crowded: number
}

/** How many accounts that nobody uses are known at most, beside as many as were in use when the last were let go. */
const spare = 1000

/** Accounts that are all like this one, but for what is said of some. */
export const make = (others: Account, some: HashMap.HashMap<string, Account>): Accounts => ({
  others,
  known: some,
  crowded: HashMap.size(some) + spare
})

/** An account by its key. */
export const get = ({ known, others }: Accounts, key: string): Account =>
  Option.getOrElse(HashMap.get(known, key), () => others)

/** Changes one account by a client's request. */
export const change = (accounts: Accounts, key: string, what: Partial<Account>): Accounts => ({
  ...accounts,
  known: HashMap.set(accounts.known, key, { ...get(accounts, key), ...what })
})

/** Changes one account, or all of them, for good. */
export const settle = (
  accounts: Accounts,
  key: string | undefined,
  what: (account: Account) => Partial<Account>
): Accounts => {
  const changed = (it: Account): Account => ({ ...it, ...what(it) })
  return key === undefined
    ? { ...accounts, known: HashMap.map(accounts.known, changed), others: changed(accounts.others) }
    : { ...accounts, known: HashMap.set(accounts.known, key, { ...changed(get(accounts, key)), lasting: true }) }
}

/** Lets the accounts go that are not in use, once there are many. */
export const makeRoom = (accounts: Accounts, inUse: () => ReadonlySet<string>): Accounts => {
  if (HashMap.size(accounts.known) < accounts.crowded) return accounts
  const used = inUse()
  const known = HashMap.filter(accounts.known, ({ lasting }, key) => lasting || used.has(key))
  return { ...accounts, known, crowded: 2 * HashMap.size(known) + spare }
}
