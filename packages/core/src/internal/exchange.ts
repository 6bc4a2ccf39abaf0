import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { identity } from "effect/Function"
import * as Envelope from "../Envelope.ts"
import type { ExchangeError } from "../Errors.ts"
import { TransportError } from "../Errors.ts"
import type { SessionId } from "../SessionId.ts"
import type { Response, Transport } from "../Transport.ts"
import * as provenance from "./provenance.ts"
import * as answer from "./soap/answer.ts"

/** What is told of an operation that somebody else's code interrupted from inside. */
const broken = (operation: string): TransportError =>
  new TransportError({ operation, reason: "Reset", phase: "unknown", mayHaveReached: true })

/** What is told of a request that cannot be written, since a secret was wiped or there is no room for it. */
const unwritten = (operation: string): TransportError =>
  new TransportError({ operation, reason: "Connect", phase: "connect", mayHaveReached: false })

/** Sends a command once over this transport and reads its reply: no span, no measurement, no retry. */
export const send = <A>(
  transport: Transport["Type"],
  command: answer.Expected<A>,
  parameters: ReadonlyArray<Envelope.Parameter>,
  id?: SessionId,
  /** What is done around what the transport does. */
  around: (sent: Effect.Effect<Response, TransportError>) => Effect.Effect<Response, ExchangeError> = identity
): Effect.Effect<A, ExchangeError> => {
  const inSession: ReadonlyArray<Envelope.Parameter> =
    id === undefined ? parameters : [{ name: "session_id", type: "xsd:string", value: id }, ...parameters]
  const own = (error: ExchangeError): ExchangeError => (id === undefined ? error : provenance.record(error, id))
  const written = Either.try(() => Envelope.make(transport.style, command.operation, inSession))
  if (Either.isLeft(written)) return Effect.fail(own(unwritten(command.operation)))
  const envelope = written.right
  return Effect.matchCauseEffect(around(transport.send(envelope)), {
    onFailure: (cause): Effect.Effect<never, ExchangeError> => {
      // A transport that interrupts itself does not interrupt its caller.
      if (Cause.isInterruptedOnly(cause)) return Effect.fail(own(broken(command.operation)))
      const failed = Effect.failCause(cause)
      return id === undefined ? failed : Effect.mapError(failed, own)
    },
    onSuccess: (response) =>
      Either.mapLeft(answer.read(command, transport.style, envelope, response, id !== undefined), own)
  })
}
