import type { Instant } from "../../instant.ts"
import type { Phase, Rules, State } from "./state.ts"
import type { Input, Step, Turn } from "./step.ts"
import { stay } from "./step.ts"
import { appeal, checkNone, checkUse, demandLogin, demandUse, failClosed, failRejected, renew } from "./acquiring.ts"
import { adopt, endLogin, failLogin, offer, open } from "./authenticating.ts"
import { close, reset } from "./ending.ts"
import { tellBreak } from "./health.ts"
import { skip, tellAttach, tellDetach, tellRetry, tellSkip } from "./telling.ts"
import { accept, disown, failCall, noteFailure } from "./using.ts"

type Row<I> = { readonly [P in Phase as P["_tag"]]: (turn: Turn<P, I>) => Step }
type Table = { readonly [I in Input as I["_tag"]]: Row<I> }

/** What happens in each phase on each input: everything that a session can do. */
export const table: Table = {
  Demand: {
    Idle: demandLogin,
    Authenticating: demandLogin,
    Ready: demandUse,
    Rejected: appeal,
    Closed: failClosed
  },
  Check: {
    Idle: checkNone,
    Authenticating: checkNone,
    Ready: checkUse,
    Rejected: failRejected,
    Closed: failClosed
  },
  Renew: {
    Idle: demandLogin,
    Authenticating: demandLogin,
    Ready: renew,
    Rejected: failRejected,
    Closed: failClosed
  },
  Offer: { Idle: offer, Authenticating: offer, Ready: offer, Rejected: offer, Closed: failClosed },
  LoggedIn: { Idle: open, Authenticating: open, Ready: open, Rejected: open, Closed: stay },
  LoginFailed: {
    Idle: failLogin,
    Authenticating: failLogin,
    Ready: failLogin,
    Rejected: failLogin,
    Closed: stay
  },
  Barred: { Idle: failLogin, Authenticating: failLogin, Ready: failLogin, Rejected: failLogin, Closed: stay },
  Adopted: { Idle: adopt, Authenticating: adopt, Ready: adopt, Rejected: adopt, Closed: stay },
  LoginEnded: { Idle: stay, Authenticating: endLogin, Ready: stay, Rejected: stay, Closed: stay },
  Accepted: { Idle: stay, Authenticating: stay, Ready: accept, Rejected: stay, Closed: stay },
  Failed: { Idle: noteFailure, Authenticating: noteFailure, Ready: failCall, Rejected: noteFailure, Closed: stay },
  Disowned: { Idle: stay, Authenticating: stay, Ready: disown, Rejected: stay, Closed: stay },
  Replay: { Idle: stay, Authenticating: stay, Ready: stay, Rejected: stay, Closed: stay },
  Retry: { Idle: tellRetry, Authenticating: tellRetry, Ready: tellRetry, Rejected: tellRetry, Closed: stay },
  Skip: { Idle: tellSkip, Authenticating: tellSkip, Ready: skip, Rejected: tellSkip, Closed: stay },
  Break: { Idle: tellBreak, Authenticating: tellBreak, Ready: tellBreak, Rejected: tellBreak, Closed: stay },
  Detach: { Idle: tellDetach, Authenticating: tellDetach, Ready: tellDetach, Rejected: tellDetach, Closed: stay },
  Attach: { Idle: tellAttach, Authenticating: tellAttach, Ready: tellAttach, Rejected: tellAttach, Closed: stay },
  Reset: { Idle: reset, Authenticating: reset, Ready: reset, Rejected: reset, Closed: stay },
  Close: { Idle: close, Authenticating: close, Ready: close, Rejected: close, Closed: stay }
}

/** One step: the state after it, what to do next, and what there is to tell. */
export const step = (state: State, input: Input, now: Instant, rules: Rules): Step => {
  const { phase } = state
  const turn = { state, phase, input, now, rules }
  if (isOutdated(state, input)) return stay(turn)
  // TypeScript cannot see that both keys come from this turn.
  const transition = table[input._tag][phase._tag] as (turn: Turn<Phase, Input>) => Step
  return transition(turn)
}

const isOutdated = ({ epoch }: State, input: Input): boolean =>
  "epoch" in input ? input.epoch !== epoch : "lease" in input && input.lease.epoch !== epoch
