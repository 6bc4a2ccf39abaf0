// What a fleet costs its Redis: commands for each start, ping interval and call, and memory for each account, of a real redis-server.
// The processes of the fleet are sessions in this one, each with a store and a connection of its own.
//
//   npx pnpm fleet-cost [--processes 1,8,100] [--accounts 1,1000] [--intervals 5]
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import * as RedisSessionStore from "@effect-clickatell/redis/RedisSessionStore"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Console, Context, Duration, Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import { parseArgs } from "node:util"
import type { Server } from "../test/redis/server.ts"
import { serve } from "../test/redis/server.ts"
import * as wholeNumbers from "./wholeNumbers.ts"

const { values } = parseArgs({
  options: {
    processes: { type: "string", default: "1,8,100" },
    accounts: { type: "string", default: "1,1000" },
    intervals: { type: "string", default: "5" }
  }
})
for (const [name, list] of Object.entries(values)) {
  for (const value of list.split(",")) wholeNumbers.demand("fleet-cost", { [name]: value }, 7)
}

const listOf = (text: string) => text.split(",").map(Number)
const intervals = Number(values.intervals)

/** A ping interval, as short as so many sessions in one process can keep it; nothing that is counted here depends on its length. */
const intervalFor = (sessions: number, each: Duration.DurationInput) =>
  Duration.max(Duration.seconds(2), Duration.times(each, sessions))
const calls = 1_000

const storeOn = ({ port }: Server) =>
  RedisSessionStore.layer({
    keys: [Redacted.make("a key that seals nothing of value")],
    // One process plays all of them here, and how slow that is says nothing about the store.
    patience: "5 minutes",
    url: Redacted.make(`redis://127.0.0.1:${port}`)
  })

/** How many commands came in: each is one round trip, since a script counts as one. */
const commands = (server: Server) =>
  Effect.map(server.ask("INFO", "commandstats"), (text) =>
    Array.from(text.matchAll(/^cmdstat_(?:eval|evalsha):calls=(\d+)/gm)).reduce(
      (sum, [, calls]) => sum + Number(calls),
      0
    )
  )

/** What an effect has Redis do. */
const cost = <E>(server: Server, effect: Effect.Effect<unknown, E, Emulator.Emulator>) =>
  Effect.gen(function* () {
    const before = yield* commands(server)
    yield* effect
    return (yield* commands(server)) - before
  })

const member = (server: Server, interval: Duration.Duration) =>
  Layer.build(
    KeepAlive.layer({ interval, floor: "1 second" }).pipe(
      Layer.provideMerge(Session.layer({ credentials: Credentials.make({ apiId: "1", user: "u", password: "p" }) })),
      Layer.provide(Layer.fresh(storeOn(server)))
    )
  ).pipe(Effect.map((context) => Context.get(context, Session.Session)))

const pings = Effect.flatMap(Emulator.Emulator, ({ log }) =>
  Effect.map(log, (entries) => entries.filter(({ operation }) => operation === "ping").length)
)

/** What sessions that nobody uses cost in a ping interval, after the one in which the last use was. */
const leave = (server: Server, interval: Duration.Duration) =>
  Effect.gen(function* () {
    yield* Effect.sleep(interval)
    const before = yield* pings
    const asked = yield* cost(server, Effect.sleep(Duration.times(interval, intervals)))
    const sent = (yield* pings) - before
    return { "pings an interval": sent / intervals, "commands an interval": asked / intervals }
  })

const fleet = (size: number) =>
  Effect.gen(function* () {
    const server = yield* serve()
    const interval = intervalFor(size, "40 millis")
    const emulator = yield* Emulator.Emulator
    const sessions = yield* Effect.replicateEffect(member(server, interval), size)
    const everybody = (times: number) =>
      Effect.forEach(
        sessions,
        (session) =>
          Effect.repeatN(
            session.use(() => Effect.void),
            times - 1
          ),
        {
          concurrency: "unbounded"
        }
      )
    const start = yield* cost(server, everybody(1))
    const busy = yield* cost(server, everybody(calls / size))
    const idle = yield* leave(server, interval)
    const name = yield* server.ask("KEYS", "*")
    return {
      processes: size,
      logins: yield* emulator.logins,
      "commands to start": start,
      [`commands for ${calls} calls`]: busy,
      ...idle,
      "bytes of the account": Number(yield* server.ask("MEMORY", "USAGE", name))
    }
  }).pipe(Effect.scoped, Effect.provide(emulated))

const emulated = Layer.provideMerge(Emulator.layerTransport(), Emulator.layer({ credentials: "any", log: 10_000_000 }))

const credentials = (account: number) => Credentials.make({ apiId: "1", user: `user ${account}`, password: "p" })

const many = (accounts: number) =>
  Effect.gen(function* () {
    const server = yield* serve()
    const interval = intervalFor(accounts, "4 millis")
    const used = Effect.map(server.ask("INFO", "memory"), (text) => Number(/^used_memory:(\d+)/m.exec(text)?.[1]))
    const store = yield* Layer.build(storeOn(server))
    // Its connection and its scripts are there before anything is counted.
    const first = Effect.flatMap(Session.make({ credentials: credentials(-1) }), ({ open }) => open)
    yield* Effect.provide(Effect.scoped(first), store)
    const sessions = yield* Effect.provide(
      SessionMap.make({
        credentials,
        keepAlive: { interval, floor: "1 second" },
        limits: { loginsPerMinute: 1_000_000 }
      }),
      store
    )
    const before = yield* used
    const opened = yield* cost(
      server,
      Effect.forEach(
        Array.from({ length: accounts }, (_, account) => account),
        (account) => sessions.get(account).open,
        { concurrency: 100 }
      )
    )
    const after = yield* used
    const idle = yield* leave(server, interval)
    const clients = (yield* server.ask("CLIENT", "LIST")).split("\n").filter((line) => !line.includes("cmd=client"))
    return {
      accounts,
      "commands for a login": opened / accounts,
      ...idle,
      "bytes an account, of all that Redis uses": Math.round((after - before) / accounts),
      connections: clients.length
    }
  }).pipe(Effect.scoped, Effect.provide(emulated))

const program = Effect.gen(function* () {
  yield* Console.table(yield* Effect.forEach(listOf(values.processes), fleet))
  yield* Console.table(yield* Effect.forEach(listOf(values.accounts), many))
})

await Effect.runPromise(Logger.withMinimumLogLevel(program, LogLevel.Error))
