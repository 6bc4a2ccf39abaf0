import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as MutableHashMap from "effect/MutableHashMap"
import * as Option from "effect/Option"
import type { Style } from "../../../Envelope.ts"
import type { SessionEvent } from "../../../SessionEvent.ts"
import type { SessionStatus } from "../../../SessionStatus.ts"
import * as instant from "../../instant.ts"
import type { Cell, Identity, Observer } from "../cell.ts"
import { toStatus } from "../cell.ts"
import * as engines from "../engine.ts"
import * as gauges from "../gauges.ts"
import type { Keeper } from "../keepAlive/keeper.ts"
import type { State } from "../machine/state.ts"
import { initial } from "../machine/state.ts"
import { Meters } from "../metrics.ts"
import type { Shared } from "../shared.ts"
import { Account } from "./account.ts"
import type { Audience } from "./audience.ts"
import { Budgets } from "./budgets.ts"
import { Line } from "../line.ts"

interface Options<K> {
  readonly shared: Shared
  readonly audience: Audience<K>
  /** Names an account; without a name of its own it is counted with all others. */
  readonly label: ((key: K) => string) | undefined
  readonly keep: (engine: engines.Engine) => Keeper | undefined
  /** For how many milliseconds an account is kept that nobody calls. */
  readonly idleTimeToLive: number
}

/** The accounts that there are. */
export class Accounts<K> implements Observer {
  private readonly options: Options<K>
  private readonly all = MutableHashMap.empty<K, Account>()
  private readonly line = new Line<Account>()
  private readonly budgets: Budgets<K>
  private readonly anonymous: Identity
  private readonly elapsed: () => number
  private isClosed = false

  constructor(options: Options<K>) {
    const { budget } = options.shared.rules
    this.options = options
    this.budgets = new Budgets(budget)
    this.anonymous = this.identify(undefined)
    this.elapsed = instant.stopwatch(options.shared.clock)
  }

  get style(): Style {
    return this.options.shared.transport.style
  }

  get size(): number {
    return MutableHashMap.size(this.all)
  }

  get status() {
    const counts = { sessions: this.size, ready: 0, degraded: 0, rejected: 0 }
    for (const [, account] of this.all) {
      const { health, state } = account.read()
      if (state === "Ready") counts.ready += 1
      if (state === "Rejected") counts.rejected += 1
      else if (health === "Degraded") counts.degraded += 1
    }
    return counts
  }

  find(key: K): Account | undefined {
    return Option.getOrUndefined(MutableHashMap.get(this.all, key))
  }

  /** What is known of an account, whether it is there or not. */
  read(key: K): SessionStatus {
    const { clock, rules } = this.options.shared
    return this.find(key)?.read() ?? toStatus(this.unknown, instant.read(clock), rules)
  }

  /** The account for a call of its owner: a new one where there is none. */
  enter(key: K): Account {
    const account = this.find(key) ?? this.make(key)
    if (this.isClosed) return account
    account.calledAt = this.now()
    this.line.put(account)
    return account
  }

  /** Closes the session of an account. */
  remove(key: K): Effect.Effect<void> {
    return Effect.uninterruptible(
      Effect.suspend(() => {
        const account = this.find(key)
        if (account === undefined) return Effect.void
        this.budgets.keep(key, account.state.logins, account.now())
        return engines.close([account])
      })
    )
  }

  /** Closes everything; an account that is called from now on is closed. */
  get close(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.isClosed = true
      return engines.close(Array.from(this.all, ([, account]) => account))
    })
  }

  /** Lets go of the accounts that nobody calls any more, again and again. */
  get sweep(): Effect.Effect<never> {
    const { clock } = this.options.shared
    return Effect.forever(
      Effect.suspend(() => {
        const pause = Duration.millis(this.untilNext())
        return Effect.zipRight(
          clock.sleep(pause),
          Effect.suspend(() => this.letGo())
        )
      })
    )
  }

  notice(cell: Cell, before: State, events: ReadonlyArray<SessionEvent>): void {
    // An account makes only its own sessions.
    const key = cell.key as K
    const account = this.find(key)
    // What is still under way for a session that is over says nothing about the one after it.
    if (account !== cell) return
    if (cell.isClosed) {
      MutableHashMap.remove(this.all, key)
      this.line.remove(account)
    }
    account.keeper?.notice(cell, before)
    this.options.audience.hear(key, before, cell.state, events)
  }

  /** The state of an account of which nothing is known. */
  private get unknown(): State {
    return this.isClosed ? { ...initial, phase: { _tag: "Closed" } } : initial
  }

  private make(key: K): Account {
    const { audience, keep, label, shared } = this.options
    const identity = label === undefined ? this.anonymous : this.identify(label(key))
    const account = new Account(shared, identity, key, keep)
    account.state = { ...this.unknown, logins: this.budgets.take(key, account.now()) }
    if (this.isClosed) return account
    if (identity.name !== undefined) gauges.show(account, identity.meters.labels)
    MutableHashMap.set(this.all, key, account)
    audience.welcome(account.state)
    return account
  }

  private identify(name: string | undefined): Identity {
    return { observers: [this], name, meters: new Meters(this.options.shared.labels, name) }
  }

  private letGo(): Effect.Effect<void> {
    const now = this.now()
    const unused: Array<Account> = []
    for (
      let account = this.line.oldest;
      account !== undefined && this.isDue(account, now);
      account = this.line.oldest
    ) {
      this.line.remove(account)
      if (account.isForgettable) {
        unused.push(account)
      } else {
        // What must be remembered is looked at again after as long a time.
        account.calledAt = now
        this.line.put(account)
      }
    }
    return engines.close(unused)
  }

  private isDue({ calledAt }: Account, now: number): boolean {
    return calledAt + this.options.idleTimeToLive <= now
  }

  private untilNext(): number {
    const { idleTimeToLive } = this.options
    const { oldest } = this.line
    return oldest === undefined ? idleTimeToLive : Math.max(0, Math.ceil(oldest.calledAt + idleTimeToLive - this.now()))
  }

  private now(): number {
    return Math.floor(this.elapsed())
  }
}
