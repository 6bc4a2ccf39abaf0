import { SessionEvent } from "../../../SessionEvent.ts"
import * as trouble from "../../trouble.ts"
import type { Phase } from "./state.ts"
import type { Input, Step, Turn } from "./step.ts"
import { become, moment } from "./step.ts"

export const tellRetry = ({ input, now, state }: Turn<Phase, Extract<Input, { _tag: "Retry" }>>): Step => {
  const { delay, error, operation } = input
  return become(state, SessionEvent.Retrying({ ...moment(state, now), ...trouble.of(error), operation, delay }))
}

export const tellSkip = ({ now, state }: Turn<Phase, unknown>): Step =>
  become(state, SessionEvent.Skipped(moment(state, now)))
