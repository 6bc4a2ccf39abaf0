import * as Duration from "effect/Duration"
import * as HashMap from "effect/HashMap"
import type { Outcome } from "../Outcome.ts"
import type { Account } from "./accounts.ts"
import * as accounts from "./accounts.ts"
import type { Amount } from "./amount.ts"
import { toDecimal } from "./amount.ts"
import * as coverage from "./coverage.ts"
import * as directory from "./directory.ts"
import * as messages from "./messages.ts"
import * as quota from "./quota.ts"
import type { Service } from "./service.ts"
import * as sessions from "./sessions.ts"
import * as statuses from "./statuses.ts"

/** What the service is before anything has happened to it. */
export interface Settings {
  /** What `auth` accepts, or `"any"`; API id `"123456"`, user `"demo"` and password `"demo"` by default. */
  readonly credentials?: directory.Listed | "any" | undefined
  /** All accounts, with their passwords and perhaps their balances, in place of the one of `credentials`. */
  readonly accounts?: ReadonlyArray<directory.Listed> | directory.PasswordOf | undefined
  /** How long a session lives from its last accepted command; 15 minutes by default. */
  readonly sessionLife?: Duration.DurationInput | undefined
  /** What each account has, from which messages are paid; 123.4 by default. */
  readonly balance?: Amount | undefined
  /** What a part of a message costs, by the prefixes that are routed; `{ "": 1 }`, which is any number, by default. */
  readonly coverage?: Readonly<Record<string, Amount>> | undefined
  /** How many messages each account may send; without end by default. */
  readonly quota?: quota.Allowance | undefined
  /** A message's statuses after it went out; `{ "002": 0, "003": "1 second", "004": "5 seconds" }` by default. */
  readonly statuses?: Readonly<Record<string, Duration.DurationInput>> | undefined
  /** Numbers whose messages have an outcome of their own; none by default. */
  readonly numbers?: Readonly<Record<string, Outcome>> | undefined
  /** How many messages are kept, the newest, of all accounts together; 10,000 by default. */
  readonly messages?: number | undefined
  /** How many sessions are kept, the newest logins; 200,000 by default. */
  readonly sessions?: number | undefined
}

/** A service that nothing has happened to yet. */
export const make = (settings: Settings, now: number): Service => {
  const { credentials = { apiId: "123456", user: "demo", password: "demo" } } = settings
  const { accounts: given = credentials === "any" ? credentials : [credentials] } = settings
  const life = Duration.toMillis(settings.sessionLife ?? "15 minutes")
  const account = accountOf(settings, now)
  return {
    directory: directory.make(given),
    sessions: sessions.make({ life, limit: settings.sessions ?? 200_000 }),
    accounts: accounts.make(account, typeof given === "object" ? withBalances(given, account) : HashMap.empty()),
    messages: messages.make(settings.messages ?? 10_000),
    locked: false
  }
}

const accountOf = (settings: Settings, now: number): Account => ({
  logins: 0,
  frozen: false,
  refusing: false,
  password: undefined,
  balance: toDecimal(settings.balance ?? 123.4),
  quota: settings.quota && quota.make(settings.quota, now),
  coverage: settings.coverage === undefined ? coverage.everywhere : coverage.make(settings.coverage),
  statuses: settings.statuses === undefined ? statuses.delivered : statuses.make(settings.statuses),
  numbers: HashMap.fromIterable(Object.entries(settings.numbers ?? {})),
  lasting: false
})

const withBalances = (listed: ReadonlyArray<directory.Listed>, account: Account): HashMap.HashMap<string, Account> =>
  HashMap.fromIterable(
    listed.flatMap((it) => {
      if (it.balance === undefined) return []
      return [[directory.keyOf(it), { ...account, balance: toDecimal(it.balance), lasting: true }] as const]
    })
  )
