import type { Identity } from "../cell.ts"
import { Engine } from "../engine.ts"
import type { Keeper } from "../keepAlive/keeper.ts"
import * as budget from "../machine/budget.ts"
import type { Shared } from "../shared.ts"

/** The session of one account, in line with the others by when they were last called. */
export class Account extends Engine {
  /** What keeps it alive, if anything does. */
  readonly keeper: Keeper | undefined
  older: Account | undefined
  newer: Account | undefined
  /** When its owner last called, in whole milliseconds since the map was made. */
  calledAt = 0

  constructor(shared: Shared, identity: Identity, key: unknown, keep: (engine: Engine) => Keeper | undefined) {
    super(shared, identity, key)
    this.keeper = keep(this)
  }

  /** Whether nothing would be lost with it: a rejection and the logins that its budget counts must not be forgotten. */
  get isForgettable(): boolean {
    const { logins, phase } = this.state
    return (
      !this.isBusy &&
      !this.hasReaders &&
      phase._tag !== "Rejected" &&
      budget.recent(this.rules.budget, logins, this.now()).length === 0
    )
  }
}
