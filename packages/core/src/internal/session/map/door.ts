import * as Effect from "effect/Effect"
import type { Style } from "../../../Envelope.ts"
import type { SessionStatus } from "../../../SessionStatus.ts"
import * as calls from "../calls.ts"
import type { Engine } from "../engine.ts"
import type { Accounts } from "./accounts.ts"

/** The way to an account's session, whether there is one at the moment or not. */
export class Door<K> implements calls.Door {
  private readonly accounts: Accounts<K>
  private readonly key: K

  constructor(accounts: Accounts<K>, key: K) {
    this.accounts = accounts
    this.key = key
  }

  get style(): Style {
    return this.accounts.style
  }

  enter(): Engine {
    return this.accounts.enter(this.key)
  }

  get status(): Effect.Effect<SessionStatus> {
    return Effect.sync(() => this.accounts.read(this.key))
  }

  get reset(): Effect.Effect<void> {
    return Effect.suspend(() => {
      const account = this.accounts.find(this.key)
      return account === undefined ? Effect.void : calls.reset(account)
    })
  }
}
