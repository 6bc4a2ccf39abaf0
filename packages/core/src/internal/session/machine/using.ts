import { AuthFailed } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import { elapsed } from "../../instant.ts"
import * as trouble from "../../trouble.ts"
import { isRefusal, isRejection } from "./refusal.ts"
import * as budget from "./budget.ts"
import type { Lease, Phase, Ready, State } from "./state.ts"
import type { Input, Step, Turn } from "./step.ts"
import { become, loss, moment } from "./step.ts"
import { notAccepted } from "./acquiring.ts"
import { remember } from "./authenticating.ts"
import { degrade, recover, reject } from "./health.ts"

/** A session refused by the service this soon after its login, in milliseconds, and before its first success, is stillborn. */
const infancy = 60_000

const isCurrent = ({ generation }: State, lease: Lease): boolean => generation === lease.generation

export const accept = ({
  input,
  now,
  phase,
  rules,
  state
}: Turn<Ready, Extract<Input, { _tag: "Accepted" }>>): Step => {
  const { by, lease, start } = input
  if (!isCurrent(state, lease)) return become(state)
  const usedAt = elapsed(phase.usedAt, start) > 0 ? start : phase.usedAt
  const used: State = {
    ...state,
    phase: { ...phase, usedAt, trust: "Proven" },
    // A session may live for long after its login.
    logins: budget.recent(rules.budget, state.logins, now)
  }
  const { events, state: next } = recover(used, usedAt, now)
  return become(next, ...events, ...(by === "ping" ? [SessionEvent.Pinged(moment(next, now))] : []))
}

export const failCall = (turn: Turn<Ready, Extract<Input, { _tag: "Failed" }>>): Step => {
  const { input, now, phase, state } = turn
  const { by, error, lease } = input
  // A word about an older session says nothing about this one.
  if (isRefusal(error)) return isCurrent(state, lease) ? lose(turn, error) : become(state)
  if (by === "ping" && isRejection(error)) {
    return isCurrent(state, lease) ? reject(remember(state, phase.fingerprint, error), error, now) : become(state)
  }
  return noteFailure(turn)
}

/** A failure says something about the service where no parameter of a caller's can have caused it. */
export const noteFailure = ({ input, now, state }: Turn<Phase, Extract<Input, { _tag: "Failed" }>>): Step => {
  const { by, error } = input
  if (error._tag === "AuthFailed") return become(state)
  const tellsOfService = by === "ping" || error._tag === "TransportError" || error._tag === "MalformedReply"
  return tellsOfService ? degrade(state, error, now) : become({ ...state, lastError: error._tag })
}

/** The service no longer accepts the session: the next use logs in, unless that did not help the last time either. */
const lose = ({ now, phase, state }: Turn<Ready, unknown>, error: AuthFailed): Step => {
  const isStillborn = phase.trust !== "Proven" && elapsed(phase.openedAt, now) < infancy
  const event = SessionEvent.Refused({ ...moment(state, now), ...trouble.of(error), ...loss(phase, now) })
  if (isStillborn && phase.trust === "LastChance") {
    const flapping = new AuthFailed({ operation: error.operation, reason: "SessionFlapping", code: error.code })
    const { events, state: next } = reject(remember(state, phase.fingerprint, flapping), flapping, now)
    return become(next, event, ...events)
  }
  const absence = isStillborn ? "Stillborn" : "Refused"
  return become({ ...state, phase: { _tag: "Idle", absence }, lastError: error._tag }, event)
}

// What a caller takes for a refusal is not the service's word, so it never counts towards flapping.
export const disown = ({ input, now, phase, state }: Turn<Ready, Extract<Input, { _tag: "Disowned" }>>): Step =>
  isCurrent(state, input.lease)
    ? become(
        { ...state, phase: { _tag: "Idle", absence: "Refused" }, lastError: "AuthFailed" },
        SessionEvent.Refused({ ...moment(state, now), ...trouble.of(notAccepted("use")), ...loss(phase, now) })
      )
    : become(state)
