import type * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Schedule from "effect/Schedule"
import type { ExchangeError } from "../../Errors.ts"
import type { Policy } from "../../Retry.ts"
import type { Instant } from "../instant.ts"
import { elapsed } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import * as trouble from "../trouble.ts"
import type { Cell } from "./cell.ts"
import type { Engine } from "./engine.ts"
import * as login from "./login.ts"
import type { Ready, State } from "./machine/state.ts"
import { current } from "./machine/state.ts"
import * as ping from "./ping.ts"
import * as retries from "./retries.ts"

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

/** Keeps a session alive, and then the one after it, until its scope closes: a defect is told and ends nothing. */
export const run = (engine: Engine, settings: Settings): Effect.Effect<void> => {
  const { until } = engine.cell
  return until(({ phase }) => phase._tag === "Ready").pipe(
    Effect.zipRight(supervise(engine, keepOne(engine, settings))),
    Effect.forever,
    Effect.raceFirst(until(({ phase }) => phase._tag === "Closed"))
  )
}

/** Sees one session to its end, and then to the next one. */
const keepOne = (engine: Engine, settings: Settings): Effect.Effect<void> =>
  Effect.zipRight(
    watch(engine, settings),
    settings.renewal === undefined ? Effect.void : renew(engine, settings.renewal)
  )

/** Looks at the session whenever the schedule says so, until it is lost or so old that it is time for the next. */
const watch = Effect.fnUntraced(function* (engine: Engine, settings: Settings): Effect.fn.Return<void> {
  const { cell } = engine
  const waits = retries.step(settings.schedule, cell.clock)
  for (;;) {
    const { now, session } = yield* glance(engine)
    const retirement = settings.renewal === undefined ? Number.POSITIVE_INFINITY : untilRetirement(cell, session, now)
    if (session === undefined || retirement <= 0) return
    const idle = elapsed(session.usedAt, now)
    const wait = yield* waits(Duration.millis(idle))
    // A schedule that ends gives the session up.
    if (wait === undefined) return yield* sleepUntilLost(engine)
    const clamped = Math.min(Math.max(Duration.toMillis(wait), settings.floor - idle), settings.latest - idle)
    yield* sleep(cell.clock, Math.min(clamped, retirement))
    if (clamped <= retirement) yield* look(engine, settings.retry, session.usedAt)
  }
})

/** Begins with what there is: nothing where the session is lost, a word where it was used, and otherwise a ping. */
const look = Effect.fnUntraced(function* (engine: Engine, retry: Policy, seen: Instant): Effect.fn.Return<void> {
  const { cell, transport } = engine
  const pauses = retries.bounded(retry, retries.unhurried, cell.clock)
  for (;;) {
    const { session } = yield* glance(engine)
    if (session === undefined) return
    if (session.usedAt !== seen) return void (yield* cell.step({ _tag: "Skip" }))
    const outcome = yield* Effect.either(telemetry.call("ping", transport.server, ping.check(engine), { root: true }))
    if (Either.isRight(outcome) || outcome.left._tag === "AuthFailed") return
    const error = outcome.left
    const delay = yield* pauses(error)
    // Nobody knows whether it lives: it counts as lost once it cannot, but not before the service wants to hear of us again.
    const left = yield* timeLeft(engine)
    const asked = Duration.toMillis(retries.asked(error))
    const pause = Math.max(asked, delay === undefined ? left : Math.min(left, Duration.toMillis(delay)))
    if (pause < left) yield* cell.step({ _tag: "Retry", operation: "ping", error, delay: Duration.millis(pause) })
    yield* sleep(cell.clock, pause)
    if (delay === undefined) return
  }
})

/** Logs in until there is a session that will do; each failure is one request, since nobody waits for its retries. */
const renew = Effect.fnUntraced(function* (engine: Engine, renewal: Policy): Effect.fn.Return<void> {
  const { cell } = engine
  const pauses = retries.bounded(renewal, retries.unhurried, cell.clock)
  for (;;) {
    const { now, session } = yield* glance(engine)
    if (session === undefined ? isOver(cell.state()) : untilRetirement(cell, session, now) > 0) return
    const outcome = yield* Effect.either(login.renew(engine))
    if (Either.isRight(outcome)) continue
    const error = outcome.left
    // Refused credentials leave a session that was to be renewed as good as it is.
    const delay = isRefused(error) ? undefined : yield* pauses(error)
    if (delay === undefined) return yield* sleepUntilLost(engine)
    const pause = Math.max(Duration.toMillis(delay), untilBudgetLifts(error, cell.now()))
    yield* cell.step({ _tag: "Retry", operation: "auth", error, delay: Duration.millis(pause) })
    yield* sleep(cell.clock, pause)
  }
})

const isOver = ({ phase }: State): boolean => phase._tag === "Rejected" || phase._tag === "Closed"

const isRefused = (error: ExchangeError): boolean =>
  error._tag === "AuthFailed" && error.reason !== "LoginBudgetExceeded" && error.reason !== "CredentialsUnavailable"

const untilBudgetLifts = (error: ExchangeError, { wall }: Instant): number =>
  error._tag === "AuthFailed" && error.retryAt !== undefined ? DateTime.toEpochMillis(error.retryAt) - wall : 0

/** The session that may be used; one whose time is over is told to be so. */
const glance = Effect.fnUntraced(function* ({ cell }: Engine) {
  const now = cell.now()
  cell.apply({ _tag: "Check", operation: "ping" }, now)
  return { now, session: current(cell.state(), now, cell.rules) }
})

/** Milliseconds for which the session may still be used. */
const timeLeft = Effect.fnUntraced(function* (engine: Engine) {
  const { maxAge, usable } = engine.cell.rules
  const { now, session } = yield* glance(engine)
  return session === undefined
    ? 0
    : Math.min(usable - elapsed(session.usedAt, now), maxAge - elapsed(session.openedAt, now))
})

const sleepUntilLost = (engine: Engine): Effect.Effect<void> =>
  Effect.flatMap(timeLeft(engine), (left) => sleep(engine.cell.clock, left))

/** Milliseconds until it is time to renew the session for its age: a tenth of it ahead, but at most five minutes. */
const untilRetirement = ({ rules: { maxAge } }: Cell, session: Ready | undefined, now: Instant): number =>
  session === undefined || maxAge === Number.POSITIVE_INFINITY
    ? Number.POSITIVE_INFINITY
    : maxAge - Math.min(maxAge / 10, 300_000) - elapsed(session.openedAt, now)

const sleep = (clock: Clock.Clock, millis: number): Effect.Effect<void> =>
  clock.sleep(Duration.millis(Math.max(0, Math.ceil(millis))))

/**
 * A defect ends nothing: it is logged, shown in the status, and the loop starts again.
 *
 * It does so where it was, not with waiting for a session: one that was lost meanwhile is still to be renewed. What a defect
 * says may quote a request, so only where it happened is shown.
 */
const supervise = ({ cell }: Engine, loop: Effect.Effect<void>): Effect.Effect<void> =>
  loop.pipe(
    Effect.tapErrorCause((cause) =>
      Effect.logError("the keep-alive loop broke and starts again", ...trouble.frames(cause)).pipe(
        Effect.annotateLogs({ package: "@effect-clickatell/core", module: "KeepAlive" }),
        Effect.catchAllCause(() => Effect.void),
        Effect.zipRight(cell.step({ _tag: "Break" }))
      )
    ),
    Effect.sandbox,
    Effect.retry(Schedule.union(Schedule.exponential("1 second"), Schedule.spaced("60 seconds"))),
    Effect.orDieWith(identity)
  )
