import { assert, describe } from "@effect/vitest"
import { Array as Arr, Effect, Logger, LogLevel, Order, TestClock } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import { fails, GetBalance, isQuick, seeded, start, succeeds } from "./support.ts"

const captured = <A, E, R>(effect: Effect.Effect<A, E, R>, level = LogLevel.Info) => {
  const lines: Array<string> = []
  const logger = Logger.make<unknown, void>(({ annotations, logLevel, message }) => {
    const given = Arr.sort(
      Arr.map([...annotations], ([key, value]) => `${key}=${String(value)}`),
      Order.string
    )
    lines.push(`${logLevel.label} ${String(message)} ${given.join(" ")}`)
  })
  return effect.pipe(
    Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
    Logger.withMinimumLogLevel(level),
    Effect.as(lines)
  )
}

const from = (generation: number) =>
  `generation=${generation} module=Session package=@effect-clickatell/core session=logs`

describe("logs", () => {
  it.virtual.skipIf(isQuick)("are written on edges only", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.gen(function* () {
          const server = Scripted.make()
          const session = yield* start(server, { name: "logs" }, {})
          yield* succeeds(session.ping)
          yield* Effect.repeatN(succeeds(session.ping, 100), 20)
          server.always("ping", Scripted.status(503))
          yield* Effect.repeatN(fails(session.ping, "5 seconds"), 10)
          server.always("ping")
          yield* succeeds(session.ping)
          yield* Effect.repeatN(succeeds(session.ping, 100), 20)
          server.expire()
          yield* succeeds(session.ping)
          server.expire()
          server.always("auth", Scripted.err("001"))
          yield* TestClock.adjust("1 minute")
          yield* Effect.repeatN(fails(session.ping), 20)
          yield* TestClock.adjust("1 day")
        })
      )
      assert.deepStrictEqual(lines, [
        `INFO authenticated ${from(1)}`,
        `WARN degraded: TransportError Status ${from(1)}`,
        `INFO recovered ${from(1)}`,
        `INFO refused: AuthFailed SessionNotAccepted: the next use authenticates ${from(1)}`,
        `INFO authenticated ${from(2)}`,
        `INFO refused: AuthFailed SessionNotAccepted: the next use authenticates ${from(2)}`,
        `ERROR rejected: AuthFailed BadCredentials: nothing more is sent until the session is reset or the credentials change ${from(2)}`
      ])
    }).pipe(seeded("logs"))
  )

  it.virtual("tell more at the level of debugging", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.scoped(
          Effect.gen(function* () {
            const server = Scripted.make()
            const session = yield* start(server, { name: "logs" }, {})
            yield* succeeds(session.open)
            yield* TestClock.adjust("5 minutes")
            yield* succeeds(session.execute(GetBalance))
            server.next("ping", Scripted.down)
            yield* TestClock.adjust("15 minutes")
          })
        ),
        LogLevel.Debug
      )
      assert.deepStrictEqual(lines, [
        `DEBUG authenticating ${from(0)}`,
        `INFO authenticated ${from(1)}`,
        `DEBUG skipped a ping: the session was used ${from(1)}`,
        `WARN degraded: TransportError Connect ${from(1)}`,
        `DEBUG retrying ping after TransportError Connect ${from(1)}`,
        `INFO recovered ${from(1)}`,
        `DEBUG pinged ${from(1)}`,
        `DEBUG closed ${from(1)}`
      ])
    }).pipe(seeded("debug"))
  )

  it.virtual("show a keep-alive that broke", () =>
    Effect.gen(function* () {
      const lines = yield* captured(
        Effect.gen(function* () {
          const server = Scripted.make()
          const session = yield* start(server, { name: "logs" }, {})
          yield* succeeds(session.ping)
          server.next("ping", Scripted.dies)
          yield* TestClock.adjust("10 minutes")
        })
      )
      assert.include(
        lines,
        "ERROR the keep-alive loop broke and starts again module=KeepAlive package=@effect-clickatell/core"
      )
      assert.include(lines, `WARN degraded: Defect ${from(1)}`)
    }).pipe(seeded("broke"))
  )
})
