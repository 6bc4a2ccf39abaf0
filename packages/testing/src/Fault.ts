/**
 * What can go wrong with one request, as a value: for `Emulator.fail` in a test and for the steps of a `Script`.
 *
 * @since 0.1.0
 */
import type { TransportReason } from "@effect-clickatell/core/Errors"
import { TransportError } from "@effect-clickatell/core/Errors"
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { duration } from "./internal/duration.ts"

// As RFC 9110 §5.5 and §5.6.2 have them: a server of Node throws at any other, in the middle of an answer.
const Headers = Schema.Record({ key: Schema.String, value: Schema.String }).pipe(
  Schema.filter((headers) =>
    Object.entries(headers).flatMap(([name, value]) =>
      /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)
        ? []
        : [
            {
              path: [name],
              message: "Expected a header that HTTP allows: no control characters, and a name without spaces"
            }
          ]
    )
  )
)

/**
 * The faults: in `delay`, `drop`, `truncate` and `stall` the command is carried out, and only its answer suffers; in all others
 * it is not.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Fault = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("refuse") }),
  Schema.Struct({ kind: Schema.Literal("reset") }),
  Schema.Struct({ kind: Schema.Literal("hang") }),
  Schema.Struct({
    kind: Schema.Literal("transport"),
    reason: TransportError.fields.reason,
    phase: Schema.optional(TransportError.fields.phase),
    mayHaveReached: Schema.optional(Schema.Boolean)
  }),
  Schema.Struct({
    kind: Schema.Literal("status"),
    status: Schema.Int.pipe(Schema.between(200, 599)),
    headers: Schema.optional(Headers),
    body: Schema.optional(Schema.String)
  }),
  Schema.Struct({
    kind: Schema.Literal("reply"),
    text: Schema.String,
    operation: Schema.optional(Schema.String)
  }),
  Schema.Struct({
    kind: Schema.Literal("fault"),
    code: Schema.Literal("Client", "Server"),
    reason: Schema.optional(Schema.String)
  }),
  Schema.Struct({ kind: Schema.Literal("raw"), body: Schema.String }),
  Schema.Struct({ kind: Schema.Literal("delay"), duration }),
  Schema.Struct({ kind: Schema.Literal("drop") }),
  Schema.Struct({ kind: Schema.Literal("truncate") }),
  Schema.Struct({ kind: Schema.Literal("stall") })
)

/**
 * One fault; `kind` tells them apart.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = typeof Fault.Type

/**
 * No connection: in memory it is refused, and a real listener, which has accepted it by then, resets it.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refuse: Fault = { kind: "refuse" }

/**
 * The connection is reset when the request has been read.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reset: Fault = { kind: "reset" }

/**
 * Nothing is ever answered, and the connection stays open until the client gives up.
 *
 * @since 0.1.0
 * @category constructors
 */
export const hang: Fault = { kind: "hang" }

/**
 * The transport fails for this reason, at once; over HTTP it cannot be told to, and the connection is reset.
 *
 * `phase` is `connect` for `Connect`, `Dns` and `Tls` and `headers` for the others by default; `mayHaveReached` is whether
 * `phase` is another than `connect`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const transport = (
  reason: TransportReason,
  options: {
    readonly phase?: TransportError["phase"] | undefined
    readonly mayHaveReached?: boolean | undefined
  } = {}
): Fault => ({ kind: "transport", reason, ...options })

/**
 * Something in front of the service answers in its place, such as a proxy with a 503 and `retry-after`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const status = (
  status: number,
  options: { readonly headers?: Readonly<Record<string, string>> | undefined; readonly body?: string | undefined } = {}
): Fault => ({ kind: "status", status, ...options })

/**
 * The service answers with this text as its `return`, such as `ERR: 901, Internal error`; as the response to `operation`, which
 * is the request's own by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const reply = (text: string, options: { readonly operation?: string | undefined } = {}): Fault => ({
  kind: "reply",
  text,
  ...options
})

/**
 * The service answers with a SOAP fault of this code and HTTP status 500; `reason` says `Internal error` by default.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fault = (code: "Client" | "Server", options: { readonly reason?: string | undefined } = {}): Fault => ({
  kind: "fault",
  code,
  ...options
})

/**
 * HTTP 200 with this body, whatever it is.
 *
 * @since 0.1.0
 * @category constructors
 */
export const raw = (body: string): Fault => ({ kind: "raw", body })

/**
 * The command is carried out at once and answered late.
 *
 * @since 0.1.0
 * @category constructors
 */
export const delay = (length: Duration.DurationInput): Fault => ({ kind: "delay", duration: Duration.decode(length) })

/**
 * The command is carried out, then the connection is reset: the client cannot know that it was.
 *
 * @since 0.1.0
 * @category constructors
 */
export const drop: Fault = { kind: "drop" }

/**
 * The command is carried out, and the connection closes half-way through the answer.
 *
 * @since 0.1.0
 * @category constructors
 */
export const truncate: Fault = { kind: "truncate" }

/**
 * The command is carried out, half of the answer is sent, and then nothing more.
 *
 * @since 0.1.0
 * @category constructors
 */
export const stall: Fault = { kind: "stall" }
