import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Rec from "effect/Record"
import * as Ref from "effect/Ref"
import type { Outcome } from "../Outcome.ts"
import type { Action } from "../Script.ts"
import * as accounts from "./accounts.ts"
import type { Amount } from "./amount.ts"
import { toDecimal } from "./amount.ts"
import type { Named, Text } from "./directory.ts"
import { keyOf, reveal } from "./directory.ts"
import type { State } from "./exchange.ts"
import * as messages from "./messages.ts"
import type { Allowance } from "./quota.ts"
import * as service from "./service.ts"
import * as sessions from "./sessions.ts"

/** Does something to the service. */
export const act =
  (state: Ref.Ref<State>) =>
  (action: Action): Effect.Effect<void> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      Ref.update(state, (it) => ({ ...it, service: service.act(it.service, action, now) }))
    )

/** What can be done to one account, or to all, and is known of them. */
export const make = (state: Ref.Ref<State>, account?: Named) => {
  const on = act(state)
  const key = account === undefined ? undefined : keyOf(account)
  const look = <A>(read: (it: service.Service, now: number) => A): Effect.Effect<A> =>
    Effect.zipWith(Ref.get(state), Clock.currentTimeMillis, (it, now) => read(it.service, now))
  return {
    expireSessions: on({ kind: "expireSessions", account }),
    freeze: on({ kind: "freeze", account }),
    unfreeze: on({ kind: "unfreeze", account }),
    setPassword: (password: Text) => on({ kind: "setPassword", password: reveal(password), account }),
    refuseSessions: (refuse: boolean) => on({ kind: "refuseSessions", refuse, account }),
    setBalance: (balance: Amount) => on({ kind: "setBalance", balance: toDecimal(balance), account }),
    setQuota: (quota?: Allowance) =>
      on({ kind: "setQuota", quota: quota && { ...quota, within: Duration.decode(quota.within) }, account }),
    setCoverage: (coverage: Readonly<Record<string, Amount>>) =>
      on({ kind: "setCoverage", coverage: Rec.map(coverage, toDecimal), account }),
    setStatuses: (statuses: Readonly<Record<string, Duration.DurationInput>>) =>
      on({ kind: "setStatuses", statuses: Rec.map(statuses, (after) => Duration.decode(after)), account }),
    setNumber: (number: string, outcome?: Outcome) => on({ kind: "setNumber", number, outcome, account }),
    sessions: look((it, now) => sessions.count(it.sessions, now, key)),
    openSessions: look((it, now) => sessions.list(it.sessions, now, key)),
    logins: look((it) => (key === undefined ? it.sessions.logins : accounts.get(it.accounts, key).logins)),
    messages: look((it, now) => messages.list(it.messages, now, key))
  }
}
