/**
 * The Clickatell SOAP service as a value: it answers, sends, forgets and breaks as the real one does, on the test's clock.
 *
 * It is one account, or as many as its options say. Time is the `Clock`'s, so that under `TestClock` a session lives 15 virtual
 * minutes; ids come from a generator that is seeded by `Random` when the layer is built.
 *
 * @since 0.1.0
 */
import type { Style } from "@effect-clickatell/core/Envelope"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import type { Fault } from "./Fault.ts"
import type * as amount from "./internal/amount.ts"
import type * as commands from "./internal/commands.ts"
import type * as directory from "./internal/directory.ts"
import * as emulator from "./internal/emulator.ts"
import type * as exchange from "./internal/exchange.ts"
import type * as logs from "./internal/log.ts"
import type * as messages from "./internal/messages.ts"
import type * as parameters from "./internal/parameters.ts"
import type * as quota from "./internal/quota.ts"
import type * as sessions from "./internal/sessions.ts"
import type * as settings from "./internal/settings.ts"
import * as transport from "./internal/transport.ts"
import type { Outcome } from "./Outcome.ts"
import type { Script } from "./Script.ts"

/**
 * What becomes of the connection: `Whole`, a complete response; `Half`, part of one, then closed or silent; `None`; or `Broken`,
 * a failure that only a transport can have.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer = exchange.Answer

/**
 * One request in the log, without any secret: when it came (milliseconds on the clock), what for, in whose session, how it ended.
 *
 * `session` is the ordinal of the login that made its id, or 0; `outcome` is `OK`, `ERR 001`, `Fault`, the `kind` of a fault,
 * `reply` for a text in no documented form, and `waiting` while a `Decide` is at work. Both texts are cut after 64 characters.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = logs.Entry

/**
 * One request as the service sees it: its operation, the ordinal of the login that made its session (or 0), its parameters by
 * name and the whole document; secrets stand there as they came.
 *
 * @since 0.1.0
 * @category models
 */
export type Request = exchange.Request

/**
 * Says what goes wrong with a request, or `undefined` for nothing; the request waits, and its command with it, until that is said.
 *
 * @since 0.1.0
 * @category models
 */
export type Decide = exchange.Decide

/**
 * The parameters of a request by name: `get` has the first of a name, and `all` each of a list such as the `to` of `sendmsg`.
 *
 * @since 0.1.0
 * @category models
 */
export type Parameters = parameters.Parameters

/**
 * What an operation of your own answers to its parameters and to this account: one record, or several.
 *
 * Several are an array in RPC/encoded and repeated elements in document/literal; in place of a command of the contract, one is
 * written as that has it.
 *
 * @since 0.1.0
 * @category models
 */
export type Say = commands.Say

/**
 * Credits: a number, or an exact decimal.
 *
 * @since 0.1.0
 * @category models
 */
export type Amount = amount.Amount

/**
 * So many messages in each period, the first of which begins when the quota is set.
 *
 * @since 0.1.0
 * @category models
 */
export type Quota = quota.Allowance

/**
 * The password of the account of this API id and user, or `undefined` where there is none: for more accounts than a list holds.
 *
 * @since 0.1.0
 * @category models
 */
export type PasswordOf = directory.PasswordOf

/**
 * A message that the service took, to one recipient, as it is at the moment when it is asked for.
 *
 * `at` is in milliseconds on the clock, `charge` in credits, `content` the text or the hexadecimal digits of `data`.
 *
 * @since 0.1.0
 * @category models
 */
export type Message = messages.Message

/**
 * A session that is alive: the ordinal of its login, whose it is, the first four letters of its id, and for how long it has not
 * been used and would still live, both in milliseconds.
 *
 * @since 0.1.0
 * @category models
 */
export type OpenSession = sessions.OpenSession

/**
 * How the service is set up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends settings.Settings {
  /** Operations beside the documented ones, or in their place; none by default. */
  readonly commands?: Readonly<Record<string, Say>> | undefined
  /** The id of each session by the ordinal of its login, from 1; 32 random hexadecimal digits by default. */
  readonly sessionId?: ((login: number) => string) | undefined
  /** What is to go wrong, step by step; nothing by default. */
  readonly script?: Script | undefined
  /** How many entries of the log are kept, the newest; 10,000 by default. */
  readonly log?: number | undefined
}

/**
 * How often a fault strikes, and whom.
 *
 * @since 0.1.0
 * @category models
 */
export interface FailOptions {
  /** The name of the operation that it waits for; `any`, which is every request, by default. */
  readonly operation?: string | undefined
  /** How many requests it strikes; one by default, and all until `calm` where it is `Infinity`. */
  readonly times?: number | undefined
}

/**
 * What can be done to an account and is known of it, or to all accounts at once and of them together.
 *
 * @since 0.1.0
 * @category models
 */
