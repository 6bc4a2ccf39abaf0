/**
 * The Clickatell SOAP service as a value: it answers, forgets sessions and breaks as the real one does, on the test's clock.
 *
 * It is one account. Time is the `Clock`'s, so that under `TestClock` a session lives 15 virtual minutes; ids come from a
 * generator that is seeded by `Random` when the layer is built.
 *
 * @since 0.1.0
 */
import type * as Credentials from "@effect-clickatell/core/Credentials"
import type { Style } from "@effect-clickatell/core/Envelope"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redacted from "effect/Redacted"
import * as Ref from "effect/Ref"
import type { Fault } from "./Fault.ts"
import * as exchange from "./internal/exchange.ts"
import * as service from "./internal/service.ts"
import * as soap from "./internal/soap.ts"
import * as transport from "./internal/transport.ts"
import type { Action, On, Script } from "./Script.ts"

/**
 * What becomes of the connection: `Whole`, a complete response; `Half`, part of one, then closed or silent; or `None`.
 *
 * @since 0.1.0
 * @category models
 */
export type Answer = exchange.Answer

/**
 * One request in the log, without any secret: when it came (milliseconds on the clock), what for, in whose session, how it ended.
 *
 * `session` is the ordinal of the login that made its id, or 0; `outcome` is `OK`, `ERR 001`, `Fault` or the `kind` of a fault.
 *
 * @since 0.1.0
 * @category models
 */
export type Entry = exchange.Entry

/**
 * How the account is set up.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** What `auth` accepts; API id `"123456"`, user `"demo"` and password `"demo"` by default. */
  readonly credentials?: Parameters<typeof Credentials.make>[0] | undefined
  /** How long a session lives from its last accepted command; 15 minutes by default. */
  readonly sessionLife?: Duration.DurationInput | undefined
  /** What `getbalance` says; 123.4 by default. */
  readonly balance?: number | undefined
  /** What is to go wrong, step by step; nothing by default. */
  readonly script?: Script | undefined
}

/**
 * How often a fault strikes, and whom.
 *
 * @since 0.1.0
 * @category models
 */
export interface FailOptions {
  /** The operation that it waits for; any request by default. */
  readonly operation?: typeof On.Type | undefined
  /** How many requests it strikes; one by default. */
  readonly times?: number | undefined
}

/**
 * The emulated service, with the levers that the real one keeps out of reach.
 *
 * @since 0.1.0
 * @category tags
 */
export class Emulator extends Context.Tag("@effect-clickatell/testing/Emulator")<
  Emulator,
  {
    /** Deals with the bytes of one request: for a transport, in memory or over HTTP. */
    readonly handle: (request: Uint8Array) => Effect.Effect<Answer>
    /** Forgets every session. */
    readonly expireSessions: Effect.Effect<void>
    /** From here on the account is frozen (004), until `unfreeze`. */
    readonly freeze: Effect.Effect<void>
    readonly unfreeze: Effect.Effect<void>
    /** From here on the client's address is locked out (007), until `unlockIp`. */
    readonly lockIp: Effect.Effect<void>
    readonly unlockIp: Effect.Effect<void>
    /** Changes the password that `auth` accepts; sessions live on. */
    readonly setPassword: (password: string | Redacted.Redacted<string>) => Effect.Effect<void>
    /** While `true`, `auth` succeeds and every session, the newest included, is refused (001). */
    readonly refuseSessions: (refuse: boolean) => Effect.Effect<void>
    /** Queues a fault; each request takes the first one in the queue that is for it, and only then looks at the script. */
    readonly fail: (fault: Fault, options?: FailOptions) => Effect.Effect<void>
    /** Every request so far, in the order in which they came. */
    readonly log: Effect.Effect<ReadonlyArray<Entry>>
    /** How many sessions are alive. */
    readonly sessions: Effect.Effect<number>
  }
>() {}

/**
 * An emulator of its own for each place where the layer is built.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = (options: Options = {}): Layer.Layer<Emulator> => Layer.effect(Emulator, make(options))

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
}

/**
 * The emulator as a `Transport` without any network: works under `TestClock` and fails as the HTTP transport would.
 *
 * @since 0.1.0
 * @category layers
 */
export const layerTransport = (options: TransportOptions = {}): Layer.Layer<Transport, never, Emulator> =>
  Layer.effect(
    Transport,
    Effect.map(Emulator, ({ handle }) =>
      transport.make(handle, options.style ?? "document-literal", Duration.decode(options.deadline ?? "15 seconds"))
    )
  )

const make = (options: Options): Effect.Effect<Emulator["Type"]> =>
  Effect.gen(function* () {
    // Its own generator: what a client draws must not depend on what the service draws.
    const random = Random.make(yield* Random.nextInt)
    const state = yield* Ref.make(initial(options))
    const act = (action: Action) => Ref.update(state, (it) => ({ ...it, account: service.act(it.account, action) }))
    return {
      handle: (request) => handle(state, random, request),
      expireSessions: act({ kind: "expireSessions" }),
      freeze: act({ kind: "freeze" }),
      unfreeze: act({ kind: "unfreeze" }),
      lockIp: act({ kind: "lockIp" }),
      unlockIp: act({ kind: "unlockIp" }),
      setPassword: (password) => act({ kind: "setPassword", password: reveal(password) }),
      refuseSessions: (refuse) => act({ kind: "refuseSessions", refuse }),
      fail: (fault, { operation = "any", times = 1 } = {}) =>
        times < 1
          ? Effect.void
          : Ref.update(state, (it) => ({
              ...it,
              pending: [...it.pending, { on: operation, after: 0, times, do: fault }]
            })),
      log: Effect.map(Ref.get(state), ({ log }) => Chunk.toReadonlyArray(log)),
      sessions: Effect.zipWith(Ref.get(state), Clock.currentTimeMillis, ({ account }, now) =>
        service.alive(account, now)
      )
    }
  })

const initial = (options: Options): exchange.State => {
  const { apiId = "123456", password = "demo", user = "demo" } = options.credentials ?? {}
  return {
    account: {
      credentials: { apiId: reveal(apiId), user: reveal(user), password: reveal(password) },
      sessionLife: Duration.toMillis(options.sessionLife ?? "15 minutes"),
      balance: options.balance ?? 123.4,
      sessions: HashMap.empty(),
      logins: 0,
      frozen: false,
      locked: false,
      refusing: false
    },
    pending: [],
    script: options.script ?? [],
    seen: 0,
    log: Chunk.empty()
  }
}

const reveal = (text: string | Redacted.Redacted<string>): string =>
  Redacted.isRedacted(text) ? Redacted.value(text) : text

const handle = Effect.fnUntraced(function* (state: Ref.Ref<exchange.State>, random: Random.Random, bytes: Uint8Array) {
  const now = yield* Clock.currentTimeMillis
  const words = yield* Effect.replicateEffect(random.nextIntBetween(0, 0x10000), 8)
  const freshId = words.map((word) => word.toString(16).padStart(4, "0")).join("")
  const { answer, delay, entry } = yield* Ref.modify(state, exchange.handle(soap.read(bytes), { now, freshId }))
  yield* Effect.logDebug(`${entry.operation === "" ? "unreadable" : entry.operation}: ${entry.outcome}`).pipe(
    Effect.annotateLogs("session", entry.session)
  )
  if (Duration.greaterThan(delay, Duration.zero)) yield* Effect.sleep(delay)
  return answer
})
