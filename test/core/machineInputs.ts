import * as SessionId from "@effect-clickatell/core/SessionId"
import type { Credentials } from "@effect-clickatell/core/Credentials"
import type { ExchangeError } from "@effect-clickatell/core/Errors"
import { ApiError, AuthFailed, MalformedReply, SoapFault, TransportError } from "@effect-clickatell/core/Errors"
import { Duration, Either } from "effect"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import * as fingerprints from "../../packages/core/src/internal/session/machine/fingerprint.ts"
import type { Lease, State } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Input } from "../../packages/core/src/internal/session/machine/step.ts"
import * as support from "./support.ts"

export const at = (seconds: number): Instant => ({
  wall: seconds * 1000,
  monotonic: BigInt(Math.round(seconds * 1000)) * 1_000_000n
})

export const credentials = support.credentials()
export const others = support.credentials("other")

export const id = Either.getOrThrow(SessionId.make("decafbad".repeat(4)))

const refusedAs = (operation: string, reason: AuthFailed["reason"], code?: string) =>
  new AuthFailed({ operation, reason, ...(code === undefined ? {} : { code }) })
const lost = (mayHaveReached: boolean) =>
  new TransportError({ operation: "ping", reason: "Reset", phase: "headers", mayHaveReached })

/** One of each kind of failure. */
export const errors = {
  notAccepted: refusedAs("ping", "SessionNotAccepted", "001"),
  badCredentials: refusedAs("auth", "BadCredentials", "001"),
  frozen: refusedAs("ping", "AccountFrozen", "004"),
  lockedOut: refusedAs("ping", "IpLockdown", "007"),
  wrongApiId: refusedAs("auth", "InvalidApiId", "108"),
  unavailable: refusedAs("auth", "CredentialsUnavailable"),
  unknown: lost(true),
  unreached: lost(false),
  portal: new MalformedReply({ operation: "ping", reason: "NotSoap" }),
  busy: new ApiError({ operation: "ping", code: "901", description: "busy" }),
  fault: new SoapFault({ operation: "ping", faultCode: "Server", faultString: "" })
} as const satisfies Record<string, ExchangeError>

/** What happens next to a session that is in this state. */
export type Happening = (state: State, now: Instant) => Input

/** The session that there is, or one of so many logins or resets ago. */
export const leaseOf = ({ epoch, generation }: State, { logins = 0, resets = 0 }: Ago = {}): Lease => ({
  id,
  generation: generation - logins,
  epoch: epoch - resets
})

interface Ago {
  readonly logins?: number
  readonly resets?: number
}

type By = "ping" | "command"

export const demand =
  (underWay = false): Happening =>
  () => ({ _tag: "Demand", operation: "ping", underWay })

export const check: Happening = () => ({ _tag: "Check", operation: "ping" })

export const renew =
  (underWay = false): Happening =>
  () => ({ _tag: "Renew", underWay })

export const offer =
  (given: Credentials = credentials, { resets = 0 }: Ago = {}): Happening =>
  ({ epoch }) => ({ _tag: "Offer", epoch: epoch - resets, credentials: given, retry: false })

export const retryLogin =
  (given: Credentials = credentials): Happening =>
  ({ epoch }) => ({ _tag: "Offer", epoch, credentials: given, retry: true })

export const loggedIn =
  (given: Credentials = credentials, { resets = 0 }: Ago = {}, start?: Instant): Happening =>
  ({ epoch }, now) => ({ _tag: "LoggedIn", epoch: epoch - resets, credentials: given, id, start: start ?? now })

export const loginFailed =
  (error: ExchangeError, given: Credentials = credentials, { resets = 0 }: Ago = {}): Happening =>
  ({ epoch }) => ({ _tag: "LoginFailed", epoch: epoch - resets, credentials: given, error })

export const providerFailed =
  (error: ExchangeError = errors.unavailable): Happening =>
  ({ epoch }) => ({ _tag: "LoginFailed", epoch, credentials: undefined, error })

/** The same credentials were refused elsewhere. */
export const barred =
  (given: Credentials = credentials, { resets = 0 }: Ago = {}): Happening =>
  ({ epoch }) => ({ _tag: "Barred", epoch: epoch - resets, credentials: given, error: errors.badCredentials })

/** There is a session that was opened elsewhere, and used there so many seconds ago. */
export const adopted =
  (given: Credentials = credentials, { logins = 0, resets = 0 }: Ago = {}, idle = 0): Happening =>
  ({ epoch, generation }, now) => {
    const usedAt = at(now.wall / 1000 - idle)
    return {
      _tag: "Adopted",
      epoch: epoch - resets,
      instead: generation - logins,
      id,
      fingerprint: fingerprints.of(given),
      openedAt: usedAt,
      usedAt
    }
  }

export const loginEnded =
  ({ resets = 0 }: Ago = {}): Happening =>
  ({ epoch }) => ({ _tag: "LoginEnded", epoch: epoch - resets })

export const accepted =
  (by: By = "ping", ago?: Ago, start?: Instant): Happening =>
  (state, now) => ({ _tag: "Accepted", lease: leaseOf(state, ago), start: start ?? now, by })

export const failed =
  (error: ExchangeError, by: By = "ping", ago?: Ago): Happening =>
  (state) => ({ _tag: "Failed", lease: leaseOf(state, ago), error, by })

export const disowned =
  (ago?: Ago): Happening =>
  (state) => ({ _tag: "Disowned", lease: leaseOf(state, ago) })

export const retry: Happening = () => ({
  _tag: "Retry",
  operation: "ping",
  error: errors.unknown,
  delay: Duration.seconds(4)
})

export const replay: Happening = () => ({ _tag: "Replay" })
export const skip: Happening = () => ({ _tag: "Skip" })
/** The keep-alive found that the session was used elsewhere, so many seconds ago. */
export const skipElsewhere =
  (idle = 0): Happening =>
  (_, now) => ({ _tag: "Skip", usedAt: at(now.wall / 1000 - idle) })
export const detach: Happening = () => ({ _tag: "Detach" })
export const attach: Happening = () => ({ _tag: "Attach" })
export const breakdown: Happening = () => ({ _tag: "Break" })
export const reset: Happening = () => ({ _tag: "Reset" })
export const close: Happening = () => ({ _tag: "Close" })
