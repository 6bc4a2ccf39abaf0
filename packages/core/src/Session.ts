/**
 * A session that is kept for its callers: opened on first use, renewed when it is lost, and never opened twice.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import * as Command from "./Command.ts"
import type { Credentials } from "./Credentials.ts"
import type { ExchangeError, InvalidParameters } from "./Errors.ts"
import { AuthFailed } from "./Errors.ts"
import type { Limits } from "./internal/loginBudget.ts"
import * as observer from "./internal/observer.ts"
import * as retrying from "./internal/retrying.ts"
import type { Cell } from "./internal/sessionCell.ts"
import * as sessionCell from "./internal/sessionCell.ts"
import * as sessionLogin from "./internal/sessionLogin.ts"
import type { Lease, Life } from "./internal/sessionState.ts"
import * as machine from "./internal/sessionState.ts"
import * as setting from "./internal/setting.ts"
import * as singleFlight from "./internal/singleFlight.ts"
import * as telemetry from "./internal/telemetry.ts"
import { Ping } from "./Ping.ts"
import * as Retry from "./Retry.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import type { SessionId } from "./SessionId.ts"
import type { SessionStatus } from "./SessionStatus.ts"
import { Transport } from "./Transport.ts"

/**
 * How a session is kept; every time is checked when the layer is built.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<E = never, R = never> {
  /** Names the session in logs and metrics: `default` by default. */
  readonly name?: string | undefined
  /** Read anew for each login, so that credentials can be rotated; its own failure is not sent anywhere and not kept. */
  readonly credentials: Effect.Effect<Credentials, E, R>
  /** How long the service keeps an unused session: 15 minutes by its documentation. */
  readonly life?: Duration.DurationInput | undefined
  /** How long before its end a session is no longer trusted: 60 seconds by default. */
  readonly margin?: Duration.DurationInput | undefined
  /** The age at which a session is given up at its next use, however busy; unlimited by default. */
  readonly maxAge?: Duration.DurationInput | undefined
  /** One login in `spacing` (10 seconds) and `limit` requests (5) in `window` (5 minutes); a refused session may be replaced at once. */
  readonly loginBudget?:
    | {
        readonly spacing?: Duration.DurationInput | undefined
        readonly limit?: number | undefined
        readonly window?: Duration.DurationInput | undefined
      }
    | undefined
  /** When a login whose outcome is unknown is tried again: `Retry.login` by default. */
  readonly loginRetry?: Retry.Policy | undefined
  /** When a ping or an idempotent command is sent again: `Retry.idempotent` by default. */
  readonly retry?: Retry.Policy | undefined
  /** Whether to log in when the layer is built, in the background, instead of on first use; `false` by default. */
  readonly eager?: boolean | undefined
}

/**
 * One account's session, shared by everything that needs it.
 *
 * @since 0.1.0
 * @category tags
 */
export class Session extends Context.Tag("@effect-clickatell/core/Session")<
  Session,
  {
    /**
     * Hands the id to an effect of the caller's own, and once more, with a new id, when the service refused it.
     *
     * Success counts as use of the session. A refusal is an `AuthFailed` with the reason `SessionNotAccepted`, or what
     * `refused` recognises among the caller's own errors; a second one is `AuthFailed`, reason `SessionFlapping`.
     * The effect ends with the session, and what it forks as its child ends with it.
     */
    readonly use: <A, E, R>(
      f: (id: SessionId) => Effect.Effect<A, E, R>,
      refused?: (error: E) => boolean
    ) => Effect.Effect<A, E | ExchangeError, R>
    /** Runs a command; it is sent again after a refusal of the session, and otherwise only if it is idempotent. */
    readonly execute: <A, E extends InvalidParameters>(
      command: Command.Command<A, E>
    ) => Effect.Effect<A, E | ExchangeError>
    /** Pings the session; callers who ask while a ping is under way share its outcome. */
    readonly ping: Effect.Effect<void, ExchangeError>
    /** Pings the session once if there is one; never logs in, never retries, never replays. */
    readonly check: Effect.Effect<void, ExchangeError>
    /** Makes sure that there is a session, with the retries given here or those of the options. */
    readonly open: (retry?: Retry.Policy) => Effect.Effect<void, ExchangeError>
    /** Forgets the session, a rejection and the login budget, so that the next use logs in. */
    readonly reset: Effect.Effect<void>
    /** Reads what is known, without a request. */
    readonly status: Effect.Effect<SessionStatus>
    /** The status now and after each event. */
    readonly changes: Stream.Stream<SessionStatus>
    /** The events from now on, `Closed` last; a slow reader loses the oldest beyond 1,024. */
    readonly events: Stream.Stream<SessionEvent>
    /** Adds an event of a layer that acts on this session, such as `KeepAlive`. */
    readonly publish: (event: SessionEvent) => Effect.Effect<void>
    /** The time for which an unused session is trusted, and the longest that one exchange takes. */
    readonly limits: { readonly usable: Duration.Duration; readonly exchange: Duration.Duration }
  }
