import type { Envelope, Style } from "@effect-clickatell/core/Envelope"
import { TransportError } from "@effect-clickatell/core/Errors"
import type { Response, Transport } from "@effect-clickatell/core/Transport"
import { Deadline } from "@effect-clickatell/core/Transport"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { Answer } from "./exchange.ts"
import type * as soap from "./soap.ts"

type Failure = Omit<ConstructorParameters<typeof TransportError>[0], "operation">

/** A transport without network; its failures are those of the HTTP transport against a listener that does the same. */
export const make = (
  handle: (request: Uint8Array) => Effect.Effect<Answer>,
  style: Style,
  deadline: Duration.Duration
): Transport["Type"] => ({
  style,
  server: { address: "in-memory", port: 0 },
  deadline,
  send: (envelope) => Effect.flatMap(Deadline, (own) => send(handle, envelope, Duration.decode(own ?? deadline)))
})

const send = (
  handle: (request: Uint8Array) => Effect.Effect<Answer>,
  { operation, xml }: Envelope,
  deadline: Duration.Duration
): Effect.Effect<Response, TransportError> =>
  Effect.suspend(() => {
    if (Duration.equals(deadline, Duration.zero)) return fail("Timeout", "connect", false)
    let phase: "headers" | "body" = "headers"
    return Effect.try({ try: () => new TextEncoder().encode(Redacted.value(xml)), catch: () => unwritten }).pipe(
      Effect.flatMap(handle),
      Effect.tap((answer) => {
        if (answer._tag === "Half") phase = "body"
      }),
      Effect.flatMap(receive),
      // A caller that cannot be interrupted waits for the deadline and not for the answer.
      Effect.interruptible,
      Effect.timeoutTo({
        duration: deadline,
        onSuccess: Effect.succeed,
        onTimeout: () => fail("Timeout", phase, true)
      }),
      Effect.flatten
    )
  }).pipe(Effect.mapError((failure) => new TransportError({ operation, ...failure })))

// As over HTTP, where the document cannot be written any more.
const unwritten: Failure = { reason: "Connect", phase: "connect", mayHaveReached: false }

const receive: (answer: Answer) => Effect.Effect<Response, Failure> = Answer.$match({
  Whole: ({ response }) => read(response),
  Broken: ({ mayHaveReached, phase, reason }) => fail(reason, phase, mayHaveReached),
  Half: ({ ending }) => (ending === "silent" ? Effect.never : fail("Reset", "body", true)),
  None: ({ because }) => {
    if (because === "silent") return Effect.never
    return because === "refused" ? fail("Connect", "connect", false) : fail("Reset", "headers", true)
  }
})

const maxBytes = 64 * 1024

const read = ({ body, headers, status }: soap.Response): Effect.Effect<Response, Failure> => {
  if (status >= 300 && status < 400 && status !== 304) return fail("Redirect", "headers", true, status)
  if (body.length > maxBytes) return fail("BodyTooLarge", "body", true, status)
  const seconds = /^\d+$/.exec(headers["retry-after"] ?? "")?.[0]
  return Effect.succeed({
    status,
    body,
    retryAfter: seconds === undefined ? undefined : Duration.seconds(Number(seconds))
  })
}

const fail = (
  reason: TransportError["reason"],
  phase: TransportError["phase"],
  mayHaveReached: boolean,
  status?: number
): Effect.Effect<never, Failure> =>
  Effect.fail({ reason, phase, mayHaveReached, ...(status === undefined ? undefined : { status }) })
