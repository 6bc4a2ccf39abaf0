// A worker that takes messages from a queue until it is told to stop, ten at once.
import { Credentials, KeepAlive, Session, Transport } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Emulator, Fault } from "@effect-clickatell/testing"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { FetchHttpClient } from "@effect/platform"
import { Context, Deferred, Effect, Fiber, Layer, Queue, Ref, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"
import { deliver } from "./cron.ts"
import type { Message } from "./cron.ts"

// #region broker
/** What a broker hands out is handed out again, to anybody, until it is settled. */
interface Delivery {
  /** `begun` where it was handed out before: `redelivered`, or a receive count above 1. */
  readonly message: Message
  readonly acknowledge: Effect.Effect<void>
  readonly giveBack: Effect.Effect<void>
  /** Puts it where a person looks at it, such as a dead letter queue. */
  readonly setAside: Effect.Effect<void>
}

class Broker extends Context.Tag("app/Broker")<Broker, { readonly take: Effect.Effect<Delivery> }>() {}
// #endregion

// #region settle
/** For a while no message will fare better: the queue is not gone through for nothing. Who is told to stop does not wait. */
const rest = Effect.interruptible(Effect.sleep("30 seconds"))

const settle = ({ acknowledge, giveBack, message, setAside }: Delivery) =>
  deliver(message).pipe(
    // Each request has ten seconds, whatever the transport's own deadline is.
    Transport.withDeadline("10 seconds"),
    Effect.tapError((error) => Effect.logWarning(`${message.id}: ${error.message}`)),
    Effect.matchEffect({
      onSuccess: (outcome) => (outcome === "Refused" ? setAside : acknowledge),
      onFailure: ({ _tag }) =>
        _tag === "InvalidParameters" || _tag === "ApiError" ? setAside : Effect.zipRight(giveBack, rest)
    })
  )
// #endregion

// #region worker
/** Told to stop, it takes no more, and ends when what it has taken is settled. */
const worker = Effect.uninterruptibleMask((restore) =>
  Effect.flatMap(Broker, ({ take }) => Effect.forever(Effect.flatMap(restore(take), settle)))
)

const workers = Effect.replicateEffect(worker, 10, { concurrency: "unbounded", discard: true })
// #endregion

// #region main
const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
  Layer.provide(HttpTransport.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

/** SIGTERM interrupts the workers; the layers, and with them the session, close when the last one has ended. */
export const main = (broker: Layer.Layer<Broker>) =>
  workers.pipe(Effect.provide(Layer.merge(Clickatell, broker)), NodeRuntime.runMain)
// #endregion

/** A broker in memory, and what became of each message. */
const makeBroker = Effect.gen(function* () {
  const queue = yield* Queue.unbounded<Message>()
  const settled = yield* Ref.make<ReadonlyArray<string>>([])
  const note = (how: string, { id }: Message) => Ref.update(settled, (all) => [...all, `${id} ${how}`])
  const take = Effect.map(queue.take, (message): Delivery => ({
    message,
    acknowledge: note("acknowledged", message),
    setAside: note("set aside", message),
    giveBack: Effect.zipRight(note("given back", message), queue.offer({ ...message, begun: true }))
  }))
  const put = (id: string, to = "27990000001", begun = false) =>
    queue.offer({ id, to, text: "The parcel is here", begun })
  return { put, settled: Ref.get(settled), layer: Layer.succeed(Broker, { take }) }
})

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const session = yield* Session.Session
  const { layer, put, settled } = yield* makeBroker
  const working = yield* Effect.fork(Effect.provide(workers, layer))
  const clientIds = Effect.map(emulator.messages, (all) => all.map(({ clientMessageId }) => clientMessageId))

  // Twenty messages are one login. One of them is to nobody, and would be to nobody the next time.
  for (let n = 10; n < 30; n++) yield* put(`m${n}`, n === 29 ? "nobody" : undefined)
  yield* TestClock.adjust("1 second")
  assert.equal((yield* settled).filter((it) => it.endsWith("acknowledged")).length, 19)
  assert.ok((yield* settled).includes("m29 set aside"))
  assert.equal(yield* emulator.logins, 1)

  // The answer is lost, and to the question too: the message is handed out again, is known, and goes out once.
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  yield* emulator.fail(Fault.status(500), { operation: "querymsg" })
  yield* put("lost")
  yield* TestClock.adjust("1 minute")
  const lost = (yield* settled).filter((it) => it.startsWith("lost"))
  assert.deepEqual(lost, ["lost given back", "lost acknowledged"])
  // A worker was killed after it had sent, and before it could say so.
  yield* put("m10", "27990000001", true)
  yield* TestClock.adjust("1 second")
  assert.equal((yield* clientIds).filter((id) => id === "lost" || id === "m10").length, 2)

  // Not let in: a message is tried once in 30 seconds, and goes out when that is over.
  yield* emulator.freeze
  yield* emulator.expireSessions
  yield* put("late")
  yield* TestClock.adjust("1 minute")
  yield* emulator.unfreeze
  yield* session.reset
  yield* TestClock.adjust("1 minute")
  assert.ok((yield* settled).includes("late acknowledged"))

  // Told to stop while a message is under way: that one is settled first, and the next one stays where it is.
  const [here, go] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
  yield* emulator.fail(() =>
    Effect.zipRight(Deferred.succeed(here, undefined), Effect.as(Deferred.await(go), undefined))
  )
  yield* put("last")
  yield* Deferred.await(here)
  const stopping = yield* Effect.fork(Fiber.interrupt(working))
  yield* put("for another worker")
  yield* Deferred.succeed(go, undefined)
  yield* Fiber.join(stopping)
  assert.ok((yield* settled).includes("last acknowledged"))
  assert.ok(!(yield* clientIds).includes("for another worker"))
})

export const program = test.pipe(
  Effect.provide(
    KeepAlive.layer().pipe(
      Layer.provideMerge(
        Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
      ),
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Emulator.layer()),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)
