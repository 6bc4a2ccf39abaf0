import * as Credentials from "@effect-clickatell/core/Credentials"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import type { SessionStore } from "@effect-clickatell/core/SessionStore"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Context, Duration, Effect, Layer } from "effect"
import type { ConfigError, Scope } from "effect"

/** What can keep a count from its end. */
type Trouble = Error | ConfigError.ConfigError

/** Where sessions run and are stored, and how time passes there. */
export interface Ground {
  /** Another process' way to the store that all share. */
  readonly store: Layer.Layer<SessionStore, Trouble>
  /** How many commands the store has had so far: each is one round trip. */
  readonly commands: Effect.Effect<number, Trouble>
  /** The interval at which sessions ping that nobody uses. */
  readonly interval: Duration.Duration
  /** Lets time pass. */
  readonly pass: (time: Duration.Duration) => Effect.Effect<void>
  /** Runs what takes time, to its end. */
  readonly play: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Looks at the store, and later says what so many accounts have made of it. */
  readonly watch: Effect.Effect<(accounts: number) => Effect.Effect<Row, Trouble>, Trouble>
}

type Row = Readonly<Record<string, number>>
export type Count = (ground: Ground) => Effect.Effect<Row, Trouble, Emulator.Emulator | Transport | Scope.Scope>

const calls = 1_000

const credentials = (account: number) => Credentials.make({ apiId: "1", user: `user ${account}`, password: "p" })

/** What an effect has the store do. */
const cost = <R>(ground: Ground, effect: Effect.Effect<unknown, Trouble, R>) =>
  Effect.gen(function* () {
    const before = yield* ground.commands
    yield* effect
    return (yield* ground.commands) - before
  })

/** How many pings the service has from here on. */
const countPings = Effect.flatMap(Emulator.Emulator, ({ fail }) => {
  let pings = 0
  const heed = Effect.sync(() => {
    pings += 1
    return undefined
  })
  return Effect.as(
    fail(() => heed, { operation: "ping", times: Infinity }),
    Effect.sync(() => pings)
  )
})

/** What sessions that nobody uses cost in a ping interval, after the one in which the last use was. */
const idle = (ground: Ground, intervals: number) =>
  Effect.gen(function* () {
    yield* ground.pass(ground.interval)
    const pings = yield* countPings
    const asked = yield* cost(ground, ground.pass(Duration.times(ground.interval, intervals)))
    return { "pings an interval": (yield* pings) / intervals, "commands an interval": asked / intervals }
  })

const keepAlive = ({ interval }: Ground): KeepAlive.Options => ({ interval, floor: "1 second" })

/** One account, and so many processes. */
export const processes =
  (size: number, intervals: number): Count =>
  (ground) =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const session = KeepAlive.layer(keepAlive(ground)).pipe(
        Layer.provideMerge(Session.layer({ credentials: credentials(0) })),
        Layer.provide(Layer.fresh(ground.store))
      )
      const member = Effect.map(Layer.build(session), Context.get(Session.Session))
      const members = yield* Effect.replicateEffect(member, size)
      const everybody = (times: number) =>
        ground.play(
          Effect.forEach(
            members,
            ({ use }) =>
              Effect.repeatN(
                use(() => Effect.void),
                times - 1
              ),
            {
              concurrency: "unbounded"
            }
          )
        )
      const start = yield* cost(ground, everybody(1))
      const busy = yield* cost(ground, everybody(calls / size))
      return {
        processes: size,
        logins: yield* emulator.logins,
        "commands to start": start,
        [`commands for ${calls} calls`]: busy,
        ...(yield* idle(ground, intervals))
      }
    })

/** One process, and so many accounts. */
export const accounts =
  (size: number, intervals: number): Count =>
  (ground) =>
    Effect.gen(function* () {
      const store = yield* Layer.build(ground.store)
      // Its connection and its scripts are there before anything is counted.
      const first = Effect.flatMap(Session.make({ credentials: credentials(-1) }), ({ open }) => ground.play(open))
      yield* Effect.provide(Effect.scoped(first), store)
      const map = SessionMap.make({
        credentials,
        keepAlive: keepAlive(ground),
        limits: { loginsPerMinute: 1_000_000 }
      })
      const sessions = yield* Effect.provide(map, store)
      const open = Effect.forEach(
        Array.from({ length: size }, (_, account) => account),
        (account) => sessions.get(account).open,
        { concurrency: 100 }
      )
      const watched = yield* ground.watch
      const opened = yield* cost(ground, ground.play(open))
      const seen = yield* watched(size)
      return {
        accounts: size,
        "commands for a login": opened / size,
        ...(yield* idle(ground, intervals)),
        ...seen
      }
    })
