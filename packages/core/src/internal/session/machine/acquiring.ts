import * as DateTime from "effect/DateTime"
import { AuthFailed } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import type { Leave } from "./budget.ts"
import * as budget from "./budget.ts"
import type { Authenticating, Closed, Idle, Phase, Ready, Rejected, State } from "./state.ts"
import { absences, lease } from "./state.ts"
import type { Input, Order, Step, Turn } from "./step.ts"
import { become, fail, loss, moment, order } from "./step.ts"

/** The shortest time, in milliseconds, between two looks at the credentials of a rejected session. */
const appealPause = 30_000

const logIn: Order = { _tag: "LogIn" }

export const demandUse = (turn: Turn<Ready, { readonly underWay: boolean }>): Step => {
  const { now, rules, state } = turn
  const found = lease(state, now, rules)
  if (found !== undefined) return order(state, { _tag: "Use", lease: found })
  const { events, state: expired } = expire(turn)
  return { ...askForLogin(expired, turn, absences.Expired.leave), events }
}

export const demandLogin = (turn: Turn<Idle | Authenticating, { readonly underWay: boolean }>): Step =>
  askForLogin(turn.state, turn, absences[turn.phase.absence].leave)

export const renew = (turn: Turn<Ready, { readonly underWay: boolean }>): Step =>
  askForLogin(turn.state, turn, "Ordinary")

const askForLogin = (
  state: State,
  { input, now, rules }: Turn<Phase, { readonly underWay: boolean }>,
  leave: Leave
): Step => {
  const wait = input.underWay ? 0 : budget.wait(rules.budget, state.logins, now, leave)
  return wait > 0 ? fail(state, overBudget(now, wait)) : order(state, logIn)
}

export const overBudget = ({ wall }: Instant, wait: number): AuthFailed =>
  new AuthFailed({
    operation: "auth",
    reason: "LoginBudgetExceeded",
    retryAt: DateTime.unsafeMake(Math.ceil(wall + wait))
  })

// Only other credentials can end a rejection, so the provider is asked for them, but not by every call.
export const appeal = ({ input, now, phase, rules, state }: Turn<Rejected, { readonly underWay: boolean }>): Step => {
  if (input.underWay) return order(state, logIn)
  const { appealedAt, error } = phase
  const tooSoon = appealedAt !== undefined && elapsed(appealedAt, now) < appealPause
  return tooSoon || budget.wait(rules.budget, state.logins, now, "AtOnce") > 0
    ? fail(state, error)
    : order({ ...state, phase: { ...phase, appealedAt: now } }, logIn)
}

export const checkUse = (turn: Turn<Ready, { readonly operation: string }>): Step => {
  const { input, now, rules, state } = turn
  const found = lease(state, now, rules)
  if (found !== undefined) return order(state, { _tag: "Use", lease: found })
  const { events, state: expired } = expire(turn)
  return fail(expired, notAccepted(input.operation), ...events)
}

export const checkNone = ({ input, state }: Turn<Phase, { readonly operation: string }>): Step =>
  fail(state, notAccepted(input.operation))

export const notAccepted = (operation: string) => new AuthFailed({ operation, reason: "SessionNotAccepted" })

const expire = ({ now, phase, state }: Turn<Ready, unknown>): Step =>
  become(
    { ...state, phase: { _tag: "Idle", absence: "Expired" } },
    SessionEvent.Expired({ ...moment(state, now), ...loss(phase, now) })
  )

export const failRejected = ({ phase, state }: Turn<Rejected, unknown>): Step => fail(state, phase.error)

export const failClosed = ({ input, state }: Turn<Closed, Input>): Step =>
  fail(state, new AuthFailed({ operation: "operation" in input ? input.operation : "auth", reason: "SessionClosed" }))
