import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Schedule from "effect/Schedule"
import type { ExchangeError } from "../../../Errors.ts"
import type { Policy } from "../../../Retry.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import * as telemetry from "../../telemetry.ts"
import type { Cell } from "../cell.ts"
import type { Engine } from "../engine.ts"
import * as login from "../login.ts"
import type { Ready } from "../machine/state.ts"
import { current } from "../machine/state.ts"
import * as ping from "../ping.ts"
import * as retries from "../retries.ts"

/** How a session is kept alive; times are in milliseconds. */
export interface Settings {
  /** Gives the waits between two looks, from the time for which the session was unused. */
  readonly schedule: Schedule.Schedule<unknown, Duration.Duration>
  /** How long an unused session is left alone, whatever the schedule says, and when it is pinged at the latest. */
  readonly floor: number
  readonly latest: number
  readonly retry: Policy
  /** When a renewal that failed is tried again; without it a lost session is left to its next use. */
  readonly renewal: Policy | undefined
}

/** What there is to be done next for a session that is kept alive. */
export type Stage = Rest | Watch | Look | Renew

/** Nothing, until there is a session. */
interface Rest {
  readonly _tag: "Rest"
}

/** To see when to look at the session. */
interface Watch {
  readonly _tag: "Watch"
}

/** To ping the session, unless it was used since it was last seen. */
interface Look {
  readonly _tag: "Look"
  /** There is one where the ping has failed. */
  readonly pauses?: Pauses | undefined
}

/** To log in. */
interface Renew {
  readonly _tag: "Renew"
  readonly policy: Policy
  /** There is one where that has failed. */
  readonly pauses?: Pauses | undefined
}

type Pauses = retries.Pauses<ExchangeError>

/** A stage, and the pause before it in milliseconds. */
export interface Next {
  readonly stage: Stage
  readonly pause: number
  /** When the session was last used, where it was just seen. */
  readonly seen?: Instant
}

export const rest: Stage = { _tag: "Rest" }
export const watch: Stage = { _tag: "Watch" }

const firstLook: Stage = { _tag: "Look" }

const at = (stage: Stage, pause = 0): Next => ({ stage, pause })

/** Asks the schedule when to look at the session, unless that is lost or so old that it is time for the next. */
export const seeWhen = (
  engine: Engine,
  settings: Settings,
  waits: retries.Pauses<Duration.Duration>
): Effect.Effect<Next> =>
  Effect.suspend(() => {
    const { now, session } = glance(engine)
    const { floor, latest, renewal } = settings
    const afterwards: Stage = renewal === undefined ? rest : { _tag: "Renew", policy: renewal }
    const retirement = renewal === undefined ? Number.POSITIVE_INFINITY : untilRetirement(engine, session, now)
    if (session === undefined || retirement <= 0) return Effect.succeed(at(afterwards))
    const { usedAt } = session
    const idle = elapsed(usedAt, now)
    return Effect.map(waits(Duration.millis(idle)), (wait) => {
      // A schedule that ends gives the session up.
      if (wait === undefined) return at(afterwards, timeLeft(engine))
      const clamped = Math.min(Math.max(Duration.toMillis(wait), floor - idle), latest - idle)
      return clamped <= retirement ? { stage: firstLook, pause: clamped, seen: usedAt } : at(watch, retirement)
    })
  })

/** Begins with what there is: nothing where the session is lost, a word where it was used, and otherwise a ping. */
export const look = (engine: Engine, settings: Settings, seen: Instant | undefined, stage: Look): Effect.Effect<Next> =>
  Effect.suspend(() => {
    const { member } = engine
    const session = current(engine.state, engine.now(), engine.rules)
    if (session === undefined) return Effect.succeed(at(watch))
    if (session.usedAt !== seen) return Effect.as(engine.step({ _tag: "Skip" }), at(watch))
    if (member === undefined) return sendPing(engine, settings, stage)
    return Effect.flatMap(member.claim, (claim) => {
      // It may have been used, or lost, while the store was asked.
      if (current(engine.state, engine.now(), engine.rules)?.usedAt !== seen) return Effect.succeed(at(watch))
      if (claim === "ping") return sendPing(engine, settings, stage)
      return Effect.succeed(claim === "see" ? at(watch) : at(stage, Math.min(claim, timeLeft(engine))))
    })
  })

