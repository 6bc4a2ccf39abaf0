import type { SessionEvent } from "../../../SessionEvent.ts"
import type { Identity, Observer } from "../cell.ts"
import { Engine } from "../engine.ts"
import * as budget from "../machine/budget.ts"
import type { State } from "../machine/state.ts"
import type { Shared } from "../shared.ts"

/** Who wants to know of each step of an account. */
export interface Listener<K> {
  readonly hear: (account: Account<K>, before: State, events: ReadonlyArray<SessionEvent>) => void
}

/** The session of one account, in line with the others by when they were last called. */
export class Account<K> implements Observer {
  readonly key: K
  readonly engine: Engine
  older: Account<K> | undefined
  newer: Account<K> | undefined
  /** When its owner last called, in milliseconds on the monotonic clock. */
  calledAt = 0
  private readonly listener: Listener<K>

  constructor(key: K, shared: Shared, identity: Identity, listener: Listener<K>) {
    this.key = key
    this.listener = listener
    this.engine = new Engine(shared, identity, key)
    this.engine.cell.observers = [this]
  }

  notice(before: State, events: ReadonlyArray<SessionEvent>): void {
    this.listener.hear(this, before, events)
  }

  /** Whether nothing would be lost with it: a rejection and the logins that its budget counts must not be forgotten. */
  get isForgettable(): boolean {
    const { cell, isBusy } = this.engine
    const { logins, phase } = cell.state
    return (
      !isBusy &&
      !cell.hasReaders &&
      phase._tag !== "Rejected" &&
      !budget.remembers(cell.rules.budget, logins, cell.now())
    )
  }
}
