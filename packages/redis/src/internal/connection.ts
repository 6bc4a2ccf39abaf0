import * as Setting from "@effect-clickatell/core/Setting"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import type { ClusterNode, ClusterOptions, RedisOptions } from "ioredis"
import { Cluster, Redis } from "ioredis"
import * as address from "./address.ts"

export type Connection = Redis | Cluster

/** How to reach Redis. */
export interface Options {
  /** `redis://user:password@host:6379/0`, or `rediss://` for TLS: this machine, without a password, by default. */
  readonly url?: Redacted.Redacted<string> | undefined
  /** What else ioredis is to know, in its own words, such as `tls`, or `sentinels` and `name`; it wins over the url. */
  readonly client?: RedisOptions | undefined
  /** Where Redis is a Cluster: its options in ioredis' words, and the nodes to begin with, which is that of the url by default. */
  readonly cluster?: (ClusterOptions & { readonly nodes?: ReadonlyArray<ClusterNode> | undefined }) | undefined
}

/** A connection that is made when it is first needed, and closed with the scope. */
export const open = (
  options: Options,
  patience: Duration.Duration
): Effect.Effect<Connection, ConfigError.ConfigError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.flatMap(options.url === undefined ? Either.right({}) : address.parse(options.url), (address) =>
      // In place of the client's own words, which could repeat a password.
      Either.orElse(
        Either.try(() => silence(connect(options, patience, address))),
        () => Setting.refuse("client", "ioredis refuses these options: look at client and cluster")
      )
    ),
    close
  )

const connect = ({ client, cluster }: Options, patience: Duration.Duration, address: RedisOptions): Connection => {
  // A connection over which nothing comes for as long as anybody waits is given up, and with it what was sent over it.
  const millis = Duration.toMillis(patience)
  const bounds = { socketTimeout: millis, sentinelCommandTimeout: millis, disconnectTimeout: 500 }
  if (cluster === undefined) {
    return new Redis({ ...bounds, reconnectOnError, ...address, ...client, ...prompt, ...resendNothing })
  }
  // A Cluster has one database, and a client of its own for each node.
  const { db: _, host = "127.0.0.1", port = 6379, ...login } = address
  const { nodes = [{ host, port }], redisOptions, ...options } = cluster
  return new Cluster([...nodes], {
    ...options,
    redisOptions: { ...bounds, ...login, ...client, ...redisOptions, ...resendNothing },
    ...prompt
  })
}

/** The client prints an error that nobody hears, and some come while it is closed. */
const silence = (connection: Connection): Connection => connection.on("error", () => undefined)

/** Connects when it is first needed, and no command waits for the connection. */
const prompt = { lazyConnect: true, enableOfflineQueue: false }

/** No command that was lost with a connection is sent over the next one. */
const resendNothing = { autoResendUnfulfilledCommands: false, maxRetriesPerRequest: 0 }

/** Who is told that this is a replica looks for the server that has taken its place. */
const reconnectOnError = (error: Error): boolean => error.message.includes("READONLY")

/** Waits for the connection to end, unless there is none to end. */
const close = (connection: Connection): Effect.Effect<void> =>
  Effect.async<void>((resume) => {
    const isOver = ["reconnecting", "close", "end"].includes(connection.status)
    connection.once("end", () => resume(Effect.void))
    connection.disconnect()
    if (isOver) resume(Effect.void)
  }).pipe(Effect.interruptible, Effect.timeoutOption("1 second"), Effect.asVoid)
