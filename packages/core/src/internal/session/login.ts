import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import { Authenticate } from "../../Authenticate.ts"
import type { Credentials } from "../../Credentials.ts"
import type { AuthFailed, ExchangeError } from "../../Errors.ts"
import * as exchange from "../exchange.ts"
import { elapsed } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import type { Instant } from "../instant.ts"
import type { Engine } from "./engine.ts"
import type { Flight, Kind } from "./flights.ts"
import * as flights from "./flights.ts"
import type { LoginFailure } from "./outcome.ts"
import { over } from "./outcome.ts"
import * as provider from "./provider.ts"
import * as retries from "./retries.ts"
import type { Audience } from "./store/port.ts"

/** How long a login goes on, in milliseconds: connections that are refused do not spend the budget, but callers wait. */
const longest = 60_000

type Request = Flight<void, LoginFailure>

type Restore = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Logins with their retries, by epoch; after a reset those who wait look again whether there is a session. */
const logins: Kind<void, ExchangeError> = {
  reset: Exit.void,
  closed: Exit.fail(over.error),
  deserted: Exit.void
}

/** Single login requests, by epoch. */
const requests: Kind<void, LoginFailure> = {
  reset: Exit.void,
  closed: Exit.fail({ error: over.error, credentials: undefined, sent: false })
}

/** Whether a login is under way that belongs to the current epoch. */
export const isUnderWay = (engine: Engine): boolean => {
  const { epoch } = engine.state
  return flights.find(engine, logins, epoch) !== undefined || flights.find(engine, requests, epoch) !== undefined
}

/** Waits for a login with all its retries, which is shared by every caller who needs one. */
export const join = (engine: Engine, restore: Restore): Effect.Effect<void, ExchangeError> => {
  const flight = flights.find(engine, logins, engine.state.epoch) ?? begin(engine)
  return flight.wait(restore)
}

// The request that the keep-alive may have under way is the first attempt.
const begin = (engine: Engine) => {
  const { epoch } = engine.state
  const start = engine.now()
  const first = flights.find(engine, requests, epoch) ?? launch(engine, epoch)
  return flights.launch(engine, logins, {
    key: epoch,
    fork: engine.shared.fork,
    first,
    run: () => logIn(engine, epoch, start, first)
  })
}

const logIn = Effect.fnUntraced(function* (
  engine: Engine,
  epoch: number,
  start: Instant,
  first: Request
): Effect.fn.Return<void, ExchangeError> {
  const again = retries.make(engine, "auth", engine.shared.policies.login, retries.unhurried)
  let joined: Request | undefined = first
  let credentials: Credentials | undefined
  for (;;) {
    const outcome = yield* Effect.either(request(engine, epoch, credentials, joined))
    if (Either.isRight(outcome)) return
    const isLate = elapsed(start, engine.now()) >= longest
    if (isLate || !(yield* again(outcome.left.error))) return yield* Effect.fail(outcome.left.error)
    joined = undefined
    credentials = outcome.left.credentials
  }
})

/** Waits for one login request, or for the callers' login that is under way, without asking for more than that. */
export const renew = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.suspend(() => {
    const { epoch } = engine.state
    const underWay = flights.find(engine, logins, epoch)
    if (underWay !== undefined) return underWay.watch()
    const order = engine.apply({ _tag: "Renew", underWay: isUnderWay(engine) })
    return order._tag === "Fail"
      ? Effect.fail(order.error)
      : Effect.mapError(request(engine, epoch), ({ error }) => error)
  })

// The end of a login request tells nothing, and so needs no moment.
const untold: Instant = { wall: 0, monotonic: 0n }

/** One login request, shared by everybody who wants one while it is under way; a retry goes on with its credentials. */
const request = (
  engine: Engine,
  epoch: number,
  credentials?: Credentials,
  joined?: Request
): Effect.Effect<void, LoginFailure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const flight = joined ?? flights.find(engine, requests, epoch) ?? launch(engine, epoch, credentials)
      return flight.wait(restore)
    })
  )

const launch = (engine: Engine, epoch: number, earlier?: Credentials): Request => {
  engine.loginSpan = undefined
  return flights.launch(engine, requests, {
    key: epoch,
    fork: engine.shared.fork,
    run: (flight) =>
      Effect.flatMap(earlier === undefined ? read(engine, epoch) : Effect.succeed(earlier), (credentials) =>
        admit(engine, { epoch, credentials, retry: earlier !== undefined, flight })
      ),
    onLanding: () => void engine.apply({ _tag: "LoginEnded", epoch }, untold)
  })
}

/** A login request that is about to be sent. */
interface Attempt {
  readonly epoch: number
  readonly credentials: Credentials
  readonly retry: boolean
  readonly flight: Request
}

/** Sends it when it may go out, unless there is a store that has a session or has it wait. */
const admit = (engine: Engine, attempt: Attempt): Effect.Effect<void, LoginFailure> => {
  const { member, shared } = engine
  const { flight } = attempt
  const isWanted = () => !flight.isDeserted
  return member === undefined
    ? shared.admit(send(engine, attempt), isWanted)
    : member.logIn({
        ...attempt,
        isWanted,
        endIfDeserted: () => flight.endIfDeserted(Exit.void),
        send: (audience) => send(engine, attempt, audience)
      })
}

const send = Effect.fnUntraced(function* (
  engine: Engine,
  { credentials, epoch, flight, retry }: Attempt,
  audience?: Audience
): Effect.fn.Return<void, LoginFailure> {
  const { transport } = engine.shared
  const command = Authenticate(credentials)
  // They were checked when they were read, and may have been wiped from memory since.
  if (Either.isLeft(command.parameters)) return yield* failUnread(engine, epoch, command.parameters.left)
  const parameters = command.parameters.right
  const start = engine.now()
  // Everybody may have given up while the provider was read: then nothing is sent, and whoever comes now begins anew.
  if (flight.endIfDeserted(Exit.void)) return yield* Effect.interrupt
  const order = engine.apply({ _tag: "Offer", epoch, credentials, retry }, start)
  if (order._tag === "Fail") return yield* Effect.fail({ error: order.error, credentials, sent: false })
  // A reset or the end has taken this flight's place.
  if (order._tag !== "Send") return yield* Effect.interrupt
  audience?.begin()
  const noteSpan = telemetry.noteSpan((span) => {
    engine.loginSpan = span
  })
  const reply = Effect.zipRight(noteSpan, exchange.send(transport, command, parameters))
  const outcome = yield* Effect.either(telemetry.call("auth", transport.server, reply, { root: true }))
  if (Either.isRight(outcome)) {
    const id = outcome.right
    const isReplaced = audience !== undefined && (yield* audience.publish(id, start))
    if (!isReplaced) yield* engine.step({ _tag: "LoggedIn", epoch, credentials, id, start })
  } else {
    const error = outcome.left
    yield* engine.step({ _tag: "LoginFailed", epoch, credentials, error })
    return yield* Effect.fail({ error, credentials, sent: true })
  }
})

const read = (engine: Engine, epoch: number): Effect.Effect<Credentials, LoginFailure> =>
  Effect.catchAll(
    provider.read(engine, (around) => engine.shared.ask(engine.key, engine, around)),
    (error) => failUnread(engine, epoch, error)
  )

/** Ends a login for which there are no credentials. */
const failUnread = (engine: Engine, epoch: number, error: AuthFailed): Effect.Effect<never, LoginFailure> =>
  Effect.zipRight(
    engine.step({ _tag: "LoginFailed", epoch, credentials: undefined, error }),
    Effect.fail({ error, credentials: undefined, sent: false })
  )
