// One session behind an HTTP API, which says whether it is ready without asking the service.
import { Command, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiEndpoint,
  HttpApiError,
  HttpApiGroup,
  HttpClient
} from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Option, Schema } from "effect"
import * as assert from "node:assert/strict"

const GetBalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Option.some(record.amount) : Option.none()),
  idempotent: true
})

const Api = HttpApi.make("account").add(
  HttpApiGroup.make("account", { topLevel: true })
    .add(HttpApiEndpoint.get("ready", "/ready").addError(HttpApiError.ServiceUnavailable))
    .add(HttpApiEndpoint.get("balance", "/balance").addSuccess(Schema.String).addError(HttpApiError.ServiceUnavailable))
)

// #region handlers
const Account = HttpApiBuilder.group(Api, "account", (handlers) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    return handlers
      .handle("ready", () =>
        Effect.flatMap(session.status, ({ health, state }) =>
          state === "Rejected" || state === "Closed" || health === "Degraded"
            ? new HttpApiError.ServiceUnavailable()
            : Effect.void
        )
      )
      .handle("balance", () =>
        session.execute(GetBalance({})).pipe(
          Effect.tapError((error) => Effect.logError(error.message)),
          Effect.mapError(() => new HttpApiError.ServiceUnavailable())
        )
      )
  })
)

/** Provided once and to the whole application: every place where this layer is built anew has a session of its own. */
const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(
    Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) })
  )
)

const Server = HttpApiBuilder.serve().pipe(
  Layer.provide(HttpApiBuilder.api(Api)),
  Layer.provide(Account),
  Layer.provide(Clickatell)
)
// #endregion

export const program = Effect.gen(function* () {
  const { expireSessions, log, setPassword } = yield* Emulator.Emulator
  const client = yield* HttpApiClient.make(Api)
  yield* client.ready()
  assert.deepEqual(yield* log, []) // ready before anybody has logged in, and nothing was sent
  assert.equal(yield* client.balance(), "123.4")

  yield* setPassword("changed")
  yield* expireSessions
  assert.equal((yield* HttpClient.get("/balance")).status, 503)
  assert.equal((yield* HttpClient.get("/ready")).status, 503)
  assert.deepEqual(
    (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`),
    ["auth OK", "getbalance OK", "getbalance ERR 001", "auth ERR 001"]
  )
}).pipe(
  Effect.provide(
    Server.pipe(
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Layer.merge(Emulator.layer(), NodeHttpServer.layerTest))
    )
  )
)
