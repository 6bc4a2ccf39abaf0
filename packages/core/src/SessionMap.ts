/**
 * The sessions of many accounts, each kept as `Session` keeps one, for little more than what there is to remember of it.
 *
 * @since 0.1.0
 */
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import type { Credentials } from "./Credentials.ts"
import { Keeper } from "./internal/session/keepAlive/keeper.ts"
import { Scheduler } from "./internal/session/keepAlive/scheduler.ts"
import * as keepAlive from "./internal/session/keepAlive/settings.ts"
import { Calls } from "./internal/session/calls.ts"
import { Accounts } from "./internal/session/map/accounts.ts"
import { Audience } from "./internal/session/map/audience.ts"
import { Door } from "./internal/session/map/door.ts"
import * as limits from "./internal/session/map/limits.ts"
import * as rules from "./internal/session/rules.ts"
import * as shared from "./internal/session/shared.ts"
import type * as KeepAlive from "./KeepAlive.ts"
import type * as Session from "./Session.ts"
import type { SessionEvent } from "./SessionEvent.ts"
import * as Setting from "./Setting.ts"
import { Transport } from "./Transport.ts"

/**
 * How the sessions are kept; what is said of one `Session` holds for each of them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<K, E = never, R = never> extends Omit<
  Session.Options<E, R>,
  "credentials" | "name" | "eager"
> {
  /** The credentials of one account, read anew for each of its logins, and given up after 30 seconds; what it fails with goes nowhere. */
  readonly credentials: (key: K) => Effect.Effect<Credentials, E, R>
  /** How each is kept alive from its first login on, the first ping being due after a fifth of the interval at the earliest; `false` keeps none alive. */
  readonly keepAlive?: KeepAlive.Options | false | undefined
  /** When an account is let go, from the last call of its owner: 24 hours by default. One that is rejected, that is in use or whose login budget counts a login is kept for as long again. */
  readonly idleTimeToLive?: Duration.DurationInput | undefined
  /** What all of them together may ask of the service: 16 `logins` at once, any number of them in a minute, and 64 `pings` of the keep-alive at once by default. */
  readonly limits?: limits.Options | undefined
  /** Names an account in logs and metrics, where each name is a time series of its own; none is named by default. */
  readonly label?: ((key: K) => string) | undefined
}

/**
 * The sessions of the accounts that were called, by their keys.
 *
 * Keys are compared as by `Equal`: text and numbers by value, and so the values of `Data`.
 *
 * @since 0.1.0
 * @category models
 */
export interface SessionMap<in out K> {
  /**
   * The session of an account, which is nothing yet until it is used; one that was let go or removed begins anew when it is.
   *
   * Its members are accessors, so that a session which is held takes no room: to wrap one, name the members and do not spread it.
   */
  readonly get: (key: K) => Session.Session["Type"]
  /** Closes the session of an account, and forgets all but the logins that its budget counts. */
  readonly remove: (key: K) => Effect.Effect<void>
  /** How many accounts there are. */
  readonly size: Effect.Effect<number>
  /** How many there are, how many have a session that may be used now, and how many are degraded (with a session or without) or rejected. */
  readonly status: Effect.Effect<{
    readonly sessions: number
    readonly ready: number
    readonly degraded: number
    readonly rejected: number
  }>
  /** The events of all of them from when the stream is run until the map's scope closes; a slow reader loses the oldest beyond 1,024. */
  readonly events: Stream.Stream<readonly [key: K, event: SessionEvent]>
}

/**
 * The sessions of many accounts for as long as the scope is open: nothing is sent before an account's first use.
 *
 * Fails with a `ConfigError` that names what is wrong when times or limits cannot hold together.
 *
 * @example
 * ```ts
 * import { Credentials, SessionMap } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const sessions = yield* SessionMap.make({
 *     credentials: (tenant: string) => Credentials.make({ apiId: "123456", user: tenant, password: "demo" }),
 *     limits: { logins: 8 }
 *   })
 *   yield* sessions.get("north").ping
 *   yield* sessions.get("south").ping
 *   assert.deepEqual(yield* sessions.status, { sessions: 2, ready: 2, degraded: 0, rejected: 0 })
 * }).pipe(
 *   Effect.scoped,
 *   Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer({ credentials: "any" })))
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = Effect.fnUntraced(function* <K, E, R>(
  options: Options<K, E, R>
): Effect.fn.Return<SessionMap<K>, ConfigError.ConfigError, Transport | R | Scope.Scope> {
  const transport = yield* Transport
  const set = yield* decode(options, transport)
  const settings = {
    rules: set.rules,
    policies: shared.policies(options),
    transport,
    admit: limits.admission(set.limits, yield* Effect.clock)
  }
  // Only this map's accounts ask for credentials, and so each key is one of its own.
  const own = yield* shared.make(settings, (key) => options.credentials(key as K))
  const scheduler = new Scheduler(own.clock, yield* Effect.runtime(), {
    ping: set.limits.pings,
    login: set.limits.logins
  })
  const care = set.keepAlive === undefined ? undefined : { settings: set.keepAlive, scheduler }
  const audience = new Audience<K>(own)
  const accounts = new Accounts<K>({
    shared: own,
    audience,
    label: options.label,
    keep: (engine) => (care === undefined ? undefined : new Keeper(engine, care)),
    idleTimeToLive: set.idleTimeToLive
  })
  yield* Effect.addFinalizer(() =>
    Effect.ensuring(
      accounts.close,
      Effect.sync(() => audience.close())
    )
  )
  yield* Effect.addFinalizer(() => Effect.suspend(() => Fiber.interruptAll(scheduler.close())))
  // The map may be made where nothing can interrupt.
  yield* Effect.forkScoped(Effect.interruptible(accounts.sweep))
  return {
    get: (key) => new Calls(new Door(accounts, key)),
    remove: (key) => accounts.remove(key),
    size: Effect.sync(() => accounts.size),
    status: Effect.sync(() => accounts.status),
    events: audience.events
  }
})

const decode = <K, E, R>(options: Options<K, E, R>, transport: Transport["Type"]) =>
  Either.gen(function* () {
    const ofSession = yield* rules.decode(options)
    const { idleTimeToLive = "24 hours", keepAlive: kept = {} } = options
    return {
      rules: ofSession,
      limits: yield* limits.decode(options.limits ?? {}),
      keepAlive:
        kept === false ? undefined : yield* keepAlive.decode(kept, ofSession, transport, keepAlive.whenIdleSpread),
      idleTimeToLive: Duration.toMillis(yield* Setting.duration("idleTimeToLive", idleTimeToLive))
    }
  })
