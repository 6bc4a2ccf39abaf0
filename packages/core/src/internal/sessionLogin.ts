import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Equal from "effect/Equal"
import { Authenticate } from "../Authenticate.ts"
import * as Command from "../Command.ts"
import type { Credentials } from "../Credentials.ts"
import type { ExchangeError } from "../Errors.ts"
import { AuthFailed } from "../Errors.ts"
import type { Policy } from "../Retry.ts"
import { Deadline, Transport } from "../Transport.ts"
import type { Kind, Limits } from "./loginBudget.ts"
import * as loginBudget from "./loginBudget.ts"
import type { Observer } from "./observer.ts"
import * as retrying from "./retrying.ts"
import type { Cell } from "./sessionCell.ts"
import type { Lease, Life, State } from "./sessionState.ts"
import * as machine from "./sessionState.ts"

interface Parts {
  readonly cell: Cell
  readonly life: Life
  readonly budget: Limits
  readonly credentials: Effect.Effect<Credentials, AuthFailed>
  readonly transport: Transport["Type"]
  readonly observer: Observer
}

/** Opens a session unless there is one by now: the body of the single flight that all callers share. */
export const make = (parts: Parts) =>
  Effect.fnUntraced(function* (retry: Policy): Effect.fn.Return<Lease, ExchangeError> {
    const { cell, life } = parts
    const [state, now] = yield* cell.read
    const current = machine.lease(state, now, life)
    if (current !== undefined) return current
    if (state.phase._tag === "Closed") return yield* new AuthFailed({ operation: "auth", reason: "SessionClosed" })
    const credentials = yield* Effect.tapError(parts.credentials, (error) =>
      cell.advance((state, now) => machine.failed(state, error, undefined, now))
    )
    // Asking again with what was rejected would change nothing but the service's count of failures.
    if (state.phase._tag === "Rejected" && isSame(state.phase.credentials, credentials)) return yield* state.phase.error
    return yield* attempts(parts, credentials, kindOf(state), retry)
  })

// By value: a provider may build a plain object each time, and such a one is equal to nothing but itself.
const isSame = (rejected: Credentials | undefined, given: Credentials): boolean =>
  rejected !== undefined &&
  Equal.equals(rejected.apiId, given.apiId) &&
  Equal.equals(rejected.user, given.user) &&
  Equal.equals(rejected.password, given.password)

const kindOf = ({ phase, refused }: State): Kind => (refused || phase._tag === "Rejected" ? "relogin" : "login")

const attempts = (parts: Parts, credentials: Credentials, first: Kind, retry: Policy) =>
  Effect.suspend(() => {
    let kind = first
    const next = Effect.suspend(() => {
      const attempt = login(parts, credentials, kind)
      kind = "retry"
      return attempt
    })
    return next.pipe(
      retrying.make(parts.cell, retry),
      Effect.ensuring(parts.cell.advance((state) => machine.abandoned(state)))
    )
  })

const login = Effect.fnUntraced(function* (parts: Parts, credentials: Credentials, kind: Kind) {
  const { cell, observer, transport } = parts
  yield* admit(parts, credentials, kind)
  const [{ generation }, start] = yield* cell.read
  const id = yield* Command.exchange(Authenticate(credentials)).pipe(
    Effect.provideService(Transport, transport),
    // The deadline of whoever asked first is not for the others.
    Effect.provideService(Deadline, undefined),
    Effect.tapError((error) =>
      Effect.zipRight(
        observer.loginFailed(error),
        cell.advance((state, now) => machine.failed(state, error, undefined, now))
      )
    )
  )
  yield* cell.advance((state, now) => machine.opened(state, id, start, now))
  return { id, generation: generation + 1 }
})

const admit = ({ budget, cell }: Parts, credentials: Credentials, kind: Kind): Effect.Effect<void, AuthFailed> =>
  Effect.flatMap(cell.read, ([state, now]) =>
    Either.match(loginBudget.admit(budget, state.logins, now, kind), {
      onLeft: (wait) =>
        Effect.fail(
          new AuthFailed({
            operation: "auth",
            reason: "LoginBudgetExceeded",
            retryAt: DateTime.unsafeMake(Math.ceil(now.wall + wait))
          })
        ),
      onRight: (logins) => cell.advance((state) => machine.begin(state, credentials, logins))
    })
  )
