import { SessionEvent } from "../../../SessionEvent.ts"
import { elapsed } from "../../instant.ts"
import * as trouble from "../../trouble.ts"
import type { Phase, Ready } from "./state.ts"
import type { Input, Step, Turn } from "./step.ts"
import { become, moment } from "./step.ts"

export const tellRetry = ({ input, now, state }: Turn<Phase, Extract<Input, { _tag: "Retry" }>>): Step => {
  const { delay, error, operation } = input
  return become(state, SessionEvent.Retrying({ ...moment(state, now), ...trouble.of(error), operation, delay }))
}

export const tellSkip = ({ now, state }: Turn<Phase, unknown>): Step =>
  become(state, SessionEvent.Skipped(moment(state, now)))

/** The same, where the session was used by another process. */
export const skip = (turn: Turn<Ready, Extract<Input, { _tag: "Skip" }>>): Step => {
  const { input, phase, state } = turn
  const { usedAt } = input
  if (usedAt === undefined || elapsed(phase.usedAt, usedAt) <= 0) return tellSkip(turn)
  return tellSkip({ ...turn, state: { ...state, phase: { ...phase, usedAt }, lastSuccess: usedAt } })
}

export const tellDetach = ({ now, state }: Turn<Phase, unknown>): Step =>
  become(state, SessionEvent.Detached(moment(state, now)))

export const tellAttach = ({ now, state }: Turn<Phase, unknown>): Step =>
  become(state, SessionEvent.Attached(moment(state, now)))
