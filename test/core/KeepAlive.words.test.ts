import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Logger, LogLevel, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting, Stage } from "./stage.ts"
import { make } from "./stage.ts"

/** A session that is kept alive with a look each five minutes, and logged in at 0. */
const alive = (seed: string, { keepAlive, ...setting }: Setting = {}) => {
  const stage = make(seed, { ...setting, keepAlive: { schedule: Schedule.spaced("5 minutes"), ...keepAlive } })
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
  return stage
}

const minutes = ({ times }: Stage, operation: string) => times(operation).map((time) => Math.round(time / 6) / 10)

const defects = ({ events }: Stage) => events.filter((event) => "error" in event && event.error === "Defect")

const retried = ({ events }: Stage) =>
  events.flatMap((event) => (event._tag === "Retrying" ? [[event.operation, Duration.toSeconds(event.delay)]] : []))

const once = Schedule.recurs(0)

describe("the keep-alive", () => {
  it("looks at a session each five minutes, and renews it ahead of its age without a last ping", () => {
    const stage = alive("ahead", { maxAge: "20 minutes" })
    stage.world.advance("19 minutes")
    assert.deepStrictEqual(
      [minutes(stage, "ping"), minutes(stage, "auth")],
      [
        [5, 10, 15],
        [0, 18]
      ]
    )
    assert.lengthOf(defects(stage), 0)
  })

  it("pings a session to its end where it is not to renew it, and then lets it go", () => {
    const stage = alive("lazy", { maxAge: "22 minutes", keepAlive: { onExpired: "lazy" } })
    stage.world.advance("2 hours")
    assert.deepStrictEqual([minutes(stage, "ping"), minutes(stage, "auth")], [[5, 10, 15, 20], [0]])
    assert.deepStrictEqual(stage.tags().slice(-1), ["Expired"])
    assert.lengthOf(defects(stage), 0)
  })

  it("gives a session up when its schedule ends, without a word, and renews it when it is lost", () => {
    const stage = alive("over", { keepAlive: { schedule: Schedule.recurs(1) } })
    stage.world.advance("20 minutes")
    assert.lengthOf(defects(stage), 0)
    assert.deepStrictEqual([stage.sent("ping"), stage.sent("auth")], [2, 2])
  })

  it("says nothing of a retry where there is none, and renews the session at its end", () => {
    const stage = alive("no retry", { keepAlive: { retry: once } })
    stage.server.next("ping", Scripted.broken("Tls"))
    stage.world.advance("15 minutes")
    assert.deepStrictEqual(retried(stage), [])
    assert.deepStrictEqual([minutes(stage, "ping"), minutes(stage, "auth")], [[5], [0, 14]])
  })

  it("waits no longer than the session's age allows, where that is over before its idle time", () => {
    const stage = alive("no retry and old", { maxAge: "10 minutes", keepAlive: { retry: once } })
    stage.server.next("ping", Scripted.broken("Tls"))
    stage.world.advance("11 minutes")
    assert.deepStrictEqual([minutes(stage, "ping"), minutes(stage, "auth")], [[5], [0, 10]])
  })

  it("finds a session that is lost without breaking", () => {
    const stage = alive("lost")
    stage.world.advance("4 minutes")
    stage.server.expire()
    stage.server.next("auth", Scripted.err("777"))
    stage.world.fork(stage.session.ping)
    stage.world.advance("10 minutes")
    assert.lengthOf(defects(stage), 0)
  })

  it("renews when the budget lifts and not before, and tells the wait as one of the login", () => {
    const stage = alive("budget", { loginBudget: { limit: 1, window: "1 hour" } })
    stage.server.expire()
    stage.world.advance("61 minutes")
    assert.deepStrictEqual(minutes(stage, "auth"), [0, 60])
    assert.deepStrictEqual(
      retried(stage).map(([operation]) => operation),
      ["auth"]
    )
  })

  it("shows where a defect happened and not what it says", () => {
    const lines: Array<unknown> = []
    const logger = Logger.make(({ message }) => void lines.push(message))
    const within = <A, E>(effect: Effect.Effect<A, E>) =>
      effect.pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.Error)
      )
    const schedule = Schedule.addDelayEffect(Schedule.identity<Duration.Duration>(), () =>
      Effect.die(new Error("a\nsecret  at heart"))
    )
    alive("told", { within, keepAlive: { schedule } })
    const [text, ...frames] = [lines[0]].flat()
    assert.strictEqual(text, "the keep-alive loop broke and starts again")
    assert.isNotEmpty(frames)
    for (const frame of frames) assert.match(String(frame), /^ {4}at \S/)
  })
})
