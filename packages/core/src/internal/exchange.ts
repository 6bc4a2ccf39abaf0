import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Envelope from "../Envelope.ts"
import type { AuthFailed, ExchangeError, InvalidParameters } from "../Errors.ts"
import { TransportError } from "../Errors.ts"
import type { SessionId } from "../SessionId.ts"
import type { Transport } from "../Transport.ts"
import * as provenance from "./provenance.ts"
import * as answer from "./soap/answer.ts"

/** What is told of an operation that somebody else's code interrupted from inside. */
const broken = (operation: string): TransportError =>
  new TransportError({ operation, reason: "Reset", phase: "unknown", mayHaveReached: true })

/** What is told of a request that cannot be written, since a secret was wiped or there is no room for it. */
const unwritten = (operation: string): TransportError =>
  new TransportError({ operation, reason: "Connect", phase: "connect", mayHaveReached: false })

/** What there is to know of a command in order to send it. */
interface Sendable<out A, out E> extends answer.Expected<A> {
  readonly parameters: Either.Either<ReadonlyArray<Envelope.Parameter>, E>
}

/** Sends a command once over this transport and reads its reply: no span, no measurement, no retry. */
export const send = <A, E extends InvalidParameters | AuthFailed>(
  transport: Transport["Type"],
  command: Sendable<A, E>,
  id?: SessionId
): Effect.Effect<A, E | ExchangeError> => {
  if (Either.isLeft(command.parameters)) return Effect.fail(command.parameters.left)
  const given = command.parameters.right
  const parameters: ReadonlyArray<Envelope.Parameter> =
    id === undefined ? given : [{ name: "session_id", type: "xsd:string", value: id }, ...given]
  const own = <Failure extends E | ExchangeError>(error: Failure): Failure =>
    id === undefined ? error : provenance.record(error, id)
  const written = Either.try(() => Envelope.make(transport.style, command.operation, parameters))
  if (Either.isLeft(written)) return Effect.fail(own(unwritten(command.operation)))
  const envelope = written.right
  return Effect.matchCauseEffect(transport.send(envelope), {
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
