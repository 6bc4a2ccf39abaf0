/**
 * The way to the service, as `core` sees it: an envelope goes out, bytes come back.
 *
 * @since 0.1.0
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { dual } from "effect/Function"
import type { Envelope, Style } from "./Envelope.ts"
import type { TransportError } from "./Errors.ts"

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
 * The deadline that `withDeadline` sets, for whoever writes a transport: a `send` that finds one uses it in place of its own.
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
 * @since 0.1.0
 * @category execution
 */
export const withDeadline: {
  (deadline: Duration.DurationInput): <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  <A, E, R>(effect: Effect.Effect<A, E, R>, deadline: Duration.DurationInput): Effect.Effect<A, E, R>
} = dual(2, <A, E, R>(effect: Effect.Effect<A, E, R>, deadline: Duration.DurationInput): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, Deadline, deadline)
)