const sendPing = (engine: Engine, { retry }: Settings, { pauses }: Look): Effect.Effect<Next> => {
  const { shared } = engine
  const call = telemetry.call("ping", shared.transport.server, ping.check(engine), { root: true })
  return Effect.flatMap(Effect.either(call), (outcome) =>
    Either.isRight(outcome) || outcome.left._tag === "AuthFailed"
      ? Effect.succeed(at(watch))
      : retryPing(engine, outcome.left, pauses ?? retries.bounded(retry, retries.unhurried, shared.clock))
  )
}

const retryPing = (engine: Engine, error: ExchangeError, pauses: Pauses): Effect.Effect<Next> =>
  Effect.map(pauses(error), (delay) => {
    // Nobody knows whether it lives: it counts as lost once it cannot, but not before the service wants to hear of us again.
    const left = timeLeft(engine)
    const asked = Duration.toMillis(retries.asked(error))
    const pause = Math.max(asked, delay === undefined ? left : Math.min(left, Duration.toMillis(delay)))
    if (pause < left) engine.apply({ _tag: "Retry", operation: "ping", error, delay: Duration.millis(pause) })
    return at(delay === undefined ? watch : { _tag: "Look", pauses }, pause)
  })

/** Logs in unless there is a session that will do; each failure is one request, since nobody waits for its retries. */
export const logIn = (engine: Engine, stage: Renew): Effect.Effect<Next> =>
  Effect.suspend(() => {
    const { shared } = engine
    const { now, session } = glance(engine)
    if (session !== undefined && untilRetirement(engine, session, now) > 0) return Effect.succeed(at(rest))
    return Effect.flatMap(Effect.either(login.renew(engine)), (outcome) =>
      Either.isRight(outcome)
        ? Effect.succeed(at(stage))
        : retryLogin(engine, outcome.left, {
            ...stage,
            pauses: stage.pauses ?? retries.bounded(stage.policy, retries.unhurried, shared.clock)
          })
    )
  })

const retryLogin = (
  engine: Engine,
  error: ExchangeError,
  stage: Renew & { readonly pauses: Pauses }
): Effect.Effect<Next> =>
  // Refused credentials leave a session that was to be renewed as good as it is.
  Effect.map(isRefused(error) ? Effect.succeed(undefined) : stage.pauses(error), (delay) => {
    if (delay === undefined) return at(rest, timeLeft(engine))
    const pause = Math.max(Duration.toMillis(delay), untilBudgetLifts(error, engine.now()))
    engine.apply({ _tag: "Retry", operation: "auth", error, delay: Duration.millis(pause) })
    return at(stage, pause)
  })

const isRefused = (error: ExchangeError): boolean =>
  error._tag === "AuthFailed" && error.reason !== "LoginBudgetExceeded" && error.reason !== "CredentialsUnavailable"

const untilBudgetLifts = (error: ExchangeError, { wall }: Instant): number =>
  error._tag === "AuthFailed" && error.retryAt !== undefined ? DateTime.toEpochMillis(error.retryAt) - wall : 0

/** The session that may be used; one whose time is over is told to be so. */
const glance = (engine: Engine) => {
  const now = engine.now()
  engine.apply({ _tag: "Check", operation: "ping" }, now)
  return { now, session: current(engine.state, now, engine.rules) }
}

/** Milliseconds for which the session may still be used. */
const timeLeft = (engine: Engine): number => {
  const { maxAge, usable } = engine.rules
  const { now, session } = glance(engine)
  return session === undefined
    ? 0
    : Math.min(usable - elapsed(session.usedAt, now), maxAge - elapsed(session.openedAt, now))
}

/** Milliseconds until it is time to renew the session for its age: a tenth of it ahead, but at most five minutes. */
const untilRetirement = ({ rules: { maxAge } }: Cell, session: Ready | undefined, now: Instant): number =>
  session === undefined
    ? Number.POSITIVE_INFINITY
    : maxAge - Math.min(maxAge / 10, 300_000) - elapsed(session.openedAt, now)
