import type { AuthFailed, ExchangeError } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import { elapsed } from "../../instant.ts"
import * as budget from "./budget.ts"
import type { Fingerprint } from "./fingerprint.ts"
import * as fingerprints from "./fingerprint.ts"
import { isRejection } from "./refusal.ts"
import type { Absence, Authenticating, Closed, Phase, State } from "./state.ts"
import { absences } from "./state.ts"
import type { Input, Step, Turn } from "./step.ts"
import { become, fail, moment, order } from "./step.ts"
import { overBudget } from "./acquiring.ts"
import { degrade, recover, reject } from "./health.ts"

/** How many refused sets of credentials are remembered; beyond that, all are refused. */
const mostRefused = 16

export const offer = (turn: Turn<Exclude<Phase, Closed>, Extract<Input, { _tag: "Offer" }>>): Step => {
  const { input, now, phase, rules, state } = turn
  const known = knownRefusal(state, fingerprints.of(input.credentials))
  // Asking again with what was refused would change nothing but the service's count of failures.
  if (known !== undefined) return phase._tag === "Ready" ? fail(state, known) : failAgain(turn, known)
  const leave = input.retry ? "Retry" : leaveOf(phase)
  const wait = budget.wait(rules.budget, state.logins, now, leave)
  if (wait > 0) return fail(state, overBudget(now, wait))
  const next: State = {
    ...state,
    // A session that is renewed before its end is used until the new one is there.
    phase: phase._tag === "Ready" ? phase : { _tag: "Authenticating", absence: absenceOf(phase) },
    logins: budget.add(rules.budget, state.logins, now, leave)
  }
  return order(next, { _tag: "Send" }, SessionEvent.Authenticating(moment(next, now)))
}

const absenceOf = (phase: Phase): Absence => {
  if ("absence" in phase) return phase.absence
  return phase._tag === "Rejected" ? "OtherCredentials" : "Expired"
}

/** With what right the login begins that this phase calls for. */
export const leaveOf = (phase: Phase): budget.Leave => absences[absenceOf(phase)].leave

const knownRefusal = ({ refused }: State, fingerprint: Fingerprint): AuthFailed | undefined =>
  (refused.length < mostRefused ? refused.find((it) => it.fingerprint === fingerprint) : refused.at(-1))?.error

const failAgain = ({ now, state }: Turn<Phase, unknown>, error: AuthFailed): Step => {
  const { events, state: next } = reject(state, error, now)
  return fail(next, error, ...events)
}

/** The session lives from the moment that the exchange of its login began. */
export const open = ({ input, now, phase, state }: Turn<Phase, Extract<Input, { _tag: "LoggedIn" }>>): Step => {
  const { id, start } = input
  const fingerprint = fingerprints.of(input.credentials)
  // A session that is renewed can be lost, stillborn even, before its successor is there.
  const { trust } = absences["absence" in phase ? phase.absence : "Unopened"]
  const next: State = {
    ...state,
    phase: { _tag: "Ready", id, fingerprint, openedAt: start, usedAt: start, trust },
    // The service has just accepted them.
    refused: accepted(state, fingerprint),
    generation: state.generation + 1
  }
  const { events, state: healthy } = recover(next, start, now)
  return become(healthy, SessionEvent.Authenticated(moment(next, now)), ...events)
}

const accepted = ({ refused }: State, fingerprint: Fingerprint): State["refused"] =>
  refused.length === 0 ? refused : refused.filter((it) => it.fingerprint !== fingerprint)

/** A session that others have opened: it was used elsewhere, and its first use here verifies it. */
export const adopt = ({ input, now, phase, state }: Turn<Phase, Extract<Input, { _tag: "Adopted" }>>): Step => {
  const { fingerprint, id, instead, openedAt, usedAt } = input
  // There is a newer one by now.
  if (state.generation !== instead) return become(state)
  const { lastSuccess } = state
  const next: State = {
    ...state,
    // It was accepted elsewhere, so that a refusal is no sign of one that was stillborn.
    phase: { _tag: "Ready", id, fingerprint, openedAt, usedAt, trust: "Proven" },
    // What is refused, the store knows better.
    refused: accepted(state, fingerprint),
    generation: state.generation + 1,
    lastSuccess: lastSuccess === undefined || elapsed(lastSuccess, usedAt) > 0 ? usedAt : lastSuccess
  }
  const event = SessionEvent.Adopted(moment(next, now))
  if (phase._tag !== "Rejected") return become(next, event)
  const { events, state: healthy } = recover(next, usedAt, now)
  return become(healthy, event, ...events)
}

export const failLogin = (
  turn: Turn<Exclude<Phase, Closed>, Extract<Input, { _tag: "LoginFailed" | "Barred" }>>
): Step => {
  const { input, now, phase, state } = turn
  const { credentials, error } = input
  const next: State = { ...state, logins: didNotReach(error) ? budget.excuse(state.logins) : state.logins }
  if (credentials === undefined || !isRejection(error)) return degrade(next, error, now)
  const remembered = remember(next, fingerprints.of(credentials), error)
  // A session that was to be renewed is as good as before.
  return phase._tag === "Ready" ? degrade(remembered, error, now) : reject(remembered, error, now)
}

const didNotReach = (error: ExchangeError): boolean => error._tag === "TransportError" && !error.mayHaveReached

export const remember = (state: State, fingerprint: Fingerprint, error: AuthFailed): State =>
  state.refused.some((it) => it.fingerprint === fingerprint)
    ? state
    : { ...state, refused: [...state.refused, { fingerprint, error }].slice(-mostRefused) }

export const endLogin = ({ phase, state }: Turn<Authenticating, unknown>): Step =>
  become({ ...state, phase: { _tag: "Idle", absence: absences[phase.absence].unended } })
