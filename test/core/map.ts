import * as SessionMap from "@effect-clickatell/core/SessionMap"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Effect, Exit, Layer, Scope, Stream } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { credentials } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

export type Options = Partial<SessionMap.Options<string, unknown>>

/** A map of accounts in a world of its own, with everything that it tells. */
export const stage = (
  seed: string,
  options: Options = {},
  service?: Parameters<typeof Scripted.make>[0],
  /** What surrounds the making of the map, such as labels of metrics. */
  within: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = (effect) => effect
) => {
  const world = virtualTime.make(seed)
  const server = Scripted.make(service)
  const scope = world.now(Scope.make())
  const made = within(SessionMap.make({ credentials: passwordOf, ...options }))
  const map = world.now(
    Effect.flatMap(Layer.buildWithScope(server.layer, scope), (context) =>
      Scope.extend(Effect.provide(made, context), scope)
    )
  )
  const events: Array<readonly [string, SessionEvent]> = []
  const told = world.fork(Stream.runForEach(map.events, (event) => Effect.sync(() => events.push(event))))
  return {
    world,
    server,
    map,
    told,
    events,
    /** The requests of an operation: when, in seconds, and in which session. */
    requests: (operation: string) =>
      server.log.flatMap((line) => {
        const [at, name, session] = line.split(" ")
        return name === operation ? [{ at: Number(at), session }] : []
      }),
    open: (keys: ReadonlyArray<string>) => keys.map((key) => world.fork(map.get(key).open)),
    close: () => world.fork(Scope.close(scope, Exit.void))
  }
}

/** Each account has a password of its own, so that requests tell whose they are. */
export const passwordOf = (key: string) => Effect.succeed(credentials(`password of ${key}`))

/** So many keys. */
export const keys = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `account ${index}`)

/** The most of these moments, in seconds, that lie within so many seconds. */
export const busiest = (times: ReadonlyArray<number>, seconds: number): number =>
  Math.max(0, ...times.map((from) => times.filter((time) => time >= from && time < from + seconds).length))
