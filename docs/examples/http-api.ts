// One session behind an HTTP API, with the routes for probes, which never ask the service.
import { Commands, Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import type { SessionStatus } from "@effect-clickatell/core"
import { Emulator, Fault } from "@effect-clickatell/testing"
import {
  HttpApi,
  HttpApiBuilder,
  HttpApiClient,
  HttpApiEndpoint,
  HttpApiError,
  HttpApiGroup,
  HttpApiSchema,
  HttpClient
} from "@effect/platform"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Effect, Layer, Ref, Schedule, Schema, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region api
/** For a person who looks: a probe goes by the status alone. */
const Known = {
  state: Schema.Literal("Idle", "Authenticating", "Ready", "Rejected", "Closed"),
  health: Schema.Literal("Healthy", "Degraded"),
  lastError: Schema.NullOr(Schema.String)
}

class NotReady extends Schema.TaggedError<NotReady>()("NotReady", Known, HttpApiSchema.annotations({ status: 503 })) {}

const Api = HttpApi.make("account")
  .add(
    HttpApiGroup.make("health", { topLevel: true })
      .add(HttpApiEndpoint.get("healthz", "/healthz"))
      .add(HttpApiEndpoint.get("readyz", "/readyz").addSuccess(Schema.Struct(Known)).addError(NotReady))
  )
  .add(
    HttpApiGroup.make("account", { topLevel: true }).add(
      HttpApiEndpoint.get("balance", "/balance").addSuccess(Schema.BigDecimal).addError(HttpApiError.ServiceUnavailable)
    )
  )
// #endregion

// #region health
const isReady = ({ health, state }: SessionStatus.SessionStatus) =>
  state !== "Rejected" && state !== "Closed" && health === "Healthy"

const Health = HttpApiBuilder.group(Api, "health", (handlers) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    return handlers
      .handle("healthz", () => Effect.void)
      .handle("readyz", () =>
        Effect.flatMap(session.status, (status) => {
          const { health, lastError = null, state } = status
          return isReady(status)
            ? Effect.succeed({ state, health, lastError })
            : new NotReady({ state, health, lastError })
        })
      )
  })
)
// #endregion

// #region recovery
/** A program that is out of service is not called, and some sessions recover by a call alone: so here is one, every half minute. */
const Recovery = Layer.scopedDiscard(
  Effect.flatMap(Session.Session, ({ open, status }) =>
    Effect.forkScoped(
      Effect.schedule(
        Effect.unlessEffect(Effect.ignore(open), Effect.map(status, isReady)),
        Schedule.spaced("30 seconds")
      )
    )
  )
)
// #endregion

// #region handlers
const Account = HttpApiBuilder.group(Api, "account", (handlers) =>
  Effect.gen(function* () {
    const session = yield* Session.Session
    return handlers.handle("balance", () =>
      session.execute(Commands.getBalance).pipe(
        Effect.tapError((error) => Effect.logError(error.message)),
        Effect.mapError(() => new HttpApiError.ServiceUnavailable())
      )
    )
  })
)

/** Provided once and to the whole application: every place where this layer is built anew has a session of its own. */
const clickatell = <E>(credentials: Effect.Effect<Credentials.Credentials, E>) =>
  Layer.merge(KeepAlive.layer(), Recovery).pipe(Layer.provideMerge(Session.layer({ credentials })))

const Server = HttpApiBuilder.serve().pipe(Layer.provide(HttpApiBuilder.api(Api)), Layer.provide([Health, Account]))
// #endregion

/** The provider's password, which is changed in the course of this. */
const password = Ref.unsafeMake("demo")

const test = Effect.gen(function* () {
  const { expireSessions, fail, log, setPassword } = yield* Emulator.Emulator
  const client = yield* HttpApiClient.make(Api)
  const balance = Effect.map(HttpClient.get("/balance"), ({ status }) => status)
  const whyNot = Effect.map(Effect.flip(client.readyz()), (error) =>
    error._tag === "NotReady" ? [error.state, error.health, error.lastError] : error._tag
  )
  const requests = Effect.map(log, ({ length }) => length)

  // Ready before anybody has logged in, and however often it is asked, nothing is sent.
  yield* Effect.replicateEffect(client.readyz(), 100, { discard: true })
  yield* TestClock.adjust("1 hour")
  assert.deepEqual(yield* client.readyz(), { state: "Idle", health: "Healthy", lastError: null })
  yield* client.healthz()
  assert.equal(yield* requests, 0)

  // The first login finds something else in the place of the service, and nobody calls again.
  const maintenance = fail(Fault.raw("<html>down for maintenance</html>"))
  yield* maintenance
  assert.equal(yield* balance, 503)
  assert.deepEqual(yield* whyNot, ["Idle", "Degraded", "MalformedReply"])
  yield* TestClock.adjust("30 seconds")
  assert.equal((yield* client.readyz()).state, "Ready")

  // The same in the middle of a session's life, which the keep-alive sees to.
  yield* maintenance
  assert.equal(yield* balance, 503)
  assert.deepEqual(yield* whyNot, ["Ready", "Degraded", "MalformedReply"])
  yield* TestClock.adjust("10 minutes")
  assert.equal((yield* client.readyz()).health, "Healthy")

  // The password is changed: nothing more is sent until the provider has the new one. The process is alive all the time.
  yield* setPassword("changed")
  yield* expireSessions
  assert.equal(yield* balance, 503)
  const before = yield* requests
  yield* TestClock.adjust("1 hour")
  assert.deepEqual(yield* whyNot, ["Rejected", "Degraded", "AuthFailed"])
  yield* client.healthz()
  assert.equal(yield* requests, before)
  yield* Ref.set(password, "changed")
  yield* TestClock.adjust("1 minute")
  assert.equal((yield* client.readyz()).state, "Ready")
  assert.equal(yield* requests, before + 1)
})

const credentials = Effect.flatMap(password, (password) =>
  Credentials.make({ apiId: "123456", user: "demo", password })
)

export const program = test.pipe(
  Effect.provide(
    Server.pipe(
      Layer.provide(clickatell(credentials)),
      Layer.provide(Emulator.layerTransport()),
      Layer.provideMerge(Layer.merge(Emulator.layer(), NodeHttpServer.layerTest)),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)
