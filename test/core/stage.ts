import type * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Fiber } from "effect"
import { Cause, Effect, Either, Exit, Predicate, Scope, Stream } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Options, Service } from "./support.ts"
import { said, start } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

export interface Setting extends Options {
  readonly keepAlive?: KeepAlive.Options
  readonly service?: Parameters<typeof Scripted.make>[0]
  /** Runs everything in another session's world, such as one account's session beside another's. */
  readonly world?: virtualTime.World
  readonly server?: Scripted.Server
  /** What surrounds the building of the session, such as a tracer. */
  readonly within?: <A, E>(effect: Effect.Effect<A, E>) => Effect.Effect<A, E>
}

/** One session in a world of its own, with everything that it tells. */
export interface Stage {
  readonly world: virtualTime.World
  readonly server: Scripted.Server
  readonly session: Service
  readonly events: ReadonlyArray<SessionEvent>
  readonly tags: () => ReadonlyArray<string>
  /** How many requests of this operation went out. */
  readonly sent: (operation: string) => number
  /** When they did, in seconds. */
  readonly times: (operation: string) => ReadonlyArray<number>
  readonly close: () => void
}

export const make = (seed: string, setting: Setting = {}): Stage => {
  const {
    keepAlive,
    server = Scripted.make(setting.service),
    service: _,
    within = (effect) => effect,
    world = virtualTime.make(seed),
    ...options
  } = setting
  const scope = world.now(Scope.make())
  const session = world.now(within(Scope.extend(start(server, options, keepAlive), scope)))
  const events: Array<SessionEvent> = []
  world.fork(Stream.runForEach(session.events, (event) => Effect.sync(() => events.push(event))))
  const requests = () => server.log.map((line) => line.split(" "))
  const times = (operation: string) => requests().flatMap(([at, name]) => (name === operation ? [Number(at)] : []))
  return {
    world,
    server,
    session,
    events,
    tags: () => events.map(({ _tag }) => _tag),
    sent: (operation) => times(operation).length,
    times,
    close: () => void world.fork(Scope.close(scope, Exit.void))
  }
}

/** How a call has ended: `ok`, what its error said, `interrupted` or `defect`; `waiting` while it has not. */
export const ended = <A, E>(fiber: Fiber.RuntimeFiber<A, E>): string => {
  const exit = fiber.unsafePoll()
  if (exit === null) return "waiting"
  if (Exit.isSuccess(exit)) return "ok"
  return Either.match(Cause.failureOrCause(exit.cause), {
    onLeft: (error) => (Predicate.isRecord(error) ? said(error) : String(error)),
    onRight: (cause) => (Cause.isInterruptedOnly(cause) ? "interrupted" : "defect")
  })
}

export const crowd = <A, E>(world: virtualTime.World, count: number, effect: Effect.Effect<A, E>) =>
  Array.from({ length: count }, () => world.fork(effect))

/** Each way in which they ended, once. */
export const ends = <A, E>(fibers: ReadonlyArray<Fiber.RuntimeFiber<A, E>>): ReadonlyArray<string> => [
  ...new Set(fibers.map(ended))
]

export const gaps = (times: ReadonlyArray<number>) =>
  times.slice(1).map((time, index) => Math.round((time - (times[index] ?? 0)) * 1000) / 1000)
