import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Envelope from "../Envelope.ts"
import type { ExchangeError, InvalidParameters } from "../Errors.ts"
import { TransportError } from "../Errors.ts"
import type { SessionId } from "../SessionId.ts"
import type { Transport } from "../Transport.ts"
import * as provenance from "./provenance.ts"
import * as answer from "./soap/answer.ts"

/** What is told of an operation that somebody else's code interrupted from inside. */
export const broken = (operation: string): TransportError =>
  new TransportError({ operation, reason: "Reset", phase: "unknown", mayHaveReached: true })

/** What there is to know of a command in order to send it. */
interface Sendable<out A, out E> extends answer.Expected<A> {
  readonly parameters: Either.Either<ReadonlyArray<Envelope.Parameter>, E>
}

/** Sends a command once over this transport and reads its reply: no span, no measurement, no retry. */
export const send = <A, E extends InvalidParameters>(
  transport: Transport["Type"],
  command: Sendable<A, E>,
  id?: SessionId
): Effect.Effect<A, E | ExchangeError> => {
  if (Either.isLeft(command.parameters)) return Effect.fail(command.parameters.left)
  const session: ReadonlyArray<Envelope.Parameter> =
    id === undefined ? [] : [{ name: "session_id", type: "xsd:string", value: id }]
  const envelope = Envelope.make(transport.style, command.operation, [...session, ...command.parameters.right])
  const exchange = transport.send(envelope).pipe(
    // A transport that interrupts itself does not interrupt its caller.
    Effect.catchAllCause((cause) =>
      Cause.isInterruptedOnly(cause) ? Effect.fail(broken(command.operation)) : Effect.failCause(cause)
    ),
    Effect.flatMap((response) => answer.read(command, transport.style, envelope, response, id !== undefined))
  )
  return id === undefined ? exchange : Effect.mapError(exchange, (error) => provenance.record(error, id))
}
