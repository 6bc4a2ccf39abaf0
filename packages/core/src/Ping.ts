/**
 * `ping`: gives a session another 15 minutes and does nothing else.
 *
 * @since 0.1.0
 */
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Command from "./Command.ts"
import type { ExchangeError } from "./Errors.ts"
import type { SessionId } from "./SessionId.ts"
import type { Transport } from "./Transport.ts"

/**
 * The command `ping`; its reply is `OK:`, and the HTTP variant's `OK: <session id>` is accepted too.
 *
 * @example
 * ```ts
 * import { Ping, Session } from "@effect-clickatell/core"
 * import { Effect } from "effect"
 *
 * // With the session's login and replay, but not shared with the pings of others, as `session.ping` is.
 * export const ping = Effect.flatMap(Session.Session, (session) => session.execute(Ping.Ping))
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const Ping: Command.Command<void, never> = {
  operation: "ping",
  parameters: Either.right([]),
  returns: "one",
  decode: ([record]) =>
    record._tag === "Ok" && record.value !== undefined && /^(?:[0-9a-fA-F]{32})?$/.test(record.value)
      ? Either.void
      : Either.left("UnrecognisedReturn"),
  idempotent: true
}

/**
 * Pings a session once; an expired one cannot be revived and fails with `AuthFailed`, reason `SessionNotAccepted`.
 *
 * Never retries and never logs in: `Session` does both.
 *
 * @example
 * ```ts
 * import { Ping, SessionId } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * export const program = Effect.gen(function* () {
 *   const id = yield* SessionId.make("0123456789abcdef0123456789abcdef")
 *   const error = yield* Effect.flip(Ping.ping(id))
 *   assert.equal(error._tag === "AuthFailed" && error.reason, "SessionNotAccepted")
 * }).pipe(Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer())))
 * ```
 *
 * @since 0.1.0
 * @category execution
 */
export const ping = (sessionId: SessionId): Effect.Effect<void, ExchangeError, Transport> =>
  Command.execute(Ping, sessionId)
