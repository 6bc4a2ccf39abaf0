import type * as Effect from "effect/Effect"
import type { Credentials } from "../../../Credentials.ts"
import type { Transport } from "../../../Transport.ts"
import type { Cell } from "../cell.ts"
import type { Entry } from "./entry.ts"
import type { Turn } from "./protocol.ts"

/** What is told where a store does not answer. */
export const away = "away"

/** By what an account at one endpoint is known in a store. */
export interface Account {
  /** Its name by the first key, and by each of the others. */
  readonly name: string
  readonly otherNames: ReadonlyArray<string>
  /** A digest of the credentials, password included. */
  readonly credentials: string
}

/** The entries of all accounts, as a session sees them. */
export interface Ledger {
  /** The names of an account, none of which tells whose it is. */
  readonly identify: (transport: Transport["Type"], credentials: Credentials) => Effect.Effect<Account>
  /** Takes a step on an entry; where the store is away the session that meets that is told so, once. */
  readonly transact: <A>(
    host: Cell,
    name: string,
    step: (entry: Entry, now: number) => Turn<A>
  ) => Effect.Effect<A | typeof away>
}
