import type * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import type * as LogLevel from "effect/LogLevel"
import type * as MetricLabel from "effect/MetricLabel"
import * as Runtime from "effect/Runtime"
import type { Credentials } from "../../Credentials.ts"
import type { AuthFailed } from "../../Errors.ts"
import * as Retry from "../../Retry.ts"
import type { Transport } from "../../Transport.ts"
import * as guests from "./guests.ts"
import type { Rules } from "./machine/state.ts"
import * as origin from "./origin.ts"
import * as provider from "./provider.ts"
import type { Store } from "./store/port.ts"
import { SessionStore } from "./store/reference.ts"

/** What a program has set for its sessions. */
interface Settings {
  readonly rules: Rules
  /** When a login is tried again, and when a ping or an idempotent command is. */
  readonly policies: { readonly login: Retry.Policy; readonly idempotent: Retry.Policy }
  readonly transport: Transport["Type"]
  /** Holds a login request back until it may go out. */
  readonly admit: Admit
}

/** The policies of these options: a session and a map have the same ones by default. */
export const policies = (options: {
  readonly loginRetry?: Retry.Policy | undefined
  readonly retry?: Retry.Policy | undefined
}): Settings["policies"] => ({
  login: options.loginRetry ?? Retry.login,
  idempotent: options.retry ?? Retry.idempotent
})

/** Runs a login request when it may go out, or as soon as it is seen that nobody wants it any more. */
export type Admit = <A, E>(login: Effect.Effect<A, E>, isWanted: () => boolean) => Effect.Effect<A, E>

/** Starts a fiber in the context in which the sessions were made. */
export type Fork = <A>(effect: Effect.Effect<A>) => Fiber.RuntimeFiber<A>

/** What sessions that are made together share. */
export interface Shared extends Settings {
  /** Asks for the credentials of the session with this key, as a guest of that session. */
  readonly ask: (
    key: unknown,
    host: guests.Host,
    around: provider.Around
  ) => Fiber.RuntimeFiber<Exit.Exit<Credentials, AuthFailed>>
  readonly clock: Clock.Clock
  /** Starts a fiber with the next turn. */
  readonly fork: Fork
  /** Starts a fiber at once. */
  readonly start: Fork
  readonly leastLevel: LogLevel.LogLevel
  readonly labels: ReadonlyArray<MetricLabel.MetricLabel>
  /** Where the sessions are known beyond this process. */
  readonly store: Store | undefined
}

/** Whatever is done for all callers runs in the context of this moment, and not in a caller's. */
export const make = <E, R>(
  settings: Settings,
  credentials: (key: unknown) => Effect.Effect<Credentials, E, R>
): Effect.Effect<Shared, never, R> =>
  Effect.zipWith(origin.runtime<R>(), Effect.clock, (own, clock) => ({
    ...settings,
    ask: (key, host, around) => {
      // The mark of a guest goes inside the context, which may itself have been taken from a guest.
      const asking = guests.host(
        host,
        Effect.suspend(() => credentials(key))
      )
      // What the provider fails with is the host's and may hold a secret: it stays here.
      return Runtime.runFork(own, around(Effect.mapError(asking, provider.explain)))
    },
    clock,
    fork: (effect) => Runtime.runFork(own, effect, { immediate: false }),
    start: (effect) => Runtime.runFork(own, effect),
    store: Context.get(own.context, SessionStore),
    leastLevel: FiberRefs.getOrDefault(own.fiberRefs, FiberRef.currentMinimumLogLevel),
    labels: FiberRefs.getOrDefault(own.fiberRefs, FiberRef.currentMetricLabels)
  }))
