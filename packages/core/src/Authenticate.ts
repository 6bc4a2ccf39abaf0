/**
 * `auth`: opens a session, which dies after 15 minutes without a command.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Command from "./Command.ts"
import type { Credentials } from "./Credentials.ts"
import type { AuthFailed, ExchangeError } from "./Errors.ts"
import * as credentials from "./internal/credentials.ts"
import * as SessionId from "./SessionId.ts"
import type { Transport } from "./Transport.ts"

/**
 * The command `auth`; its reply is `OK: <session id>`, of 32 hexadecimal characters in every documented sample.
 *
 * Not idempotent: each success opens another session, and each refusal may count towards a frozen account. Credentials that did
 * not pass the checks of `Credentials` are an `AuthFailed` with the reason `CredentialsUnavailable`, and nothing is sent.
 *
 * @example
 * ```ts
 * import { Authenticate, Command, Credentials } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const credentials = yield* Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 *   const command = Authenticate.Authenticate(credentials)
 *   assert.equal(command.idempotent, false)
 *   // A session id is a secret: it prints as <redacted>.
 *   assert.equal(String(yield* Command.execute(command)), "<redacted>")
 * }).pipe(Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer())))
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const Authenticate = (given: Credentials): Command.Command<SessionId.SessionId, AuthFailed> => ({
  operation: "auth",
  parameters: Either.map(credentials.check(given), ({ apiId, password, user }) => [
    { name: "api_id", type: isNumber(apiId) ? "xsd:int" : "xsd:string", value: apiId },
    { name: "user", type: "xsd:string", value: user },
    { name: "password", type: "xsd:string", value: password }
  ]),
  returns: "one",
  decode: ([record]) => {
    if (record._tag !== "Ok") return Either.left("UnrecognisedReturn")
    const id = record.value ?? ""
    return /^[0-9a-fA-F]{32}$/.test(id)
      ? // Letter by letter, since a piece of a text keeps the whole of it, which is the reply, for as long as the session lives.
        Either.mapLeft(SessionId.make(Array.from(id).join("")), () => "BadSessionId")
      : Either.left("BadSessionId")
  },
  idempotent: false
})

/**
 * Logs in once; a refusal is `AuthFailed` with the reason `BadCredentials`, `AccountFrozen`, `IpLockdown` or `InvalidApiId`.
 *
 * Never retries: `Session` does, within its budget.
 *
 * @example
 * ```ts
 * import { Authenticate, Credentials } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const credentials = yield* Credentials.make({ apiId: "123456", user: "demo", password: "wrong" })
 *   const error = yield* Effect.flip(Authenticate.authenticate(credentials))
 *   assert.equal(error._tag === "AuthFailed" && error.reason, "BadCredentials")
 * }).pipe(Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer())))
 * ```
 *
 * @since 0.1.0
 * @category execution
 */
export const authenticate = (credentials: Credentials): Effect.Effect<SessionId.SessionId, ExchangeError, Transport> =>
  Command.execute(Authenticate(credentials))

const isNumber = (text: Redacted.Redacted<string>): boolean => /^\d{1,9}$/.test(Redacted.value(text))
