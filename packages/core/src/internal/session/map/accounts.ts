import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type { SessionStatus } from "../../../SessionStatus.ts"
import * as instant from "../../instant.ts"
import type { Identity } from "../cell.ts"
import { toStatus } from "../cell.ts"
import * as engines from "../engine.ts"
import type { State } from "../machine/state.ts"
import { initial } from "../machine/state.ts"
import type { Shared } from "../shared.ts"
import { Account } from "./account.ts"
import type { Audience } from "./audience.ts"
import { Budgets } from "./budgets.ts"
import { Line } from "./line.ts"

interface Options<K> {
  readonly shared: Shared
  readonly identify: (key: K) => Identity
  readonly audience: Audience<K>
  /** What else is done for an account that is new. */
  readonly attend: (account: Account<K>) => void
  /** For how many milliseconds an account is kept that nobody calls. */
  readonly idleTimeToLive: number
}

/** The accounts that there are. */
export class Accounts<K> {
  private readonly options: Options<K>
  private readonly all = MutableHashMap.empty<K, Account<K>>()
  private readonly line = new Line<Account<K>>()
  private readonly budgets: Budgets<K>
  private isClosed = false

  constructor(options: Options<K>) {
    this.options = options
    this.budgets = new Budgets(options.shared.rules.budget)
  }

  get size(): number {
    return MutableHashMap.size(this.all)
  }

  get status() {
    const counts = { sessions: this.size, ready: 0, degraded: 0, rejected: 0 }
    for (const [, { engine }] of this.all) {
      const { health, state } = engine.cell.read()
      if (state === "Ready") counts.ready += 1
      if (state === "Rejected") counts.rejected += 1
      else if (health === "Degraded") counts.degraded += 1
    }
    return counts
  }

  find(key: K): Account<K> | undefined {
    return Option.getOrUndefined(MutableHashMap.get(this.all, key))
  }

  /** What is known of an account, whether it is there or not. */
  read(key: K): SessionStatus {
    const { clock, rules } = this.options.shared
    return this.find(key)?.engine.cell.read() ?? toStatus(this.unknown, instant.read(clock), rules)
  }

  /** The account for a call of its owner: a new one where there is none. */
  enter(key: K): Account<K> {
    const account = this.find(key) ?? this.make(key)
    if (this.isClosed) return account
    account.calledAt = this.now()
    this.line.put(account)
    return account
  }

  remove(key: K): Effect.Effect<void> {
    return Effect.suspend(() => {
      const account = this.find(key)
      if (account === undefined) return Effect.void
      const { cell } = account.engine
      this.budgets.keep(key, cell.state.logins, cell.now())
      return this.drop([account])
    })
  }

  /** Lets go of everything; an account that is called from now on is closed. */
  get close(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.isClosed = true
      return this.drop(Array.from(this.all, ([, account]) => account))
    })
  }

  /** Lets go of the accounts that nobody calls any more, again and again. */
  get sweep(): Effect.Effect<never> {
    const { clock } = this.options.shared
    return Effect.forever(
      Effect.suspend(() => {
        const pause = Duration.millis(Math.ceil(this.untilNext()))
        return Effect.zipRight(clock.sleep(pause), Effect.suspend(() => this.letGo()))
      })
    )
  }

  /** The state of an account of which nothing is known. */
  private get unknown(): State {
    return this.isClosed ? { ...initial, phase: { _tag: "Closed" } } : initial
  }

  private make(key: K): Account<K> {
    const { attend, audience, identify, shared } = this.options
    const account = new Account(key, shared, identify(key), audience)
    const { cell } = account.engine
    cell.state = { ...this.unknown, logins: this.budgets.take(key, cell.now()) }
    if (this.isClosed) return account
    MutableHashMap.set(this.all, key, account)
    audience.welcome(account)
    attend(account)
    return account
  }

  private letGo(): Effect.Effect<void> {
    const now = this.now()
    const unused: Array<Account<K>> = []
    for (let account = this.line.oldest; account !== undefined && this.isDue(account, now); account = this.line.oldest) {
      this.line.remove(account)
      if (account.isForgettable) unused.push(account)
      else {
        // What must be remembered is looked at again after as long a time.
        account.calledAt = now
        this.line.put(account)
      }
    }
    return this.drop(unused)
  }

  // Whoever is called while they close is a new account.
  private drop(accounts: ReadonlyArray<Account<K>>): Effect.Effect<void> {
    for (const account of accounts) {
      MutableHashMap.remove(this.all, account.key)
      this.line.remove(account)
    }
    return engines.close(accounts.map(({ engine }) => engine))
  }

  private isDue({ calledAt }: Account<K>, now: number): boolean {
    return calledAt + this.options.idleTimeToLive <= now
  }

  private untilNext(): number {
    const { idleTimeToLive } = this.options
    const { oldest } = this.line
    return oldest === undefined ? idleTimeToLive : Math.max(0, oldest.calledAt + idleTimeToLive - this.now())
  }

  private now(): number {
    return Number(this.options.shared.clock.unsafeCurrentTimeNanos()) / 1e6
  }
}
