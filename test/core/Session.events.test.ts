import { assert, describe } from "@effect/vitest"
import type * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { DateTime, Duration, Effect, Fiber, Stream, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Options } from "./support.ts"
import { fails, seeded, start, succeeds } from "./support.ts"

const watched = (server: Scripted.Server, options: Options = {}, keepAlive?: KeepAlive.Options) =>
  Effect.gen(function* () {
    const session = yield* start(server, options, keepAlive)
    const events: Array<SessionEvent> = []
    const queue = yield* session.subscribe
    yield* Effect.forkScoped(Effect.forever(Effect.map(queue.take, (event) => events.push(event))))
    return { session, events }
  })

const shown = (event: SessionEvent) =>
  [
    DateTime.toEpochMillis(event.at) / 1000,
    event._tag,
    `#${event.generation}`,
    ...("error" in event ? [event.error, event.reason ?? "-"] : []),
    ...("operation" in event ? [event.operation, Duration.toMillis(event.delay)] : []),
    ...("idle" in event ? [Duration.toSeconds(event.idle), Duration.toSeconds(event.age)] : [])
  ].join(" ")

describe("events", () => {
  it.virtual("tell each turn once, with its time and generation", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session } = yield* watched(server)
      yield* succeeds(session.ping)
      server.next("ping", Scripted.status(503), Scripted.status(503))
      yield* succeeds(session.ping, "9 seconds")
      server.expire()
      yield* succeeds(session.ping)
      server.expire()
      server.next("auth", Scripted.err("108"))
      yield* TestClock.adjust("1 minute")
      yield* succeeds(Effect.zipRight(Effect.flip(session.ping), session.reset))
      assert.deepStrictEqual(events.map(shown), [
        "0 Authenticating #0",
        "0.1 Authenticated #1",
        "0.2 Pinged #1",
        "1.1 Degraded #1 TransportError Status",
        "1.1 Retrying #1 TransportError Status ping 483",
        "1.683 Retrying #1 TransportError Status ping 815",
        "2.598 Recovered #1",
        "2.598 Pinged #1",
        "10.1 Refused #1 AuthFailed SessionNotAccepted 7.602 10.1",
        "10.1 Authenticating #1",
        "10.2 Authenticated #2",
        "10.3 Pinged #2",
        "71.1 Refused #2 AuthFailed SessionNotAccepted 60.9 61",
        "71.1 Authenticating #2",
        "71.2 Rejected #2 AuthFailed InvalidApiId",
        "71.2 Reset #2"
      ])
    }).pipe(seeded("events"))
  )

  it.virtual("tell of a service that takes back its sessions", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("ping", Scripted.err("001"))
      const { events, session } = yield* watched(server)
      yield* fails(session.ping)
      assert.deepStrictEqual(events.map(shown), [
        "0 Authenticating #0",
        "0.1 Authenticated #1",
        "0.2 Refused #1 AuthFailed SessionNotAccepted 0.2 0.2",
        "0.2 Authenticating #1",
        "0.3 Authenticated #2",
        "0.4 Refused #2 AuthFailed SessionNotAccepted 0.2 0.2",
        "0.4 Rejected #2 AuthFailed SessionFlapping"
      ])
    })
  )

  it.virtual("announce no retry that does not happen", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { events, session } = yield* watched(server, {}, {})
      yield* succeeds(session.ping)
      server.always("auth", Scripted.err("001"))
      server.expire()
      yield* TestClock.adjust("1 hour")
      assert.deepStrictEqual(
        events.map(({ _tag }) => _tag),
        ["Authenticating", "Authenticated", "Pinged", "Skipped", "Refused", "Authenticating", "Rejected"]
      )
    }).pipe(seeded("announce"))
  )

  it.virtual("begin where they are asked for, reach every reader, and end with Closed", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const { early, late } = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* start(server)
          const early = yield* Effect.forkDaemon(Stream.runCollect(session.events))
          yield* succeeds(session.ping)
          const late = yield* Effect.forkDaemon(Stream.runCollect(session.events))
          yield* TestClock.adjust("1 second")
          return { early, late }
        })
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(early))].map(({ _tag }) => _tag),
        ["Authenticating", "Authenticated", "Pinged", "Closed"]
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(late))].map(({ _tag }) => _tag),
        ["Closed"]
      )
    })
  )

  it.virtual("are lost, the oldest first, to a reader that does not keep up, and hold up nobody", () =>
    Effect.gen(function* () {
      const server = Scripted.make({ latency: 0 })
      const session = yield* start(server)
      const seen: Array<string> = []
      const reader = Stream.runForEach(session.events, (event) =>
        Effect.zipRight(
          Effect.sleep("1 hour"),
          Effect.sync(() => seen.push(event._tag))
        )
      )
      yield* Effect.forkScoped(reader)
      yield* TestClock.adjust(1)
      yield* Effect.repeatN(session.reset, 2999)
      yield* TestClock.adjust("2 hours")
      assert.strictEqual(seen.length, 2)
    })
  )
})

describe("changes", () => {
  it.virtual("begin with the status now, follow each event, and end with the session", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      const changes = yield* Effect.scoped(
        Effect.gen(function* () {
          const session = yield* start(server)
          const changes = yield* Effect.forkDaemon(Stream.runCollect(session.changes))
          yield* TestClock.adjust(1)
          yield* succeeds(session.open)
          server.expire()
          yield* TestClock.adjust("10 seconds")
          yield* fails(session.check)
          return changes
        })
      )
      assert.deepStrictEqual(
        [...(yield* Fiber.join(changes))].map(({ generation, state }) => `${state} ${generation}`),
        ["Idle 0", "Authenticating 0", "Ready 1", "Idle 1", "Closed 1"]
      )
    })
  )
})
