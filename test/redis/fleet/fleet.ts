// A fleet of processes, which share a service and a Redis.
import type * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Server } from "../server.ts"
import * as redis from "../server.ts"
import type { Process } from "./process.ts"
import * as processes from "./process.ts"
import type { Request, Service } from "./service.ts"
import * as services from "./service.ts"
import type { Options } from "./words.ts"

export const secrets = {
  apiId: "canary-api-id-7261",
  password: "canary-password-55c2",
  key: "canary-store-key-90be"
} as const

/** Lives of a minute: a leave lasts for the time-out and 5 seconds, and that is 10. */
export const times = {
  life: 60_000,
  margin: 2_000,
  interval: 6_000,
  floor: 1_000,
  timeout: 5_000,
  patience: 2_000,
  spacing: 1_000,
  limit: 5,
  window: 20_000
} as const

/** The lives that there are by default, for what is not about time: a machine may be slow. */
export const unhurried = {
  life: 900_000,
  margin: 60_000,
  interval: 600_000,
  floor: 30_000,
  timeout: 60_000,
  patience: 60_000,
  spacing: 1,
  limit: 1_000
}

type Waits = Pick<Options, "patience" | "timeout">

/** How long a leave lasts. */
export const leaseOf = ({ timeout }: Pick<Waits, "timeout">): number => timeout + 5_000

/** No caller waits for longer than for two leaves that others lose, for Redis, and then for its own request and for its login. */
export const boundOf = ({ patience, timeout }: Waits): number => 2 * leaseOf({ timeout }) + patience + 2 * timeout

export const lease = leaseOf(times)
export const bound = boundOf(times)

/** What a machine that has other things to do as well may take for what takes no time, in milliseconds. */
export const tick = 2_000

export interface Fleet {
  readonly service: Service
  readonly redis: Server
  /** Starts one more process. */
  readonly start: (options?: Partial<Options>) => Effect.Effect<Process, Error, Scope.Scope>
  /** Starts so many at once. */
  readonly startAll: (
    count: number,
    options?: Partial<Options>
  ) => Effect.Effect<ReadonlyArray<Process>, Error, Scope.Scope>
}

/** A service and a Redis, and no process yet. */
export const make = (
  options: Partial<Options> = {},
  service: Emulator.Options = {}
): Effect.Effect<Fleet, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const server = yield* redis.serve()
    return yield* on(server, options, service)
  })

/** A service, and no process yet, with a Redis that there is. */
export const on = (
  server: Server,
  options: Partial<Options> = {},
  emulator: Emulator.Options = {}
): Effect.Effect<Fleet, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const service = yield* services.serve({
      accounts: ({ apiId }) => (apiId === secrets.apiId ? secrets.password : undefined),
      sessionLife: times.life,
      ...emulator
    })
    let started = 0
    const start: Fleet["start"] = (own = {}) =>
      processes.start({
        name: `${(started += 1)}`,
        endpoint: service.endpoint,
        redis: { host: "127.0.0.1", port: server.port },
        prefix: "fleet",
        users: ["user"],
        ...secrets,
        ...times,
        skew: 0,
        ...options,
        ...own
      })
    return {
      service,
      redis: server,
      start,
      startAll: (count, own) => all(Array.from({ length: count }, () => start(own)))
    }
  })

/** Does the same with all at once. */
export const all = <A, E, R>(effects: Iterable<Effect.Effect<A, E, R>>) =>
  Effect.all(effects, { concurrency: "unbounded" })

/** All callers of all processes at once; gives how their calls have ended, and how long the longest took. */
export const callAll = (members: ReadonlyArray<Process>, callers = 50) =>
  Effect.map(all(members.map(({ call }) => call(callers))), sum)

export const sum = (
  tallies: ReadonlyArray<{ readonly ends: Readonly<Record<string, number>>; readonly longest: number }>
) => {
  const ends: Record<string, number> = {}
  for (const tally of tallies)
    for (const [end, count] of Object.entries(tally.ends)) ends[end] = (ends[end] ?? 0) + count
  return { ends, longest: Math.max(...tallies.map(({ longest }) => longest)) }
}

export const sent = ({ service }: Fleet, operation: string): ReadonlyArray<Request> =>
  service.log().filter((it) => it.operation === operation)

export const logins = (fleet: Fleet): number => sent(fleet, "auth").length

/** The session that each process has used last. */
export const sessionsInUse = ({ service }: Fleet, members: ReadonlyArray<Process>): ReadonlyArray<number> =>
  members.map(
    ({ name }) =>
      service
        .log()
        .filter(({ by, outcome }) => by === name && outcome === "OK")
        .at(-1)?.session ?? 0
  )

/** All sessions that a process has used. */
export const used = ({ service }: Fleet, name: string): ReadonlySet<number> =>
  new Set(service.log().flatMap(({ by, session }) => (by === name && session > 0 ? [session] : [])))

export const happened = ({ events }: Process, event: string): number =>
  events().filter((it) => it.event === event).length

/** The longest time in which a session was not used between two moments, in milliseconds. */
export const longestGap = (requests: ReadonlyArray<Request>, from: number, to: number): number => {
  const times = [
    from,
    ...requests.flatMap(({ at, outcome }) => (outcome === "OK" && at > from && at < to ? [at] : [])),
    to
  ]
  return Math.max(...times.slice(1).map((at, i) => at - (times[i] ?? at)))
}

/** How many processes are connected to Redis. */
export const connections = ({ redis }: Fleet) =>
  Effect.map(
    redis.ask("CLIENT", "LIST", "TYPE", "normal"),
    (list) => list.split("\n").filter((line) => !line.includes("cmd=client")).length
  )

/** No process has printed a secret, and Redis holds none, whatever is to be found in its names and values. */
export const expectSilence = ({ redis, service }: Fleet, members: ReadonlyArray<Process>) =>
  Effect.gen(function* () {
    const names = (yield* redis.ask("KEYS", "*")).split("\n").filter((name) => name !== "")
    const values = yield* all(names.map((name) => redis.ask("DUMP", name)))
    const texts = [...members.map(({ printed }) => printed()), ...names, ...values]
    for (const secret of [...Object.values(secrets), ...service.ids()]) {
      if (texts.some((text) => text.includes(secret))) return yield* Effect.die("a secret can be read")
    }
  })
