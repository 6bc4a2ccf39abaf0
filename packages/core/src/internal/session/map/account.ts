import type { Engine } from "../engine.ts"
import type { Keeper } from "../keepAlive/keeper.ts"
import * as budget from "../machine/budget.ts"

/** The session of one account, in line with the others by when they were last called. */
export class Account {
  readonly engine: Engine
  /** What keeps it alive, if anything does. */
  readonly keeper: Keeper | undefined
  older: Account | undefined
  newer: Account | undefined
  /** When its owner last called, in whole milliseconds since the map was made. */
  calledAt = 0

  constructor(engine: Engine, keeper: Keeper | undefined) {
    this.engine = engine
    this.keeper = keeper
  }

  /** Whether nothing would be lost with it: a rejection and the logins that its budget counts must not be forgotten. */
  get isForgettable(): boolean {
    const { engine } = this
    const { logins, phase } = engine.state
    return (
      !engine.isBusy &&
      !engine.hasReaders &&
      phase._tag !== "Rejected" &&
      !budget.remembers(engine.rules.budget, logins, engine.now())
    )
  }
}
