import type * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Effect, Stream } from "effect"
import type * as Scripted from "./scriptedTransport.ts"
import type { Options } from "./support.ts"
import { start, succeeds } from "./support.ts"

export const at = (server: Scripted.Server, operation: string) =>
  server.log.filter((line) => line.includes(operation)).map((line) => Number(line.split(" ")[0]))

/** A session with a keep-alive, logged in at 0, with the events from then on. */
export const alive = (server: Scripted.Server, options: Options = {}, keepAlive: KeepAlive.Options = {}) =>
  Effect.gen(function* () {
    const session = yield* start(server, options, keepAlive)
    const events: globalThis.Array<SessionEvent> = []
    yield* Effect.forkScoped(Stream.runForEach(session.events, (event) => Effect.sync(() => events.push(event))))
    yield* succeeds(session.open)
    return { session, events, tags: () => events.map(({ _tag }) => _tag) }
  })
