import * as RedisSessionStore from "@effect-clickatell/redis/RedisSessionStore"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Duration, Effect, identity, Layer, Redacted } from "effect"
import type { Server } from "../../test/redis/server.ts"
import { serve } from "../../test/redis/server.ts"
import type { Count, Ground } from "./counting.ts"

const storeOn = ({ port }: Server) =>
  RedisSessionStore.layer({
    keys: [Redacted.make("a key that seals nothing of value")],
    // One process plays all of them here, and how slow that is says nothing about the store.
    patience: "5 minutes",
    url: Redacted.make(`redis://127.0.0.1:${port}`)
  })

/** How many commands came in; a script counts as one. */
const commands = (server: Server) =>
  Effect.map(server.ask("INFO", "commandstats"), (text) =>
    Array.from(text.matchAll(/^cmdstat_(?:eval|evalsha):calls=(\d+)/gm)).reduce(
      (sum, [, calls]) => sum + Number(calls),
      0
    )
  )

const used = (server: Server) =>
  Effect.map(server.ask("INFO", "memory"), (text) => Number(/^used_memory:(\d+)/m.exec(text)?.[1]))

const emulated = Layer.provideMerge(Emulator.layerTransport(), Emulator.layer({ credentials: "any" }))

/** Counts on a redis-server of its own, at an interval that is as short as so many sessions in one process can keep it. */
export const run = (size: number, count: Count) =>
  Effect.gen(function* () {
    const server = yield* serve()
    const ground: Ground = {
      store: storeOn(server),
      commands: commands(server),
      interval: Duration.max(Duration.seconds(2), Duration.times("10 millis", Math.min(size, 60_000))),
      pass: Effect.sleep,
      play: identity,
      watch: Effect.map(
        used(server),
        (before) => (accounts) =>
          Effect.gen(function* () {
            const clients = (yield* server.ask("CLIENT", "LIST")).split("\n")
            const bytes = Math.round(((yield* used(server)) - before) / accounts)
            return {
              // Of a few accounts the buffers of the connection are the larger part.
              ...(accounts < 1000 ? {} : { "bytes an account, of all that Redis uses": bytes }),
              connections: clients.filter((line) => line !== "" && !line.includes("cmd=client")).length
            }
          })
      )
    }
    return yield* count(ground)
  }).pipe(Effect.scoped, Effect.provide(emulated))