>() {}

/**
 * Keeps a session for as long as the scope is open; nothing is sent before first use unless `eager` is set.
 *
 * Fails with a `ConfigError` that names both numbers when the times cannot hold together.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E, R>(options: Options<E, R>): Layer.Layer<Session, ConfigError.ConfigError, Transport | R> =>
  Layer.scoped(Session, make(options))

/**
 * The effect behind `layer`, for programs that hold several sessions: each is independent of the others.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <E, R>(
  options: Options<E, R>
): Effect.fn.Return<Session["Type"], ConfigError.ConfigError, Transport | R | Scope.Scope> {
  const transport = yield* Transport
  const { budget, life } = yield* decode(options)
  const observe = observer.make(options.name ?? "default")
  const cell = yield* sessionCell.make(life, observe)
  const { ended, scope } = yield* lifetime(cell)
  // What the provider failed with is the host's and may hold a secret: it stays there.
  const credentials = Effect.mapError(
    Effect.provide(options.credentials, yield* Effect.context<R>()),
    () => new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" })
  )
  const login = sessionLogin.make({ cell, life, budget, credentials, transport, observer: observe })
  const logins = singleFlight.make<Lease, ExchangeError>(scope)
  const pings = singleFlight.make<void, ExchangeError>(scope)
  const retried = retrying.make(cell, options.retry ?? Retry.idempotent)

  // Interruptible even where the caller is not, as in a finalizer: the loser of a race is waited for.
  const end = Effect.interruptible(Deferred.await(ended))
  const untilEnded = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.raceFirst(effect, end)

  const acquire = (retry: Retry.Policy = options.loginRetry ?? Retry.login) =>
    Effect.flatMap(cell.read, ([state, now]) => {
      const lease = machine.lease(state, now, life)
      return lease === undefined ? untilEnded(logins(0, login(retry))) : Effect.succeed(lease)
    })

  const exchange = <A, E, R>(operation: string, { generation }: Lease, effect: Effect.Effect<A, E, R>) =>
    Effect.flatMap(cell.read, ([state, start]) =>
      Effect.zipRight(
        machine.require(state, start, life, operation, generation),
        Effect.tapBoth(effect, {
          onFailure: (error) => cell.advance((state, now) => machine.failed(state, error, generation, now)),
          onSuccess: () => cell.advance((state, now) => machine.accepted(state, generation, start, now))
        })
      )
    )

  // The id is read and the envelope built for each attempt: a replay with the old id would be refused for ever.
  const replaying = <A, E, R>(
    attempt: (lease: Lease) => Effect.Effect<A, E | AuthFailed, R>
  ): Effect.Effect<A, E | ExchangeError, R> =>
    acquire().pipe(
      Effect.flatMap((first) =>
        Effect.catchIf(attempt(first), machine.isRefusal, () =>
          Effect.zipRight(observe.replayed, acquire()).pipe(
            Effect.flatMap(attempt),
            Effect.mapError((error) => (machine.isRefusal(error) ? machine.flapping(error) : error))
          )
        )
      )
    )

  const pinged = (lease: Lease) =>
    exchange("ping", lease, Command.exchange(Ping, lease.id)).pipe(
      Effect.provideService(Transport, transport),
      Effect.tap(() => cell.advance((state, now) => machine.pinged(state, lease.generation, now))),
      Effect.tapError(observe.pingFailed),
      (ping) => pings(lease.generation, ping)
    )

  const call = <A, E>(operation: string, effect: Effect.Effect<A, E>) =>
    telemetry.call(operation, transport.server, untilEnded(effect))

  const execute = <A, E extends InvalidParameters>(
    command: Command.Command<A, E>
  ): Effect.Effect<A, E | ExchangeError> => {
    const attempt = (lease: Lease) =>
      exchange(command.operation, lease, Command.exchange(command, lease.id)).pipe(
        Effect.provideService(Transport, transport)
      )
    // Parameters that cannot be sent are no reason to log in.
    return Effect.zipRight(
      command.parameters,
      call(
        command.operation,
        replaying((lease) => (command.idempotent ? retried(attempt(lease)) : attempt(lease)))
      )
    )
  }

  if (options.eager === true) yield* Effect.forkIn(Effect.ignore(acquire()), scope)

  return {
    use: (f, refused) => untilEnded(replaying((lease) => exchange("use", lease, recognised(f(lease.id), refused)))),
    execute,
    ping: call(
      "ping",
      replaying((lease) => retried(pinged(lease)))
    ),
    check: call(
      "ping",
      cell.read.pipe(
        Effect.flatMap(([state, now]) => machine.require(state, now, life, "ping")),
        Effect.flatMap(pinged)
      )
    ),
    open: (retry) => Effect.asVoid(acquire(retry)),
    reset: cell.advance(machine.reset),
    status: cell.status,
    changes: cell.changes,
    events: cell.events,
    publish: cell.publish,
    limits: { usable: Duration.millis(life.usable), exchange: transport.deadline }
  }
})

const recognised = <A, E, R>(effect: Effect.Effect<A, E, R>, refused: ((error: E) => boolean) | undefined) =>
  refused === undefined
    ? effect
    : Effect.mapError(effect, (error) =>
        refused(error) ? new AuthFailed({ operation: "use", reason: "SessionNotAccepted" }) : error
      )

// Callers are told before the fibers end, so that they fail with a reason instead of being interrupted.
const lifetime = Effect.fnUntraced(function* (cell: Cell) {
  const ended = yield* Deferred.make<never, AuthFailed>()
  const scope = yield* Effect.acquireRelease(Scope.make(), (scope, exit) =>
    cell
      .advance(machine.closed)
      .pipe(
        Effect.zipRight(Deferred.fail(ended, new AuthFailed({ operation: "session", reason: "SessionClosed" }))),
        Effect.zipRight(Scope.close(scope, exit))
      )
  )
  return { ended, scope }
})

const decode = (options: Options<unknown, unknown>): Either.Either<Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const life = yield* setting.duration("session life", options.life ?? "15 minutes")
    const margin = yield* setting.duration("session margin", options.margin ?? "60 seconds")
    const { limit = 5, spacing = "10 seconds", window = "5 minutes" } = options.loginBudget ?? {}
    if (Duration.greaterThanOrEqualTo(margin, life)) {
      return yield* setting.refuse(
        "session margin",
        `the session margin of ${Duration.format(margin)} leaves nothing of a session life of ${Duration.format(life)}: make it shorter`
      )
    }
    return {
      life: {
        usable: Duration.toMillis(life) - Duration.toMillis(margin),
        maxAge:
          options.maxAge === undefined
            ? Number.POSITIVE_INFINITY
            : Duration.toMillis(yield* setting.duration("session maxAge", options.maxAge))
      },
      budget: {
        limit: yield* setting.count("login budget limit", limit),
        spacing: Duration.toMillis(yield* setting.duration("login budget spacing", spacing)),
        window: Duration.toMillis(yield* setting.duration("login budget window", window))
      }
    }
  })

interface Settings {
  readonly life: Life
  readonly budget: Limits
}
