import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import type { Credentials } from "../../Credentials.ts"
import type { AuthFailed, ExchangeError } from "../../Errors.ts"
import type { Policy } from "../../Retry.ts"
import type { Transport } from "../../Transport.ts"
import { Deadline } from "../../Transport.ts"
import { broken } from "../exchange.ts"
import type { Instant } from "../instant.ts"
import type { Cell } from "./cell.ts"
import * as cell from "./cell.ts"
import { Flights } from "./flights.ts"
import { Guard } from "./guard.ts"
import type { Rules } from "./machine/state.ts"
import type { Failure, LoginFailure, PingOutcome } from "./outcome.ts"
import { over, stale } from "./outcome.ts"
import * as provider from "./provider.ts"

/** One session at work: its state, and what is under way for it. */
export interface Engine extends UnderWay {
  readonly cell: Cell
  readonly transport: Transport["Type"]
  readonly credentials: Effect.Effect<Credentials, AuthFailed>
  readonly policies: Policies
  readonly fork: Fork
}

/** Starts a fiber in the context in which the session was made. */
type Fork = <A>(effect: Effect.Effect<A>) => Fiber.RuntimeFiber<A>

interface UnderWay {
  /** Logins with their retries, by epoch. */
  readonly logins: Flights<void, ExchangeError>
  /** Single login requests, by epoch. */
  readonly loginRequests: Flights<void, LoginFailure>
  /** Pings with their logins, retries and replays, by epoch. */
  readonly pings: Flights<PingOutcome, ExchangeError>
  /** Single ping requests, by generation. */
  readonly pingRequests: Flights<void, Failure<ExchangeError>>
  /** What callers have under way themselves. */
  readonly guard: Guard
}

interface Policies {
  readonly login: Policy
  readonly idempotent: Policy
}

export interface Settings<E, R> {
  readonly name: string
  readonly rules: Rules
  readonly policies: Policies
  readonly transport: Transport["Type"]
  readonly credentials: Effect.Effect<Credentials, E, R>
}

/** Builds the engine; whatever it does for all callers runs in the context of this moment, and not in a caller's. */
export const make = Effect.fnUntraced(function* <E, R>(settings: Settings<E, R>): Effect.fn.Return<Engine, never, R> {
  const { name, policies, rules, transport } = settings
  const state = yield* cell.make(name, rules)
  const runtime = yield* Effect.runtime<R>()
  const credentials = yield* provider.make(state, settings.credentials, runtime.context)
  // The deadline of whoever built the layer was for building it.
  const own = Runtime.updateContext(runtime, Context.add(Deadline, undefined))
  const fork: Fork = (effect) => Runtime.runFork(own, effect, { immediate: false })
  const start: Fork = (effect) => Runtime.runFork(own, effect)
  return { cell: state, transport, credentials, policies, fork, ...startEmpty(fork, start, state) }
})

// The end of a login request tells nothing, and so needs no moment.
const untold: Instant = { wall: 0, monotonic: 0n }

// A login looks for those who wait for it, and so begins when they do; a ping may begin, and even end, before that.
const startEmpty = (fork: Fork, start: Fork, { apply }: Cell): UnderWay => ({
  logins: new Flights<void, ExchangeError>({ fork, deserted: Effect.void, interrupted: () => broken("auth") }),
  loginRequests: new Flights<void, LoginFailure>({
    fork,
    interrupted: () => ({ error: broken("auth"), credentials: undefined }),
    onLanding: (epoch) => void apply({ _tag: "LoginEnded", epoch }, untold)
  }),
  pings: new Flights<PingOutcome, ExchangeError>({
    fork: start,
    deserted: Effect.succeed("moved"),
    interrupted: () => broken("ping")
  }),
  pingRequests: new Flights<void, Failure<ExchangeError>>({
    fork: start,
    interrupted: () => ({ error: broken("ping"), verdict: "Failed" })
  }),
  guard: new Guard()
})

/**
 * Begins a new epoch.
 *
 * Those who wait for a login look again whether there is a session, and those who wait for a ping ask for the new epoch's.
 */
export const reset = ({ cell, loginRequests, logins, pingRequests, pings }: Engine): Effect.Effect<void> =>
  Effect.sync(() => {
    cell.apply({ _tag: "Reset" })
    logins.divert(Effect.void)
    loginRequests.divert(Effect.void)
    pings.divert(Effect.succeed("moved"))
    pingRequests.divert(Effect.fail(stale))
  })

/** Ends everything, and tells whoever waits. */
export const close = ({ cell, guard, loginRequests, logins, pingRequests, pings }: Engine): Effect.Effect<void> =>
  Effect.suspend(() => {
    const { error } = over
    cell.apply({ _tag: "Close" })
    const ending = [
      ...guard.close(),
      ...logins.divert(Effect.fail(error)),
      ...loginRequests.divert(Effect.fail({ error, credentials: undefined })),
      ...pings.divert(Effect.fail(error)),
      ...pingRequests.divert(Effect.fail(over))
    ]
    return Effect.zipRight(
      awaitPrompt(ending),
      Effect.sync(() => guard.release())
    )
  })

/** How often the runtime is given a turn for the fibers of a closing session to end. */
const turns = 100

// What can be interrupted ends within a few turns; what cannot, such as a transport that does not let go, is left behind.
const awaitPrompt = (fibers: ReadonlyArray<Fiber.RuntimeFiber<unknown>>, left = turns): Effect.Effect<void> =>
  left === 0 || fibers.every((fiber) => fiber.unsafePoll() !== null)
    ? Effect.void
    : Effect.zipRight(
        Effect.yieldNow(),
        Effect.suspend(() => awaitPrompt(fibers, left - 1))
      )

const engines = new WeakMap<object, Engine>()

/** Remembers the engine behind what callers hold, for those of our layers that act on it. */
export const register = (session: object, engine: Engine): void => void engines.set(session, engine)

/** The engine behind a session, unless it was wrapped or made by hand. */
export const find = (session: object): Engine | undefined => engines.get(session)
