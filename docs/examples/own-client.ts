// A call over somebody else's client, in the session that this library keeps.
import { Credentials, Session } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Data, Effect, Layer, Predicate, Redacted } from "effect"
import * as assert from "node:assert/strict"

/** Stands for any client that wants a session id, with promises and exceptions of its own. */
interface StatusClient {
  readonly query: (sessionId: string, messageId: string) => Promise<string>
}

// #region use
class QueryFailed extends Data.TaggedError("QueryFailed")<{ readonly code: string }> {}

const codeOf = (error: unknown) =>
  Predicate.hasProperty(error, "code") && Predicate.isString(error.code) ? error.code : "unknown"

/** The id is handed to the call, and once more, with a new id, when `refused` says that the service took it back. */
const queryStatus = (client: StatusClient, messageId: string) =>
  Effect.flatMap(Session.Session, (session) =>
    session.use(
      (id) =>
        Effect.tryPromise({
          try: () => client.query(Redacted.value(id), messageId),
          catch: (error) => new QueryFailed({ code: codeOf(error) })
        }),
      ({ code }) => code === "001" || code === "003"
    )
  )
// #endregion

/** A service that takes back the first id it sees. */
const forgetful = (): StatusClient => {
  const seen = new Set<string>()
  return {
    query: async (sessionId, messageId) => {
      seen.add(sessionId)
      if (seen.size === 1) throw Object.assign(new Error("Session ID expired"), { code: "003" })
      return `${messageId}: delivered`
    }
  }
}

const Service = Session.layer({
  credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
}).pipe(Layer.provide(Emulator.layerTransport()), Layer.provideMerge(Emulator.layer()))

export const program = Effect.gen(function* () {
  assert.equal(yield* queryStatus(forgetful(), "c0ffee"), "c0ffee: delivered")
  const { generation } = yield* Effect.flatMap(Session.Session, ({ status }) => status)
  assert.equal(generation, 2)
}).pipe(Effect.provide(Service))
