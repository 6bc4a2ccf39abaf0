// Registers as the package makes them, on connections to a server of the test's own.
import type { Register } from "@effect-clickatell/core/SessionStore"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Options } from "../../packages/redis/src/internal/connection.ts"
import * as connections from "../../packages/redis/src/internal/connection.ts"
import type { RedisFailure } from "../../packages/redis/src/internal/failure.ts"
import * as registers from "../../packages/redis/src/internal/register.ts"
import type { Server } from "./server.ts"

export interface Client {
  readonly connection: connections.Connection
  readonly register: Register<RedisFailure>
}

/** Connects to whatever the options name, until the scope closes. */
export const connect = (options: Options, patience = Duration.minutes(1)): Effect.Effect<Client, never, Scope.Scope> =>
  Effect.gen(function* () {
    const connection = yield* Effect.orDie(connections.open(options, patience))
    return { connection, register: yield* registers.make(connection) }
  })

/** Connects to one server. */
export const connectTo = (server: Server, patience?: Duration.Duration) =>
  connect({ client: { host: "127.0.0.1", port: server.port } }, patience)

/** By which word an effect fails, or else `success`. */
export const reason = <A, R>(effect: Effect.Effect<A, RedisFailure, R>): Effect.Effect<string, never, R> =>
  Effect.match(effect, { onFailure: ({ reason }) => reason, onSuccess: () => "success" })

export const day = 86_400_000

/** Puts a text where there is to be none. */
export const put = ({ register }: Client, name: string, value: string) =>
  register.replace(name, { expected: undefined, value, life: day })

/** What is under a name. */
export const get = ({ register }: Client, name: string) => Effect.map(register.read(name), ({ value }) => value)
