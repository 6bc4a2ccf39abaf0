// A job that cron starts: it sends what is due, ends, and leaves its session to the next run.
import { Commands, Credentials, Session } from "@effect-clickatell/core"
import type { Errors } from "@effect-clickatell/core"
import { HttpTransport, KeyValueSessionStore } from "@effect-clickatell/platform"
import { Emulator, EmulatorServer, Fault } from "@effect-clickatell/testing"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { FetchHttpClient, FileSystem, KeyValueStore } from "@effect/platform"
import { ConfigProvider, Context, Data, Effect, Layer } from "effect"
import * as assert from "node:assert/strict"

// #region layer
/** No `KeepAlive`: the job ends long before its session does. The store needs `CLICKATELL_STORE_KEYS`. */
const clickatell = (folder: string) =>
  Session.layer({ credentials: Credentials.config }).pipe(
    Layer.provide(HttpTransport.layerConfig()),
    Layer.provide(FetchHttpClient.layer),
    Layer.provide(KeyValueSessionStore.layerConfig()),
    Layer.provide(KeyValueStore.layerFileSystem(folder))
  )
// #endregion

// #region outbox
export interface Message {
  /** Our own id: letters and digits, at most 32. */
  readonly id: string
  readonly to: string
  readonly text: string
  /** Whether it was begun before, so that it may have gone out. */
  readonly begun: boolean
}

/** Where messages wait, such as a table of a database. */
class Outbox extends Context.Tag("app/Outbox")<
  Outbox,
  {
    readonly due: Effect.Effect<ReadonlyArray<Message>>
    readonly begin: (id: string) => Effect.Effect<void>
    readonly end: (id: string, outcome: Outcome) => Effect.Effect<void>
  }
>() {}
// #endregion

// #region deliver
/** `Known` is a message that the service has from an earlier run. */
export type Outcome = "Known" | Commands.Sent["_tag"]

const isKnown = (id: string) =>
  Effect.flatMap(Session.Session, (session) =>
    session.execute(Commands.queryMsg({ clientMessageId: id })).pipe(
      Effect.as(true),
      Effect.catchIf(
        (error) => error._tag === "ApiError" && error.code === "104",
        () => Effect.succeed(false)
      )
    )
  )

/** Asks the service first about what may have gone out, and sends only what it does not know. */
export const deliver = ({ begun, id, text, to }: Message) =>
  Effect.gen(function* (): Effect.fn.Return<Outcome, Errors.CommandError, Session.Session> {
    if (begun && (yield* isKnown(id))) return "Known"
    const session = yield* Session.Session
    const [result] = yield* Commands.sendMsgOnce(session, { to: [to], text, clientMessageId: id })
    return result._tag
  })
// #endregion

// #region job
class MessagesLeft extends Data.TaggedError("MessagesLeft")<{ readonly count: number }> {
  override get message() {
    return `${this.count} messages are left for the next run`
  }
}

const job = Effect.gen(function* () {
  const outbox = yield* Outbox
  yield* Effect.forEach(
    yield* outbox.due,
    (message) =>
      outbox.begin(message.id).pipe(
        Effect.zipRight(deliver(message)),
        Effect.flatMap((outcome) => outbox.end(message.id, outcome)),
        // The next run sees to this one. Where we are not let in, no other message would go out either.
        Effect.catchIf(
          (error) => error._tag !== "AuthFailed",
          (error) => Effect.logWarning(`${message.id}: ${error.message}`)
        )
      ),
    { concurrency: 10, discard: true }
  )
  const { length: count } = yield* outbox.due
  if (count > 0) return yield* new MessagesLeft({ count })
})
// #endregion

// #region main
/** An error ends the process with 1, so that cron or Kubernetes hears of it; the scope closes before that. */
export const main = (outbox: Layer.Layer<Outbox>) =>
  job.pipe(
    Effect.provide(Layer.merge(Layer.provide(clickatell("/var/lib/reminders"), NodeContext.layer), outbox)),
    NodeRuntime.runMain
  )
// #endregion

/** An outbox in memory, which is the same in each run. */
const makeOutbox = (ids: ReadonlyArray<string>) => {
  const waiting = new Map<string, Message>(
    ids.map((id) => [id, { id, to: "27990000001", text: `This is ${id}`, begun: false }])
  )
  return Layer.succeed(Outbox, {
    due: Effect.sync(() => [...waiting.values()]),
    begin: (id) =>
      Effect.sync(() => {
        const message = waiting.get(id)
        if (message !== undefined) waiting.set(id, { ...message, begun: true })
      }),
    end: (id) => Effect.sync(() => void waiting.delete(id))
  })
}

const environment = (endpoint: string) =>
  ConfigProvider.fromMap(
    new Map([
      ["CLICKATELL_API_ID", "123456"],
      ["CLICKATELL_USER", "demo"],
      ["CLICKATELL_PASSWORD", "demo"],
      ["CLICKATELL_ENDPOINT", endpoint],
      ["CLICKATELL_STORE_KEYS", "what openssl rand -base64 32 prints"]
    ])
  )

export const program = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const folder = yield* Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
  const runWith = (...ids: ReadonlyArray<string>) =>
    job.pipe(
      Effect.provide(Layer.merge(clickatell(folder), makeOutbox(ids))),
      Effect.withConfigProvider(environment(endpoint("document-literal")))
    )
  const run = runWith("one", "two", "three")
  const messages = Effect.map(emulator.messages, ({ length }) => length)

  // The answer to one is lost, and so is that to the question whether it went out: the next run asks again.
  yield* emulator.fail(Fault.drop, { operation: "sendmsg" })
  yield* emulator.fail(Fault.status(500), { operation: "querymsg" })
  assert.equal((yield* Effect.flip(run)).message, "1 messages are left for the next run")
  assert.equal(yield* messages, 3)
  yield* run
  assert.equal(yield* messages, 3)
  assert.equal(yield* emulator.logins, 1)

  // A password that was refused in one run is not sent by the next.
  yield* emulator.setPassword("changed")
  yield* emulator.expireSessions
  const later = runWith("four", "five")
  assert.equal((yield* Effect.flip(later))._tag, "AuthFailed")
  const before = (yield* emulator.log).length
  assert.equal((yield* Effect.flip(later))._tag, "AuthFailed")
  assert.equal((yield* emulator.log).length, before)
}).pipe(
  Effect.scoped,
  Effect.provide(
    EmulatorServer.layer().pipe(Layer.provideMerge(Emulator.layer()), Layer.provideMerge(NodeContext.layer))
  )
)
