import type { AuthFailed, ExchangeError } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import * as trouble from "../../trouble.ts"
import type { Phase, State } from "./state.ts"
import type { Step, Turn } from "./step.ts"
import { become, moment } from "./step.ts"

/** An exchange that began at `start` succeeded; another that began later may have ended before it. */
export const recover = (state: State, start: Instant, now: Instant): Step => {
  const isLatest = state.lastSuccess === undefined || elapsed(state.lastSuccess, start) > 0
  const next: State = { ...state, health: "Healthy", lastSuccess: isLatest ? start : state.lastSuccess }
  return state.health === "Healthy" ? become(next) : become(next, SessionEvent.Recovered(moment(next, now)))
}

export const degrade = (state: State, error: ExchangeError, now: Instant): Step =>
  degradeBy(state, trouble.of(error), now)

const degradeBy = (state: State, what: trouble.Trouble, now: Instant): Step => {
  // What rejected the session is what there is to know of it.
  if (state.phase._tag === "Rejected") return become(state)
  const next: State = { ...state, health: "Degraded", lastError: what.error }
  return state.health === "Degraded"
    ? become(next)
    : become(next, SessionEvent.Degraded({ ...moment(next, now), ...what }))
}

/** The service refuses who we are: nothing is sent from here on. */
export const reject = (state: State, error: AuthFailed, now: Instant): Step => {
  if (state.phase._tag === "Rejected") return become({ ...state, phase: { ...state.phase, error } })
  // Credentials that the provider has just been asked for, and that are refused too, are no reason to ask it again at once.
  const isAppeal = "absence" in state.phase && state.phase.absence === "OtherCredentials"
  const phase: Phase = { _tag: "Rejected", error, appealedAt: isAppeal ? now : undefined }
  const next: State = { ...state, phase, health: "Degraded", lastError: error._tag }
  return become(next, SessionEvent.Rejected({ ...moment(next, now), ...trouble.of(error) }))
}

export const tellBreak = ({ now, state }: Turn<Phase, unknown>): Step =>
  degradeBy(state, { error: "Defect", reason: undefined }, now)
