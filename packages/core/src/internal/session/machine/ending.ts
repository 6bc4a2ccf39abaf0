import { SessionEvent } from "../../../SessionEvent.ts"
import type { Phase, State } from "./state.ts"
import type { Step, Turn } from "./step.ts"
import { become, moment } from "./step.ts"

/** A new epoch, with everything forgotten but the budget: that protects the account. */
export const reset = ({ now, state }: Turn<Phase, unknown>): Step => {
  const next: State = {
    ...state,
    phase: { _tag: "Idle", absence: "Reset" },
    epoch: state.epoch + 1,
    refused: []
  }
  return become(next, SessionEvent.Reset(moment(next, now)))
}

export const close = ({ now, state }: Turn<Phase, unknown>): Step => {
  const next: State = { ...state, phase: { _tag: "Closed" }, epoch: state.epoch + 1, refused: [], logins: [] }
  return become(next, SessionEvent.Closed(moment(next, now)))
}
