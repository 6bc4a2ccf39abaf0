/**
 * A command of the SOAP API as a value: its name, its parameters and how its reply is read.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type * as Envelope from "./Envelope.ts"
import type { AuthFailed, ExchangeError, MalformedReason } from "./Errors.ts"
import { InvalidParameters } from "./Errors.ts"
import * as exchange from "./internal/exchange.ts"
import * as secret from "./internal/secret.ts"
import * as xmlText from "./internal/soap/xmlText.ts"
import * as telemetry from "./internal/telemetry.ts"
import type * as Reply from "./Reply.ts"
import type { SessionId } from "./SessionId.ts"
import { Transport } from "./Transport.ts"

/**
 * A command with its parameters filled in; `E` is `InvalidParameters` where those can be wrong, `AuthFailed` where they are
 * credentials, and `never` otherwise.
 *
 * @since 0.1.0
 * @category models
 */
export interface Command<out A, out E extends InvalidParameters | AuthFailed = InvalidParameters> {
  readonly operation: string
  readonly parameters: Either.Either<ReadonlyArray<Envelope.Parameter>, E>
  readonly returns: "one" | "many"
  readonly decode: (records: Arr.NonEmptyReadonlyArray<Reply.Record>) => Either.Either<A, MalformedReason>
  /** Whether doing it twice is the same as doing it once, so that it may be sent again after an unknown outcome. */
  readonly idempotent: boolean
}

/**
 * What a parameter may encode to; a redacted one is masked wherever the request is shown.
 *
 * @since 0.1.0
 * @category models
 */
export type Wire = string | number | Redacted.Redacted<string> | ReadonlyArray<string> | undefined

/**
 * How a command is defined: see `make`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<P, I, A> {
  /** A struct of the parameters after `session_id`, its fields in the order of the WSDL. */
  readonly parameters: Schema.Schema<P, I>
  /** Reads the records of the reply; `None` becomes a `MalformedReply` with the reason `UnrecognisedReturn`. */
  readonly decode: (records: Arr.NonEmptyReadonlyArray<Reply.Record>) => Option.Option<A>
  /** Whether the reply has exactly one record (the default), or any number of which some may be errors. */
  readonly returns?: "one" | "many" | undefined
  /** Whether it may be sent again after an unknown outcome; `false` by default, since a second `sendmsg` is a second message. */
  readonly idempotent?: boolean | undefined
}

/**
 * Defines a command of the caller's own: gives a function from its parameters to a `Command`.
 *
 * Where the operation's name cannot be an element's, each such command fails with `InvalidParameters`, and nothing is sent.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <P, I extends { readonly [K in keyof I]: Wire }, A>(
  name: string,
  options: Options<P, I, A>
): ((parameters: P) => Command<A>) => {
  const isLegal = isName.test(name)
  // Of any other name, which may hold anything, a harmless rest goes into errors, logs and metrics.
  const operation = isLegal ? name : name.slice(0, 64).replace(/[^A-Za-z0-9_.-]/g, "?")
  return (parameters) => ({
    operation,
    parameters: isLegal
      ? encode(operation, options.parameters, parameters)
      : Either.left(new InvalidParameters({ operation, parameters: [] })),
    returns: options.returns ?? "one",
    decode: (records) => Either.fromOption(options.decode(records), () => "UnrecognisedReturn"),
    idempotent: options.idempotent ?? false
  })
}

/**
 * Sends a command once, with a session id unless it is one that opens a session, and reads its reply; never retries, never logs in.
 *
 * @since 0.1.0
 * @category execution
 */
export const execute = <A, E extends InvalidParameters | AuthFailed>(
  command: Command<A, E>,
  sessionId?: SessionId
): Effect.Effect<A, E | ExchangeError, Transport> =>
  Effect.flatMap(command.parameters, (parameters) =>
    Effect.flatMap(Transport, (transport) =>
      telemetry.call(command.operation, transport.server, exchange.send(transport, command, parameters, sessionId))
    )
  )

const encode = <P, I extends { readonly [K in keyof I]: Wire }>(
  operation: string,
  schema: Schema.Schema<P, I>,
  parameters: P
): Either.Either<ReadonlyArray<Envelope.Parameter>, InvalidParameters> =>
  // A schema may also throw, as that of a secret does once the secret was wiped.
  Either.try({ try: () => Schema.encodeEither(schema, { errors: "all" })(parameters), catch: () => [""] }).pipe(
    Either.flatMap(Either.mapLeft(paths)),
    Either.flatMap((encoded) => {
      const given = Object.entries<Wire>(encoded).flatMap(([name, value]) =>
        value === undefined ? [] : [{ name, value }]
      )
      const bad = given.filter(({ name, value }) => !isName.test(name) || !isWritable(value)).map(({ name }) => name)
      return bad.length === 0 ? Either.right(given.map(parameter)) : Either.left(bad)
    }),
    // Paths only: the formatted issue, and so any cause, would print the value.
    Either.mapLeft((bad) => new InvalidParameters({ operation, parameters: Arr.dedupe(bad) }))
  )

const paths = (error: ParseResult.ParseError): ReadonlyArray<string> =>
  ParseResult.ArrayFormatter.formatErrorSync(error).map((issue) => issue.path.join("."))

// What every server takes for the name of an element; an operation and a record's keys can be anything.
const isName = /^[A-Za-z_][A-Za-z0-9_.-]*$/

const isWritable = (value: Given): boolean => {
  if (typeof value === "number") return Number.isFinite(value)
  if (typeof value === "string") return xmlText.isLegal(value)
  if (!Redacted.isRedacted(value)) return value.every(isWritable)
  const text = secret.reveal(value)
  return text !== undefined && xmlText.isLegal(text)
}

const parameter = ({ name, value }: { readonly name: string; readonly value: Given }): Envelope.Parameter =>
  typeof value === "number"
    ? // An xsd:int has 32 bits, as has what `|` leaves.
      { name, type: value === (value | 0) ? "xsd:int" : "xsd:float", value: String(value) }
    : { name, type: "xsd:string", value }

type Given = Exclude<Wire, undefined>
