import type { Absence, Rules, State } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Order, Step } from "../../packages/core/src/internal/session/machine/step.ts"
import { initial } from "../../packages/core/src/internal/session/machine/state.ts"
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"
import type { Happening } from "./machineInputs.ts"
import { accepted, at, close, errors, failed, loggedIn, loginFailed, offer, reset } from "./machineInputs.ts"
import { said, credentials as withPassword } from "./support.ts"

/** As by default, with a `maxAge` of an hour. */
export const rules: Rules = {
  usable: 840_000,
  maxAge: 3_600_000,
  budget: { spacing: 10_000, limit: 5, window: 300_000 }
}

export type Life = ReadonlyArray<readonly [second: number, happening: Happening]>

export const next = (state: State, second: number, happening: Happening): Step =>
  machine.step(state, happening(state, at(second)), at(second), rules)

/** The last step of a life. */
export const live = (life: Life): Step =>
  life.reduce<Step>((before, [second, happening]) => next(before.state, second, happening), {
    state: initial,
    order: { _tag: "Nothing" },
    events: []
  })

export const after = (...life: Life): State => live(life).state

/** Everything that a life tells. */
export const told = (life: Life): ReadonlyArray<string> =>
  life.flatMap((_, index) => live(life.slice(0, index + 1)).events.map(({ _tag }) => _tag))

export const tags = ({ events }: Step) => events.map(({ _tag }) => _tag)

/** What is to be done: the order's tag, and what the caller is told. */
export const ordered = (order: Order): string => (order._tag === "Fail" ? said(order.error) : order._tag)

export const phaseOf = ({ phase }: State): string =>
  "absence" in phase ? `${phase._tag} ${phase.absence}` : phase._tag

export const opened: Life = [
  [0, offer()],
  [0, loggedIn()]
]
export const proven: Life = [...opened, [0, accepted()]]
export const rejected: Life = [
  [0, offer()],
  [0, loginFailed(errors.badCredentials)]
]
export const stillborn: Life = [...opened, [1, failed(errors.notAccepted)]]
export const again: Life = [
  [2, offer()],
  [2, loggedIn()]
]

export const refuse = (password: string, second: number): Life => [
  [second, offer(withPassword(password))],
  [second, loginFailed(errors.badCredentials, withPassword(password))]
]

export const relogin = (second: number): Life => [
  [second, reset],
  [second, offer()]
]

export const many = (count: number): Life =>
  Array.from({ length: count }, (_, index) => refuse(`${index}`, index * 100)).flat()

export const lives: Readonly<Record<string, Life>> = {
  "that was never opened": [],
  "that logs in": [[0, offer()]],
  "that is open": opened,
  "that is rejected": rejected,
  "that is closed": [...opened, [0, close]]
}

export const inAbsence = (absence: Absence): State => ({ ...initial, phase: { _tag: "Idle", absence } })