export interface Levers {
  /** Forgets every session. */
  readonly expireSessions: Effect.Effect<void>
  /** From here on the account is frozen (004), until `unfreeze`. */
  readonly freeze: Effect.Effect<void>
  readonly unfreeze: Effect.Effect<void>
  /** Changes the password that `auth` accepts; sessions live on. */
  readonly setPassword: (password: string | Redacted.Redacted<string>) => Effect.Effect<void>
  /** While `true`, `auth` succeeds and every session, the newest included, is refused (001). */
  readonly refuseSessions: (refuse: boolean) => Effect.Effect<void>
  /** What there is to pay messages from, from here on. */
  readonly setBalance: (balance: Amount) => Effect.Effect<void>
  /** How many messages may be sent (130), from here on; without end if nothing is given. */
  readonly setQuota: (quota?: Quota) => Effect.Effect<void>
  /** Which prefixes are routed, and what a part of a message to them costs. */
  readonly setCoverage: (coverage: Readonly<Record<string, Amount>>) => Effect.Effect<void>
  /** The statuses of messages that are sent from here on. */
  readonly setStatuses: (statuses: Readonly<Record<string, Duration.DurationInput>>) => Effect.Effect<void>
  /** What becomes of messages to a number that are sent from here on; the same as of others if nothing is given. */
  readonly setNumber: (number: string, outcome?: Outcome) => Effect.Effect<void>
  /** How many sessions are alive. */
  readonly sessions: Effect.Effect<number>
  /** Those sessions, masked, the oldest login first. */
  readonly openSessions: Effect.Effect<ReadonlyArray<OpenSession>>
  /** The messages that were taken and are still kept, the oldest first. */
  readonly messages: Effect.Effect<ReadonlyArray<Message>>
  /** How many logins succeeded; of all accounts together it is the ordinal of the newest session. */
  readonly logins: Effect.Effect<number>
}

/**
 * The emulated service, with the levers that the real one keeps out of reach.
 *
 * @example
 * ```ts
 * import { Credentials, Session } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const emulator = yield* Emulator.Emulator
 *   const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 *   const session = yield* Session.make({ credentials })
 *   yield* session.ping
 *   yield* emulator.expireSessions
 *   yield* session.ping
 *   assert.equal(yield* emulator.logins, 2)
 * }).pipe(Effect.scoped, Effect.provide(Layer.provideMerge(Emulator.layerTransport(), Emulator.layer())))
 * ```
 *
 * @since 0.1.0
 * @category tags
 */
export class Emulator extends Context.Tag("@effect-clickatell/testing/Emulator")<
  Emulator,
  Levers & {
    /** Deals with the bytes of one request: for a transport, in memory or over HTTP. */
    readonly handle: (request: Uint8Array) => Effect.Effect<Answer>
    /** The levers of one account; those beside it act on all. */
    readonly account: (which: Pick<directory.Listed, "apiId" | "user">) => Levers
    /** From here on the client's address is locked out (007), until `unlockIp`. */
    readonly lockIp: Effect.Effect<void>
    readonly unlockIp: Effect.Effect<void>
    /**
     * Queues a fault; each request takes the first one in the queue that is for it, and only then looks at the script.
     *
     * One of `times: Infinity` strikes where no other in the queue does; of several such, the newest.
     */
    readonly fail: (fault: Fault | Decide, options?: FailOptions) => Effect.Effect<void>
    /** Lifts the faults of `times: Infinity` that were given for this operation, `any` by default. */
    readonly calm: (operation?: string) => Effect.Effect<void>
    /** Every request so far, or the newest of them, in the order in which they came. */
    readonly log: Effect.Effect<ReadonlyArray<Entry>>
  }
>() {}

/**
 * An emulator of its own for each place where the layer is built.
 *
 * @example
 * ```ts
 * import { Emulator, Outcome } from "@effect-clickatell/testing"
 *
 * // Fifty credits, sessions that live for a minute, and one number that is blocked.
 * const numbers = { "4915112345678": Outcome.blocked }
 * export const Service = Emulator.layer({ balance: 50, sessionLife: "1 minute", numbers })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Emulator> => Layer.effect(Emulator, emulator.make(options))

/**
 * How the in-memory transport is set up.
 *
 * @since 0.1.0
 * @category models
 */
export interface TransportOptions {
  /** `document-literal` by default. */
  readonly style?: Style | undefined
  /** The longest that one request takes; 15 seconds by default. */
  readonly deadline?: Duration.DurationInput | undefined
  /** How long each request is on its way to the service; none by default. */
  readonly latency?: Duration.DurationInput | undefined
}

/**
 * The emulator as a `Transport` without any network: works under `TestClock` and fails as the HTTP transport would.
 *
 * @example
 * ```ts
 * import { Emulator } from "@effect-clickatell/testing"
 *
 * // In place of `HttpTransport`, in the other style and with a slow network.
 * export const Transport = Emulator.layerTransport({ style: "rpc-encoded", latency: "200 millis" })
 * ```
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTransport = (options: TransportOptions = {}): Layer.Layer<Transport, never, Emulator> =>
  Layer.effect(
    Transport,
    Effect.map(Emulator, ({ handle }) => {
      const { deadline = "15 seconds", latency = 0, style = "document-literal" } = options
      const late = Duration.greaterThan(latency, 0)
        ? (request: Uint8Array) => Effect.delay(handle(request), latency)
        : handle
      return transport.make(late, style, Duration.decode(deadline))
    })
  )
