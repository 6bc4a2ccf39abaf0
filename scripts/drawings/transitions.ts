// What the session's machine does, found by trying it: every kind of input on sessions of every kind, in every phase.
import * as Credentials from "@effect-clickatell/core/Credentials"
import { ApiError, AuthFailed, TransportError } from "@effect-clickatell/core/Errors"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Struct from "effect/Struct"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import * as fingerprints from "../../packages/core/src/internal/session/machine/fingerprint.ts"
import { initial } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Lease, Phase, Rules, State } from "../../packages/core/src/internal/session/machine/state.ts"
import type { Input, Order } from "../../packages/core/src/internal/session/machine/step.ts"
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"

type PhaseName = Phase["_tag"]

export const phases: ReadonlyArray<PhaseName> = ["Idle", "Authenticating", "Ready", "Rejected", "Closed"]

const at = (seconds: number): Instant => ({ wall: seconds * 1000, monotonic: BigInt(seconds) * 1_000_000_000n })

const rules: Rules = {
  usable: 840_000,
  maxAge: Number.POSITIVE_INFINITY,
  budget: { spacing: 10_000, limit: 5, window: 300_000 }
}

const credentialsWith = (password: string) => Either.getOrThrow(Credentials.make({ apiId: "1", user: "u", password }))
const credentials = credentialsWith("p")
const refused = credentialsWith("refused")
const others = credentialsWith("others")
const id = Either.getOrThrow(SessionId.make("0".repeat(32)))

const notAccepted = new AuthFailed({ operation: "ping", reason: "SessionNotAccepted" })
const badCredentials = new AuthFailed({ operation: "auth", reason: "BadCredentials" })
const frozen = new AuthFailed({ operation: "ping", reason: "AccountFrozen" })
const busy = new ApiError({ operation: "ping", code: "901", description: "" })
const unreachable = new TransportError({
  operation: "ping",
  reason: "Connect",
  phase: "connect",
  mayHaveReached: false
})

type Happening = (state: State, now: Instant) => Input

const lease = ({ epoch, generation }: State): Lease => ({ id, epoch, generation })
const demand =
  (underWay: boolean): Happening =>
  () => ({ _tag: "Demand", operation: "ping", underWay })
const check: Happening = () => ({ _tag: "Check", operation: "ping" })
const renew: Happening = () => ({ _tag: "Renew", underWay: false })
const offer =
  (credentials: Credentials.Credentials, retry = false): Happening =>
  ({ epoch }) => ({ _tag: "Offer", epoch, credentials, retry })
const loggedIn: Happening = ({ epoch }, start) => ({ _tag: "LoggedIn", epoch, credentials, id, start })
const loginFailed =
  (error: AuthFailed | TransportError, given: Credentials.Credentials = credentials): Happening =>
  ({ epoch }) => ({ _tag: "LoginFailed", epoch, credentials: given, error })
const barred: Happening = ({ epoch }) => ({ _tag: "Barred", epoch, credentials: others, error: badCredentials })
const adopted: Happening = ({ epoch, generation }, now) => ({
  _tag: "Adopted",
  epoch,
  instead: generation,
  id,
  fingerprint: fingerprints.of(credentials),
  openedAt: now,
  usedAt: now
})
const loginEnded: Happening = ({ epoch }) => ({ _tag: "LoginEnded", epoch })
const accepted =
  (by: "ping" | "command"): Happening =>
  (state, start) => ({ _tag: "Accepted", lease: lease(state), start, by })
const failed =
  (error: ApiError | AuthFailed | TransportError, by: "ping" | "command"): Happening =>
  (state) => ({ _tag: "Failed", lease: lease(state), error, by })
const disowned: Happening = (state) => ({ _tag: "Disowned", lease: lease(state) })
const replay: Happening = () => ({ _tag: "Replay" })
const retry: Happening = () => ({ _tag: "Retry", operation: "ping", error: unreachable, delay: Duration.seconds(4) })
const skip: Happening = () => ({ _tag: "Skip" })
const skipElsewhere: Happening = (_, usedAt) => ({ _tag: "Skip", usedAt })
const detach: Happening = () => ({ _tag: "Detach" })
const attach: Happening = () => ({ _tag: "Attach" })
const breakdown: Happening = () => ({ _tag: "Break" })
const reset: Happening = () => ({ _tag: "Reset" })
const close: Happening = () => ({ _tag: "Close" })

