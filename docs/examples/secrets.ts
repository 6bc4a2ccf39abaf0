// Credentials from a secret store over HTTP, remembered for a while, and from files; and what happens when they are rotated.
import { Credentials, Session } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import {
  FetchHttpClient,
  FileSystem,
  HttpClient,
  HttpClientRequest,
  HttpClientResponse,
  HttpServer,
  HttpServerRequest,
  HttpServerResponse
} from "@effect/platform"
import { Config, ConfigProvider, Effect, Equal, Layer, Ref, Schema, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"
import * as http from "node:http"

// #region store
/** What Vault's key-value store (version 2) answers; the secret has the fields that were put into it. */
const Answer = Schema.Struct({
  data: Schema.Struct({
    data: Schema.Struct({
      apiId: Schema.Redacted(Schema.String),
      user: Schema.Redacted(Schema.String),
      password: Schema.Redacted(Schema.String)
    })
  })
})

/** A token of `authorization` shows in no trace; that of a header of one's own would. */
const fromVault = Effect.gen(function* () {
  const address = yield* Config.string("VAULT_ADDR")
  const token = yield* Config.redacted("VAULT_TOKEN")
  const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
  const response = yield* client.execute(
    HttpClientRequest.get(`${address}/v1/secret/data/clickatell`).pipe(HttpClientRequest.bearerToken(token))
  )
  const { data } = yield* HttpClientResponse.schemaBodyJson(Answer)(response)
  return yield* Credentials.make(data.data)
}).pipe(
  Effect.timeout("5 seconds"),
  // An error of the client or of a schema can show a secret, and the session repeats neither: the tag is for the log.
  Effect.tapError(({ _tag }) => Effect.logWarning(`Vault gave no credentials: ${_tag}`))
)
// #endregion

// #region cached
const Clickatell = Layer.unwrapEffect(
  Effect.map(Credentials.cached(fromVault, "10 minutes"), (credentials) => Session.layer({ credentials }))
)
// #endregion

// #region files
/** A folder with a file for each secret, as Docker and Kubernetes mount one; the line break at the end of a file is not part of it. */
const fromFiles = (folder: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const read = (name: string) =>
      Effect.map(files.readFileString(`${folder}/${name}`), (text) => text.replace(/\r?\n$/, ""))
    return yield* Credentials.make({
      apiId: yield* read("api-id"),
      user: yield* read("user"),
      password: yield* read("password")
    })
  })

const FromFiles = Session.layer({ credentials: fromFiles("/run/secrets/clickatell") })
// #endregion

// #region reset
/** To be called once the new password is in the store: the next use reads it, and no login is refused. */
const useNewPassword = Effect.flatMap(Session.Session, ({ reset }) => reset)
// #endregion

/** A store on this machine that answers as Vault does, and can be sealed, as Vault is after a restart. */
const startVault = Effect.gen(function* () {
  const password = yield* Ref.make<string | undefined>("demo")
  const reads = yield* Ref.make(0)
  const server = yield* NodeHttpServer.make(() => http.createServer(), { port: 0, host: "127.0.0.1" })
  yield* server.serve(
    Effect.gen(function* () {
      const { headers, url } = yield* HttpServerRequest.HttpServerRequest
      if (headers["authorization"] !== "Bearer token" || url !== "/v1/secret/data/clickatell")
        return HttpServerResponse.empty({ status: 403 })
      yield* Ref.update(reads, (times) => times + 1)
      const current = yield* password
      if (current === undefined) return HttpServerResponse.empty({ status: 503 })
      return HttpServerResponse.unsafeJson({ data: { data: { apiId: "123456", user: "demo", password: current } } })
    })
  )
  return { address: HttpServer.formatAddress(server.address), reads, password }
})

const testStore = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const vault = yield* startVault
  const environment = ConfigProvider.fromMap(
    new Map([
      ["VAULT_ADDR", vault.address],
      ["VAULT_TOKEN", "token"]
    ])
  )
  const rotate = (password: string) => Effect.all([Ref.set(vault.password, password), emulator.setPassword(password)])
  const outcomes = Effect.map(emulator.log, (log) =>
    log.flatMap(({ operation, outcome }) => (operation === "auth" ? [outcome] : []))
  )
  yield* Effect.gen(function* () {
    const session = yield* Session.Session

    // Two logins within ten minutes are one read.
    yield* session.ping
    yield* emulator.expireSessions
    yield* session.ping
    assert.deepEqual([yield* emulator.logins, yield* vault.reads], [2, 1])

    // Rotated, and nobody says so: what is remembered is refused once, and the next use reads the store.
    yield* rotate("second")
    yield* emulator.expireSessions
    yield* TestClock.adjust("10 seconds")
    const refused = yield* Effect.flip(session.ping)
    assert.equal("reason" in refused && refused.reason, "BadCredentials")
    yield* session.ping
    assert.deepEqual([yield* outcomes, yield* vault.reads], [["OK", "OK", "ERR 001", "OK"], 2])

    // Rotated, and the session is told: nothing is refused.
    yield* TestClock.adjust("1 minute")
    yield* rotate("third")
    yield* useNewPassword
    yield* session.ping
    assert.deepEqual([(yield* outcomes).slice(4), yield* vault.reads], [["OK"], 3])

    // The store is sealed when the next login is due, and opened again.
    yield* Ref.set(vault.password, undefined)
    yield* TestClock.adjust("1 hour")
    const sealed = yield* Effect.flip(session.ping)
    assert.equal("reason" in sealed && sealed.reason, "CredentialsUnavailable")
    yield* Ref.set(vault.password, "third")
    yield* session.ping
  }).pipe(Effect.provide(Clickatell), Effect.withConfigProvider(environment))
})

const testFiles = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  yield* files.writeFileString(`${folder}/api-id`, "123456\n")
  yield* files.writeFileString(`${folder}/user`, "demo")
  yield* files.writeFileString(`${folder}/password`, "demo\r\n")
  const expected = yield* Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
  assert.ok(Equal.equals(yield* fromFiles(folder), expected))

  // Nothing is read until the first login.
  yield* Layer.build(FromFiles)
})

export const program = Effect.zipRight(testStore, testFiles).pipe(
  Effect.scoped,
  Effect.provide(
    Emulator.layerTransport().pipe(
      Layer.provideMerge(Emulator.layer()),
      Layer.provideMerge(Layer.mergeAll(FetchHttpClient.layer, NodeContext.layer, TestContext.TestContext))
    )
  )
)
