// A service of one's own on top of a kept session: the rest of the program knows what it sends, and nothing of sessions.
import { Commands, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Context, Data, Effect, Fiber, Layer, Schedule, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region service
class NotSent extends Data.TaggedError("NotSent")<{ readonly order: string; readonly problem: string }> {}

/** A request that certainly did not reach the service can be sent again, whatever it was. */
const isHarmless = (error: Errors.CommandError) => error._tag === "TransportError" && !error.mayHaveReached

/** What the rest of the program sees. */
class Notifier extends Context.Tag("app/Notifier")<
  Notifier,
  { readonly arrived: (order: string, to: string) => Effect.Effect<void, NotSent> }
>() {
  static readonly layer = Layer.effect(
    Notifier,
    Effect.map(Session.Session, (session) => ({
      arrived: (order, to) =>
        Commands.sendMsgOnce(session, { to: [to], text: "The parcel is here", clientMessageId: order }).pipe(
          Effect.retry({ schedule: Schedule.exponential("1 second"), times: 4, while: isHarmless }),
          Effect.catchAll(({ message }) => new NotSent({ order, problem: message })),
          Effect.flatMap((results) =>
            Effect.forEach(results, (result) =>
              result._tag === "Refused" ? new NotSent({ order, problem: result.code }) : Effect.void
            )
          ),
          Effect.asVoid
        )
    }))
  )
}
// #endregion

const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })

// #region layers
const Clickatell = KeepAlive.layer().pipe(Layer.provideMerge(Session.layer({ credentials })))

const Application = Notifier.layer.pipe(Layer.provide(Clickatell))
// #endregion

// #region several
/** A second account, with a session of its own: another tag, and a name for logs and metrics. */
class Marketing extends Context.Tag("app/Marketing")<Marketing, Session.Session["Type"]>() {
  static readonly layer = Layer.scoped(
    Marketing,
    KeepAlive.layer().pipe(
      Layer.provideMerge(Session.layer({ name: "marketing", credentials })),
      Layer.build,
      Effect.map(Context.get(Session.Session))
    )
  )
}
// #endregion

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const notifier = yield* Notifier
  yield* Effect.all([notifier.arrived("a1", "27990000001"), notifier.arrived("a2", "27990000002")], {
    concurrency: "unbounded"
  })
  assert.equal(yield* emulator.logins, 1)

  // A night in which nobody sends, and a morning on which the service cannot be reached for a moment.
  yield* TestClock.adjust("12 hours")
  yield* emulator.fail(Fault.refuse, { operation: "sendmsg", times: 2 })
  const sending = yield* Effect.fork(notifier.arrived("a3", "27990000003"))
  yield* TestClock.adjust("3 seconds")
  yield* Fiber.join(sending)
  assert.equal(yield* emulator.logins, 1)

  assert.equal((yield* Effect.flip(notifier.arrived("a4", "0"))).problem.startsWith("sendmsg: "), true)

  const marketing = yield* Marketing
  yield* marketing.open
  assert.equal(yield* emulator.logins, 2)
})

export const program = test.pipe(
  Effect.provide(
    Layer.merge(Application, Marketing.layer).pipe(
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Emulator.layer()),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)
