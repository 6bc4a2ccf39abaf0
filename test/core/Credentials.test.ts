import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import type { Credentials } from "@effect-clickatell/core/Credentials"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import { AuthFailed, InvalidParameters, TransportError } from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted, Schedule, Schema } from "effect"
import { answering, envelope, hex, reply, sessionId, transport } from "./codec.ts"
import { command, run } from "./commands.ts"
import * as Scripted from "./scriptedTransport.ts"
import { credentials, errorOf, fails, outcome, said, start, succeeds } from "./support.ts"

const canary = "canary-9d41"

const wiped = (): Redacted.Redacted<string> => {
  const secret = Redacted.make(canary)
  Redacted.unsafeWipe(secret)
  return secret
}

/** Secrets that no request can carry; each test takes new ones, since one of them is gone for good. */
const unfit = (): ReadonlyArray<Redacted.Redacted<string>> => [
  ...["", "\u0000", `${canary}\u0000`, `${canary}\u000b`, `${canary}\ud800`, `\udc00${canary}`, `${canary}\uffff`].map(
    (text) => Redacted.make(text)
  ),
  wiped()
]

/** A service that gives this answer, while this secret is wiped from memory. */
const wipingBefore = (body: string, secret: Redacted.Redacted<string>): Layer.Layer<Transport> => {
  const service = transport(body)
  return Layer.succeed(Transport, {
    ...service,
    send: (envelope) =>
      Effect.tap(service.send(envelope), () => {
        Redacted.unsafeWipe(secret)
      })
  })
}

/** What becomes of a login that is answered so. */
const answers: Readonly<Record<string, string>> = {
  [reply("auth", `OK: ${hex}`)]: "ok",
  [reply("auth", "ERR: 001, no")]: "AuthFailed BadCredentials 001",
  [reply("auth", "ERR: 777, no")]: "ApiError 777",
  [envelope("<e:Fault><faultcode>e:Client</faultcode></e:Fault>")]: "SoapFault e:Client"
}

const assertRefused = (error: unknown, name: string): void => {
  assert.instanceOf(error, AuthFailed)
  assert.deepInclude({ ...error }, { operation: "auth", reason: "CredentialsUnavailable" })
  assert.match(error.message, new RegExp(`^auth: CredentialsUnavailable: the ${name} `))
  assert.notInclude(error.message + JSON.stringify(error), canary)
}

describe("credentials that got past their checks, as a copy of good ones", () => {
  const names = { apiId: "API id", user: "user", password: "password" } as const

  for (const [field, name] of Object.entries(names)) {
    const copies = (): ReadonlyArray<Credentials> => unfit().map((secret) => ({ ...credentials(), [field]: secret }))

    it.effect(`are not sent by a login, which names the ${name}`, () =>
      Effect.gen(function* () {
        const sent: Array<Envelope.Envelope> = []
        for (const bad of copies()) {
          for (const login of [Authenticate.authenticate(bad), Command.execute(Authenticate.Authenticate(bad))]) {
            const exit = yield* Effect.exit(Effect.provide(login, answering(reply("auth", "OK:"), { sent })))
            assertRefused(errorOf(exit), name)
          }
        }
        assert.lengthOf(sent, 0)
      })
    )

    it.scoped(`are not sent by a session, whose callers are told of the ${name}`, () =>
      Effect.gen(function* () {
        for (const bad of copies()) {
          const server = Scripted.make()
          const session = yield* start(server, { credentials: Effect.succeed(bad) })
          assertRefused(yield* fails(session.ping), name)
          assert.deepStrictEqual(server.log, [])
        }
      })
    )
  }

  it.scoped("leave a session to the next ones that its provider gives", () =>
    Effect.gen(function* () {
      let given = { ...credentials(), password: Redacted.make("") }
      const session = yield* start(Scripted.make(), { credentials: Effect.sync(() => given) })
      assertRefused(yield* fails(session.open), "password")
      given = credentials()
      yield* succeeds(session.open, "10 seconds")
    })
  )
})

describe("a secret that was wiped from memory", () => {
  it.effect("is not sent as a session id: nothing was sent", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const id = sessionId()
      Redacted.unsafeWipe(id)
      const exit = yield* Effect.exit(Ping.ping(id).pipe(Effect.provide(answering("", { sent }))))
      const error = errorOf(exit)
      assert.instanceOf(error, TransportError)
      assert.deepInclude({ ...error }, { operation: "ping", phase: "connect", mayHaveReached: false })
      assert.lengthOf(sent, 0)
    })
  )

  it.effect("while the service is asked about it is no defect, whatever the answer is", () =>
    Effect.gen(function* () {
      for (const [body, expected] of Object.entries(answers)) {
        const given = credentials()
        const exit = yield* Effect.exit(
          Effect.provide(Authenticate.authenticate(given), wipingBefore(body, given.password))
        )
        assert.strictEqual(Exit.isSuccess(exit) ? "ok" : said(errorOf(exit)), expected)
      }
    })
  )

  it.scoped("while a session logs in is no defect, and the session is opened or rejected all the same", () =>
    Effect.gen(function* () {
      for (const [body, expected] of Object.entries(answers)) {
        const given = credentials()
        const server = { ...Scripted.make(), layer: wipingBefore(body, given.password) }
        const session = yield* start(server, { credentials: Effect.succeed(given), loginRetry: Schedule.stop })
        const exit = yield* outcome(session.open)
        assert.strictEqual(Exit.isSuccess(exit) ? "ok" : said(errorOf(exit)), expected)
        const states: Readonly<Record<string, string>> = { ok: "Ready", "AuthFailed BadCredentials 001": "Rejected" }
        assert.strictEqual((yield* session.status).state, states[expected] ?? "Idle")
      }
    })
  )

  it.effect("makes the parameters of a command wrong", () =>
    Effect.gen(function* () {
      const make = command(Schema.Struct({ token: Schema.RedactedFromSelf(Schema.String) }))
      const sent: Array<Envelope.Envelope> = []
      const error = errorOf(yield* run(make({ token: wiped() }), "", { sent }))
      assert.instanceOf(error, InvalidParameters)
      assert.strictEqual(error.message, "sendmsg: nothing was sent: correct the parameters")
      assert.lengthOf(sent, 0)
    })
  )
})
