import type * as Effect from "effect/Effect"
import type { Credentials } from "../../../Credentials.ts"
import type { SessionId } from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import type { Cell, Observer } from "../cell.ts"
import type { LoginFailure } from "../outcome.ts"

/** Where sessions are known beyond this process; a session without one never imports what is behind this. */
export interface Store {
  /** Lets a session take part. */
  readonly join: (host: Cell) => Member
}

/** A session that others may share; nothing here fails for the store's sake, or waits for longer than its patience. */
export interface Member extends Observer {
  /** Takes the session that the store knows in place of a login, or logs in once the store gives leave to. */
  readonly logIn: (attempt: Attempt) => Effect.Effect<void, LoginFailure>
  /** Whether a refusal is of a session that came of the store. */
  readonly hasGiven: (refusal: unknown) => boolean
  /** Asks whether to ping the session that there is. */
  readonly claim: Effect.Effect<Claim>
}

/** A login that is wanted. */
export interface Attempt {
  readonly epoch: number
  readonly credentials: Credentials
  /** Whether it is tried again with the credentials that it had before. */
  readonly retry: boolean
  readonly isWanted: () => boolean
  /** Ends at once where nobody wants it any more, and says so. */
  readonly endIfDeserted: () => boolean
  /** Sends the request. */
  readonly send: (audience?: Audience) => Effect.Effect<void, LoginFailure>
}

/** Who hears how far a login has come. */
export interface Audience {
  /** The request goes out in this step. */
  readonly begin: () => void
  /** Tells of a session that was just opened; `true` where another one has taken its place. */
  readonly publish: (id: SessionId, start: Instant) => Effect.Effect<boolean>
}

/** To ping, to see what has become of the session, or to ask again after so many milliseconds. */
export type Claim = "ping" | "see" | number