/** Every input of the machine, with each payload that makes a difference, in words. */
const happenings = {
  "a call needs a session": demand(false),
  "a call needs one while a login is under way": demand(true),
  "a check": check,
  "a renewal is due": renew,
  "the provider gives credentials": offer(others),
  "it gives credentials that were refused": offer(refused),
  "a login is tried again": offer(others, true),
  "a login succeeds": loggedIn,
  "a login is refused": loginFailed(badCredentials),
  "a login fails otherwise": loginFailed(unreachable),
  "a login request is over": loginEnded,
  "the store has a session": adopted,
  "the store knows that the credentials are refused": barred,
  "a ping succeeds": accepted("ping"),
  "a command succeeds": accepted("command"),
  "the session is refused": failed(notAccepted, "command"),
  "a ping is told that the account is refused": failed(frozen, "ping"),
  "a command is told that the account is refused": failed(frozen, "command"),
  "no reply, or none that can be read": failed(unreachable, "command"),
  "a ping is told another error": failed(busy, "ping"),
  "a command is told another error": failed(busy, "command"),
  "a caller takes an error for a refusal": disowned,
  "a call is sent once more with a new session": replay,
  "an operation is tried again": retry,
  "the keep-alive finds the session used": skip,
  "the keep-alive finds it used elsewhere": skipElsewhere,
  "the keep-alive breaks": breakdown,
  "the store cannot be reached": detach,
  "the store can be reached again": attach,
  "a reset is asked for": reset,
  "the scope closes": close
} as const satisfies Readonly<Record<string, Happening>>

export type Cause = keyof typeof happenings

export const causes: ReadonlyArray<Cause> = Struct.keys(happenings)

/** A session of some kind at some moment. */
interface Sample {
  readonly state: State
  readonly now: Instant
}

const then =
  (...steps: ReadonlyArray<readonly [second: number, happening: Happening]>) =>
  (state: State): State =>
    steps.reduce(
      (before, [second, happening]) => machine.step(before, happening(before, at(second)), at(second), rules).state,
      state
    )

/** A renewal of the session before was refused, so that there are credentials which will not be sent again. */
const beginning = then(
  [0, offer(credentials)],
  [0, loggedIn],
  [400, loginFailed(badCredentials, refused)],
  [400, accepted("ping")],
  [1300, check]
)(initial)

const login = [
  [1300, offer(credentials)],
  [1300, loggedIn]
] as const
const stillborn = [...login, [1301, failed(notAccepted, "ping")]] as const
const second = [...stillborn, [1302, offer(credentials)], [1302, loggedIn]] as const

const begun = [[1300, offer(credentials)]] as const
const rejected = [...begun, [1300, loginFailed(badCredentials)]] as const

/** Sessions of every kind, and when they are looked at: soon after a login or later, and within their time or after it. */
const lives: ReadonlyArray<readonly [life: ReadonlyArray<readonly [second: number, Happening]>, now: number]> = [
  [[], 1300],
  [[...begun, [1301, loginEnded]], 1302],
  [stillborn, 1302],
  [begun, 1320],
  [begun, 1302],
  [login, 1320],
  [login, 1302],
  [[...login, [1301, accepted("ping")]], 1320],
  [second, 1303],
  [login, 2140],
  [[...login, [2135, offer(others)]], 2140],
  [rejected, 1320],
  [[...rejected, [1320, demand(false)]], 1321],
  [[[1300, close]], 1300]
]

// Each of them healthy, and then with a failure that nothing has made up for since.
const samples: ReadonlyArray<Sample> = lives.flatMap(([life, now]) => {
  const state = then(...life)(beginning)
  return [state, then([now, breakdown])(state)].map((state) => ({ state, now: at(now) }))
})

/** One thing that comes of an input in a phase. */
export interface Outcome {
  readonly cause: Cause
  readonly input: Input["_tag"]
  readonly from: PhaseName
  readonly to: PhaseName
  readonly order: string
  readonly events: ReadonlyArray<string>
}

const describe = (order: Order): string => (order._tag === "Fail" ? `${order._tag} ${order.error.reason}` : order._tag)

/** Everything that comes of every input on every sample. */
export const find = (): ReadonlyArray<Outcome> =>
  causes.flatMap((cause) =>
    samples.map(({ now, state }) => {
      const input = happenings[cause](state, now)
      const { events, order, state: after } = machine.step(state, input, now, rules)
      return {
        cause,
        input: input._tag,
        from: state.phase._tag,
        to: after.phase._tag,
        order: describe(order),
        events: events.map(({ _tag }) => _tag)
      }
    })
  )
