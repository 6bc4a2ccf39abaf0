import type { AuthFailed } from "../../../Errors.ts"
import type { SessionId } from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import type { Entry, Leave, Limits } from "./budget.ts"
import type { Fingerprint } from "./fingerprint.ts"

/** What a session is held to; times are in milliseconds. */
export interface Rules {
  /** How long an unused session is trusted. */
  readonly usable: number
  readonly maxAge: number
  readonly budget: Limits
}

/** Why there is no session; `Doubtful` is a stillborn one whose replacement could not be opened either. */
export type Absence = "Unopened" | "Expired" | "Refused" | "Stillborn" | "Doubtful" | "Reset" | "OtherCredentials"

/** How sure we are of a session: `LastChance` is one that follows a stillborn one. */
export type Trust = "Unproven" | "LastChance" | "Proven"

/** What an absence means for the login that is to end it, for the session that it opens, and for the absence if it fails. */
interface Meaning {
  readonly leave: Leave
  readonly trust: Trust
  readonly unended: Absence
}

// Whoever asked for a login has had it once it has begun: the next one is an ordinary one.
export const absences: Readonly<Record<Absence, Meaning>> = {
  Unopened: { leave: "Ordinary", trust: "Unproven", unended: "Unopened" },
  Expired: { leave: "Ordinary", trust: "Unproven", unended: "Expired" },
  Refused: { leave: "AtOnce", trust: "Unproven", unended: "Expired" },
  Stillborn: { leave: "AtOnce", trust: "LastChance", unended: "Doubtful" },
  Doubtful: { leave: "Ordinary", trust: "LastChance", unended: "Doubtful" },
  Reset: { leave: "AtOnce", trust: "Unproven", unended: "Unopened" },
  OtherCredentials: { leave: "AtOnce", trust: "Unproven", unended: "Unopened" }
}

export interface Idle {
  readonly _tag: "Idle"
  readonly absence: Absence
}

export interface Authenticating {
  readonly _tag: "Authenticating"
  readonly absence: Absence
}

export interface Ready {
  readonly _tag: "Ready"
  readonly id: SessionId
  /** Of the credentials that it was opened with. */
  readonly fingerprint: Fingerprint
  readonly openedAt: Instant
  /** The start of the last exchange that succeeded. */
  readonly usedAt: Instant
  readonly trust: Trust
}

export interface Rejected {
  readonly _tag: "Rejected"
  readonly error: AuthFailed
  /** When the provider was last asked whether it has other credentials. */
  readonly appealedAt: Instant | undefined
}

export interface Closed {
  readonly _tag: "Closed"
}

export type Phase = Idle | Authenticating | Ready | Rejected | Closed

export interface State {
  readonly phase: Phase
  /** Grows with each reset: what belongs to an older one changes nothing any more. */
  readonly epoch: number
  /** Grows with each session, opened here or taken from a store. */
  readonly generation: number
  readonly logins: ReadonlyArray<Entry>
  readonly refused: ReadonlyArray<{ readonly fingerprint: Fingerprint; readonly error: AuthFailed }>
  readonly health: "Healthy" | "Degraded"
  readonly lastSuccess: Instant | undefined
  readonly lastError: string | undefined
}

export const initial: State = {
  phase: { _tag: "Idle", absence: "Unopened" },
  epoch: 0,
  generation: 0,
  logins: [],
  refused: [],
  health: "Healthy",
  lastSuccess: undefined,
  lastError: undefined
}

/** The session that a call is sent with. */
export interface Lease {
  readonly id: SessionId
  readonly generation: number
  readonly epoch: number
}

/** Whether a session may be used now: one that the service has certainly not forgotten. */
const isUsable = ({ openedAt, usedAt }: Ready, now: Instant, { maxAge, usable }: Rules): boolean =>
  elapsed(usedAt, now) < usable && elapsed(openedAt, now) < maxAge

/** The session that may be used now, if there is one. */
export const current = ({ phase }: State, now: Instant, rules: Rules): Ready | undefined =>
  phase._tag === "Ready" && isUsable(phase, now, rules) ? phase : undefined

/** The lease of that session. */
export const lease = (state: State, now: Instant, rules: Rules): Lease | undefined => {
  const ready = current(state, now, rules)
  return ready === undefined ? undefined : { id: ready.id, generation: state.generation, epoch: state.epoch }
}
