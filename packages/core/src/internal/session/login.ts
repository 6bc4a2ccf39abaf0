import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { Authenticate } from "../../Authenticate.ts"
import type { Credentials } from "../../Credentials.ts"
import type { ExchangeError } from "../../Errors.ts"
import * as exchange from "../exchange.ts"
import { elapsed } from "../instant.ts"
import * as telemetry from "../telemetry.ts"
import type { Engine } from "./engine.ts"
import type { Flight } from "./flights.ts"
import type { LoginFailure } from "./outcome.ts"
import * as retries from "./retries.ts"

/** How long a login goes on, in milliseconds: connections that are refused do not spend the budget, but callers wait. */
const longest = 60_000

type Restore = <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>

/** Whether a login is under way that belongs to the current epoch. */
export const isUnderWay = ({ cell, loginRequests, logins }: Engine): boolean => {
  const { epoch } = cell.state()
  return logins.find(epoch) !== undefined || loginRequests.find(epoch) !== undefined
}

/** Waits for a login with all its retries, which is shared by every caller who needs one. */
export const join = (engine: Engine, restore: Restore): Effect.Effect<void, ExchangeError> => {
  const { cell, loginRequests, logins } = engine
  const { epoch } = cell.state()
  // The request that may be under way is the first attempt, even if it lands before the login's own fiber has begun.
  const first = loginRequests.find(epoch)
  const flight = logins.find(epoch) ?? logins.launch(epoch, () => logIn(engine, epoch, first))
  return logins.wait(flight, restore)
}

const logIn = Effect.fnUntraced(function* (
  engine: Engine,
  epoch: number,
  first: Flight<void, LoginFailure> | undefined
): Effect.fn.Return<void, ExchangeError> {
  const { cell, policies } = engine
  const again = retries.make(cell, "auth", policies.login, retries.unhurried)
  const start = cell.now()
  let joined = first
  let credentials: Credentials | undefined
  for (;;) {
    const outcome = yield* Effect.either(request(engine, epoch, credentials, joined))
    if (Either.isRight(outcome)) return
    const isLate = elapsed(start, cell.now()) >= longest
    if (isLate || !(yield* again(outcome.left.error))) return yield* Effect.fail(outcome.left.error)
    joined = undefined
    credentials = outcome.left.credentials
  }
})

/** Waits for one login request, or for the callers' login that is under way, without asking for more than that. */
export const renew = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.suspend(() => {
    const { cell, logins } = engine
    const { epoch } = cell.state()
    const underWay = logins.find(epoch)
    if (underWay !== undefined) return logins.watch(underWay)
    const order = cell.apply({ _tag: "Renew", underWay: isUnderWay(engine) })
    return order._tag === "Fail"
      ? Effect.fail(order.error)
      : Effect.mapError(request(engine, epoch), ({ error }) => error)
  })

/** One login request, shared by everybody who wants one while it is under way; a retry goes on with its credentials. */
const request = (
  engine: Engine,
  epoch: number,
  credentials?: Credentials,
  joined?: Flight<void, LoginFailure>
): Effect.Effect<void, LoginFailure> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const { loginRequests } = engine
      const flight =
        joined ??
        loginRequests.find(epoch) ??
        loginRequests.launch(epoch, (flight) => send(engine, epoch, credentials, flight))
      return loginRequests.wait(flight, restore)
    })
  )

const send = Effect.fnUntraced(function* (
  engine: Engine,
  epoch: number,
  earlier: Credentials | undefined,
  flight: Flight<void, LoginFailure>
): Effect.fn.Return<void, LoginFailure> {
  const { cell, loginRequests, transport } = engine
  const credentials = earlier ?? (yield* read(engine, epoch))
  const start = cell.now()
  // Everybody may have given up while the provider was read: then nothing is sent, and whoever comes now begins anew.
  if (loginRequests.endIfDeserted(flight, Effect.void)) return yield* Effect.interrupt
  const order = cell.apply({ _tag: "Offer", epoch, credentials, retry: earlier !== undefined }, start)
  if (order._tag === "Fail") return yield* Effect.fail({ error: order.error, credentials })
  // A reset or the end has taken this flight's place.
  if (order._tag !== "Send") return yield* Effect.interrupt
  const reply = exchange.send(transport, Authenticate(credentials))
  const outcome = yield* Effect.either(
    telemetry.call("auth", transport.server, Effect.zipRight(loginRequests.noteSpan, reply), { root: true })
  )
  if (Either.isRight(outcome)) {
    yield* cell.step({ _tag: "LoggedIn", epoch, credentials, id: outcome.right, start })
  } else {
    const error = outcome.left
    yield* cell.step({ _tag: "LoginFailed", epoch, credentials, error })
    return yield* Effect.fail({ error, credentials })
  }
})

const read = ({ cell, credentials }: Engine, epoch: number): Effect.Effect<Credentials, LoginFailure> =>
  Effect.catchAll(credentials, (error) =>
    Effect.zipRight(
      cell.step({ _tag: "LoginFailed", epoch, credentials: undefined, error }),
      Effect.fail({ error, credentials: undefined })
    )
  )
