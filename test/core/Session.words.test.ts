import { assert, describe, it } from "@effect/vitest"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as Transport from "@effect-clickatell/core/Transport"
import { Array, DateTime, Effect, Exit, Fiber, Layer, Logger, Option, Queue, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { make } from "./stage.ts"
import { credentials, GetBalance, ofMap, secrets } from "./support.ts"

const calls = ["use", "getbalance", "ping", "check", "open"] as const

const callOf = ({ session }: Stage, name: (typeof calls)[number]): Effect.Effect<unknown, unknown> =>
  name === "use" ? session.use(() => Effect.void) : name === "getbalance" ? session.execute(GetBalance) : session[name]

/** What a call of a stage fails with, once this time is over. */
const errorOf = (stage: Stage, call: Effect.Effect<unknown, unknown>, time = "20 seconds" as const) => {
  const fiber = stage.world.fork(Effect.flip(call))
  stage.world.advance(time)
  return stage.world.now(Fiber.join(fiber))
}

describe("the error of", () => {
  it.each(calls)("%s names it where the session is closed", (name) => {
    const stage = make("closed")
    stage.close()
    assert.deepInclude(errorOf(stage, callOf(stage, name)), {
      reason: "SessionClosed",
      operation: name === "check" ? "ping" : name
    })
  })

  it.each(["ping", "check", "open"] as const)("%s names it where its caller is in a hurry", (name) => {
    const stage = make("hurried", { service: { latency: "5 seconds" } })
    if (name !== "open") {
      stage.world.fork(stage.session.open)
      stage.world.advance("6 seconds")
    }
    assert.deepInclude(errorOf(stage, Transport.withDeadline(callOf(stage, name), "1 second")), {
      reason: "Timeout",
      operation: name === "open" ? "open" : "ping"
    })
  })

  it("a call says a password again that a server repeats when nobody here holds it any more, and an id never", () => {
    const stage = make("repeated")
    stage.world.fork(stage.session.open)
    stage.world.advance("1 second")
    const [ours, another] = [Scripted.sessionId(1), Scripted.sessionId(9)]
    stage.server.always("ping", Scripted.err("777", `no ${secrets.password} for ${ours} or ${another}`))
    assert.deepInclude(errorOf(stage, stage.session.ping), {
      code: "777",
      description: `no ${secrets.password} for <redacted> or <redacted>`
    })
  })

  it("a call that is under way when the session closes says so", () => {
    const stage = make("closing")
    stage.server.always("getbalance", Scripted.never)
    const caller = stage.world.fork(Effect.flip(stage.session.execute(GetBalance)))
    stage.world.advance("1 second")
    stage.close()
    assert.deepInclude(stage.world.now(Fiber.join(caller)), { operation: "session", reason: "SessionClosed" })
  })

  it("a provider that calls its own session speaks of the login", () => {
    const own: Array<unknown> = []
    const stage: Stage = make("calls itself", {
      credentials: Effect.suspend(() =>
        Effect.as(
          Effect.catchAll(stage.session.ping, (error) => Effect.sync(() => own.push(error))),
          credentials()
        )
      )
    })
    stage.world.fork(stage.session.ping)
    stage.world.advance("1 second")
    assert.deepInclude(own[0], { operation: "auth", reason: "CredentialsUnavailable" })
  })

  it("a call for which every session is too short gives up after the third", () => {
    const stage = make("too short", { maxAge: 1, loginBudget: { spacing: 1, limit: 1_000_000, window: 1 } })
    assert.deepInclude(errorOf(stage, stage.session.ping), { operation: "ping", reason: "SessionNotAccepted" })
    assert.strictEqual(stage.sent("auth"), 3)
  })
})

describe("a caller with a deadline of its own", () => {
  it.each([
    ["Tls", "Degraded"],
    ["Timeout", "Authenticated"]
  ] as const)("that meets %s leaves %s as the last event", (reason, last) => {
    const stage = make("deadline")
    stage.server.always("getbalance", Scripted.broken(reason))
    const call = stage.session.execute({ ...GetBalance, idempotent: false })
    assert.deepInclude(errorOf(stage, Transport.withDeadline(call, "5 seconds")), { reason })
    assert.strictEqual(stage.tags().at(-1), last)
  })
})

it.skipIf(ofMap)("who subscribes to a closed session is told of the end, with its generation and the time", () => {
  const stage = make("late reader")
  stage.world.fork(stage.session.open)
  stage.world.advance("1 minute")
  stage.close()
  stage.world.advance("1 hour")
  const queue = stage.world.now(Effect.scoped(Effect.flatMap(stage.session.subscribe, Queue.takeAll)))
  assert.deepStrictEqual(
    Array.map(Array.fromIterable(queue), (event) => [event._tag, event.generation, DateTime.toEpochMillis(event.at)]),
    [["Closed", 1, 3_660_000]]
  )
})

it("a session without a name is logged as the default one", () => {
  const names = new Set<unknown>()
  const logger = Logger.make(({ annotations }) => {
    for (const [key, value] of annotations) if (key === "session") names.add(value)
  })
  const program = Effect.flatMap(Session.Session, (session) => session.open).pipe(
    Effect.provide(Session.layer({ credentials: Effect.succeed(credentials()) })),
    Effect.provide(Scripted.make({ latency: 0 }).layer),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger))
  )
  return Effect.runPromise(program).then(() => assert.deepStrictEqual([...names], ["default"]))
})

const refusal = (options: KeepAlive.Options, session: Layer.Layer<Session.Session, unknown>) =>
  Effect.runPromise(Effect.exit(Effect.scoped(Layer.build(Layer.provide(KeepAlive.layer(options), session))))).then(
    (exit) => String(Option.getOrThrow(Exit.causeOption(exit)))
  )

describe("the keep-alive is refused", () => {
  const made = Session.layer({ credentials: Effect.succeed(credentials()) }).pipe(
    Layer.provide(Scripted.make().layer),
    Layer.orDie
  )

  it("for a floor beyond the session's life with a schedule of the caller's own, by that name", () =>
    refusal({ schedule: Schedule.forever, floor: "20 minutes" }, made).then((text) =>
      assert.match(text, /the keep-alive floor of 20m and a call/)
    ))

  it("for a session that was wrapped, and says which one it needs", () => {
    const wrapped = Layer.effect(
      Session.Session,
      Effect.map(Session.Session, (session) => ({ ...session }))
    )
    return refusal({}, Layer.provide(wrapped, made)).then((text) =>
      assert.match(text, /at session: .*made by Session.layer/)
    )
  })
})

it.each([
  ["20 minutes", 18],
  ["3 hours", 175]
] as const)(
  "a session of %s is renewed a tenth of that ahead, or five minutes: after %i minutes",
  (maxAge, minutes) => {
    const stage = make("retires", { maxAge, keepAlive: {} })
    stage.world.fork(stage.session.open)
    stage.world.advance(maxAge)
    assert.deepStrictEqual(
      stage.times("auth").map((time) => Math.round(time / 60)),
      [0, minutes]
    )
  }
)
