import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type { Credentials } from "../../../Credentials.ts"
import type { AuthFailed, ExchangeError } from "../../../Errors.ts"
import type { SessionEvent } from "../../../SessionEvent.ts"
import type { SessionId } from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import type { Fingerprint } from "./fingerprint.ts"
import type { Lease, Phase, Ready, Rules, State } from "./state.ts"

/** What can happen to a session. */
export type Input =
  /** A call needs a session; `underWay` says whether a login is. */
  | { readonly _tag: "Demand"; readonly operation: string; readonly underWay: boolean }
  /** A call wants the session that there is, and no login. */
  | { readonly _tag: "Check"; readonly operation: string }
  /** The keep-alive wants a new session. */
  | { readonly _tag: "Renew"; readonly underWay: boolean }
  /** The provider's credentials are here, for a login or for its retry. */
  | { readonly _tag: "Offer"; readonly epoch: number; readonly credentials: Credentials; readonly retry: boolean }
  | {
      readonly _tag: "LoggedIn"
      readonly epoch: number
      readonly credentials: Credentials
      readonly id: SessionId
      readonly start: Instant
    }
  /** A login request failed, or the provider did, where no credentials are named. */
  | {
      readonly _tag: "LoginFailed"
      readonly epoch: number
      readonly credentials: Credentials | undefined
      readonly error: ExchangeError
    }
  /** The service refused these credentials when another process sent them. */
  | {
      readonly _tag: "Barred"
      readonly epoch: number
      readonly credentials: Credentials
      readonly error: AuthFailed
    }
  /** There is a session that another process has opened, in place of the one of the generation `instead`. */
  | {
      readonly _tag: "Adopted"
      readonly epoch: number
      readonly instead: number
      readonly id: SessionId
      readonly fingerprint: Fingerprint
      readonly openedAt: Instant
      readonly usedAt: Instant
    }
  /** A login request is over, however it ended. */
  | { readonly _tag: "LoginEnded"; readonly epoch: number }
  /** The service accepted the session in an exchange that began at `start`. */
  | { readonly _tag: "Accepted"; readonly lease: Lease; readonly start: Instant; readonly by: By }
  /** An exchange with this session failed. */
  | { readonly _tag: "Failed"; readonly lease: Lease; readonly error: ExchangeError; readonly by: By }
  /** A caller says that an error of its own means a refusal of this session. */
  | { readonly _tag: "Disowned"; readonly lease: Lease }
  /** A call is sent once more, with a new session. */
  | { readonly _tag: "Replay" }
  /** An operation is tried again after a pause. */
  | {
      readonly _tag: "Retry"
      readonly operation: string
      readonly error: ExchangeError
      readonly delay: Duration.Duration
    }
  /** The keep-alive found the session used; `usedAt` is when that was, if it was elsewhere. */
  | { readonly _tag: "Skip"; readonly usedAt?: Instant }
  /** The keep-alive broke. */
  | { readonly _tag: "Break" }
  /** The store that the session is shared by can no longer be reached, or can again. */
  | { readonly _tag: "Detach" }
  | { readonly _tag: "Attach" }
  | { readonly _tag: "Reset" }
  | { readonly _tag: "Close" }

/** Pings speak for the session as a whole; a caller's command speaks for itself. */
type By = "ping" | "command"

/** What whoever brought the input is to do next. */
export type Order =
  | { readonly _tag: "Use"; readonly lease: Lease }
  | { readonly _tag: "LogIn" }
  | { readonly _tag: "Send" }
  | { readonly _tag: "Fail"; readonly error: AuthFailed }
  | { readonly _tag: "Nothing" }

export interface Step {
  readonly state: State
  readonly order: Order
  readonly events: ReadonlyArray<SessionEvent>
}

/** What a transition is given. */
export interface Turn<out P, out I> {
  readonly state: State
  readonly phase: P
  readonly input: I
  readonly now: Instant
  readonly rules: Rules
}

/** Nothing happens. */
export const stay = ({ state }: Turn<Phase, Input>): Step => become(state)

const nothing: Order = { _tag: "Nothing" }

/** The next state, and what there is to tell. */
export const become = (state: State, ...events: ReadonlyArray<SessionEvent>): Step => ({
  state,
  order: nothing,
  events
})
/** The same with something to do next. */
export const order = (state: State, order: Order, ...events: ReadonlyArray<SessionEvent>): Step => ({
  state,
  order,
  events
})
/** The same with a failure for whoever brought the input. */
export const fail = (state: State, error: AuthFailed, ...events: ReadonlyArray<SessionEvent>): Step =>
  order(state, { _tag: "Fail", error }, ...events)

export const moment = ({ generation }: State, now: Instant) => ({ at: DateTime.unsafeMake(now.wall), generation })

export const loss = ({ openedAt, usedAt }: Ready, now: Instant) => ({
  idle: Duration.millis(Math.round(elapsed(usedAt, now))),
  age: Duration.millis(Math.round(elapsed(openedAt, now)))
})
