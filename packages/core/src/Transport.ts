/**
 * The way to the service, as `core` sees it: an envelope goes out, bytes come back.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { dual } from "effect/Function"
import type * as Runtime from "effect/Runtime"
import type { Envelope, Style } from "./Envelope.ts"
import type { TransportError } from "./Errors.ts"
import { Callback } from "./internal/callback.ts"

/**
 * What came back, complete and under the size limit, with a status that decides only where the body is not SOAP.
 *
 * @since 0.1.0
 * @category models
 */
export interface Response {
  readonly status: number
  readonly retryAfter?: Duration.Duration | undefined
  readonly body: Uint8Array
}

/**
 * Sends one envelope once and never follows a redirect; an endpoint, its style and its deadline belong together.
 *
 * @example
 * ```ts
 * import { Envelope, Ping, SessionId, Transport } from "@effect-clickatell/core"
 * import { Duration, Effect, Layer, Redacted } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // A way to the service of one's own; this one answers each command itself.
 * const Answering = Layer.succeed(Transport.Transport, {
 *   style: "document-literal",
 *   server: { address: "stub.example", port: 443 },
 *   deadline: Duration.seconds(5),
 *   send: ({ operation }) => {
 *     const { xml } = Envelope.make("document-literal", `${operation}Response`, [
 *       { name: "return", type: "xsd:string", value: "OK:" }
 *     ])
 *     return Effect.succeed({ status: 200, body: new TextEncoder().encode(Redacted.value(xml)) })
 *   }
 * })
 *
 * export const program = Effect.gen(function* () {
 *   const id = yield* SessionId.make("0123456789abcdef0123456789abcdef")
 *   assert.equal(yield* Ping.ping(id), undefined)
 * }).pipe(Effect.provide(Answering))
 * ```
 *
 * @since 0.1.0
 * @category tags
 */
export class Transport extends Context.Tag("@effect-clickatell/core/Transport")<
  Transport,
  {
    readonly style: Style
    /** The host and port for telemetry, without scheme, path or user. */
    readonly server: { readonly address: string; readonly port: number }
    /** The whole address, by which a `SessionStore` tells services apart; those at one host and port are one where it is missing. */
    readonly endpoint?: string | undefined
    /** The longest that one request takes; under a `Limit` it may have to wait before that. */
    readonly deadline: Duration.Duration
    readonly send: (envelope: Envelope) => Effect.Effect<Response, TransportError>
  }
>() {}

/**
 * A `send` of a transport that starts its exchange and is called back, as by `Effect.async`; the runtime is its caller's.
 *
 * What `start` gives stops the exchange, and may be called at any time, whatever has become of it. A session that closes stops
 * its exchanges so; for any other `send` it needs a fiber for each call, which costs more.
 *
 * @example
 * ```ts
 * import { Transport } from "@effect-clickatell/core"
 * import { Exit } from "effect"
 *
 * // Some client with callbacks, such as one of an older library.
 * declare const post: (xml: string, done: (status: number, body: Uint8Array) => void) => { readonly cancel: () => void }
 *
 * export const send = Transport.async((resume) => {
 *   const request = post("<Envelope/>", (status, body) => resume(Exit.succeed({ status, body })))
 *   return () => request.cancel()
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const async: (
  start: (resume: (exit: Exit.Exit<Response, TransportError>) => void, runtime: Runtime.Runtime<never>) => () => void
) => Effect.Effect<Response, TransportError> = (start) => new Callback(start)

/**
 * The deadline that `withDeadline` sets, for whoever writes a transport: a `send` that finds one uses it in place of its own.
 *
 * @example
 * ```ts
 * import { Transport } from "@effect-clickatell/core"
 * import { Duration, Effect } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // How long a request of this transport may take: the caller's own deadline, or else 15 seconds.
 * const patience = Effect.map(Transport.Deadline, (deadline) => Duration.decode(deadline ?? "15 seconds"))
 *
 * export const program = Effect.gen(function* () {
 *   assert.equal(Duration.toSeconds(yield* patience), 15)
 *   assert.equal(Duration.toSeconds(yield* Transport.withDeadline(patience, "2 seconds")), 2)
 * })
 * ```
 *
 * @since 0.1.0
 * @category references
 */
export class Deadline extends Context.Reference<Deadline>()("@effect-clickatell/core/Transport/Deadline", {
  defaultValue: (): Duration.DurationInput | undefined => undefined
}) {}

/**
 * Gives the calls of an effect a deadline of their own, shorter or longer than the transport's.
 *
 * Around `execute` and raw commands it bounds each request. Around a session's `ping`, `check` and `open`, which are shared, it
 * bounds this caller's waiting alone: a `TransportError` with the reason `Timeout`, while the others go on.
 *
 * @example
 * ```ts
 * import { Session, Transport } from "@effect-clickatell/core"
 * import { Effect } from "effect"
 *
 * // A probe that answers within two seconds; the ping itself goes on for whoever else waits for it.
 * export const isAlive = Effect.flatMap(Session.Session, (session) => session.ping).pipe(
 *   Transport.withDeadline("2 seconds"),
 *   Effect.as(true),
 *   Effect.catchTag("TransportError", () => Effect.succeed(false))
 * )
 * ```
 *
 * @since 0.1.0
 * @category execution
 */
export const withDeadline: {
  (deadline: Duration.DurationInput): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, deadline: Duration.DurationInput): Effect.Effect<A, E, R>
} = /*#__PURE__*/ dual(
  2,
  <A, E, R>(effect: Effect.Effect<A, E, R>, deadline: Duration.DurationInput): Effect.Effect<A, E, R> =>
    Effect.provideService(effect, Deadline, deadline)
)
