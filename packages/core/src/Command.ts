/**
 * A command of the SOAP API as a value: its name, its parameters and how its reply is read.
 *
 * @since 0.1.0
 */
import * as Arr from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
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
export interface Command<out A, out E extends InvalidParameters | AuthFailed = InvalidParameters> extends Request<E> {
  /** What RPC/encoded has in place of that, where its WSDL differs from document/literal's: see `inStyle`. */
  readonly rpc?: (() => Request<E>) | undefined
  readonly returns: "one" | "many"
  /** Whether an error that is all the reply holds is for `decode` to read; without it, such an error fails the call. */
  readonly isAnswer?: ((error: Reply.Err) => boolean) | undefined
  readonly decode: (records: Arr.NonEmptyReadonlyArray<Reply.Record>) => Either.Either<A, MalformedReason>
  /** Whether doing it twice is the same as doing it once, so that it may be sent again after an unknown outcome. */
  readonly idempotent: boolean
}

/**
 * What goes out for a command: the name of its operation, and the parameters after `session_id` in their order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Request<out E> {
  readonly operation: string
  readonly parameters: Either.Either<ReadonlyArray<Envelope.Parameter>, E>
}

/**
 * What a parameter may encode to: a `BigDecimal` is an `xsd:float`, and a redacted text is masked wherever the request is shown.
 *
 * @since 0.1.0
 * @category models
 */
export type Wire =
  | string
  | number
  | BigDecimal.BigDecimal
  | Redacted.Redacted<string>
  | ReadonlyArray<string>
  | undefined

/**
 * One thing for each style, where the two WSDLs differ.
 *
 * @since 0.1.0
 * @category models
 */
export interface PerStyle<out A, out B = A> {
  readonly "document-literal": A
  readonly "rpc-encoded": B
}

/**
 * How a command is defined: see `make`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<P, I, A, J = I> {
  /** A struct of the parameters after `session_id`, its fields in the order of the WSDL; or one for each style's WSDL. */
  readonly parameters: Schema.Schema<P, I> | PerStyle<Schema.Schema<P, I>, Schema.Schema<P, J>>
  /** Reads the records of the reply; `None` becomes a `MalformedReply` with the reason `UnrecognisedReturn`. */
  readonly decode: (records: Arr.NonEmptyReadonlyArray<Reply.Record>, parameters: P) => Option.Option<A>
  /** Whether the reply has exactly one record (the default), or any number of which some may be errors. */
  readonly returns?: "one" | "many" | undefined
  /**
   * Whether an error that is all the reply holds is a result, which `decode` reads, and no failure of the call; by default none is.
   *
   * Not asked about one that speaks of the session or the account.
   */
  readonly isAnswer?: ((error: Reply.Err, parameters: P) => boolean) | undefined
  /** Whether it may be sent again after an unknown outcome; `false` by default, since a second `sendmsg` is a second message. */
  readonly idempotent?: boolean | undefined
}

/**
 * Defines a command of the caller's own: gives a function from its parameters to a `Command`.
 *
 * Name and parameters can be given for each style. Where the operation's name cannot be an element's, each such command fails
 * with `InvalidParameters`, and nothing is sent.
 *
 * @example
 * ```ts
 * import { Command, Credentials, Session } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { Effect, Layer, Option, Schema } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const startBatch = Command.make("startbatch", {
 *   parameters: Schema.Struct({ template: Schema.String, from: Schema.optional(Schema.String) }),
 *   decode: ([record]) => (record._tag === "Id" ? Option.some(record.id) : Option.none())
 * })
 *
 * export const program = Effect.gen(function* () {
 *   const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 *   const session = yield* Session.make({ credentials })
 *   assert.equal(yield* session.execute(startBatch({ template: "Hello, #field1#" })), "4711")
 * }).pipe(
 *   Effect.scoped,
 *   Effect.provide(
 *     Layer.provide(Emulator.layerTransport(), Emulator.layer({ commands: { startbatch: () => "ID: 4711" } }))
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <
  P,
  I extends { readonly [K in keyof I]: Wire },
  A,
  J extends { readonly [K in keyof J]: Wire } = I
>(
  name: string | PerStyle<string>,
  options: Options<P, I, A, J>
): ((parameters: P) => Command<A>) => {
  const { idempotent = false, isAnswer, parameters: schema, returns = "one" } = options
  const isPerStyle = "rpc-encoded" in schema
  const names = Predicate.isString(name) ? { "document-literal": name, "rpc-encoded": name } : name
  const literal = request(names["document-literal"], isPerStyle ? schema["document-literal"] : schema)
  const rpc = isPerStyle ? request(names["rpc-encoded"], schema["rpc-encoded"]) : request(names["rpc-encoded"], schema)
  const isSame = Predicate.isString(name) && !isPerStyle
  return (parameters) => ({
    ...literal(parameters),
    ...(isSame ? {} : { rpc: () => rpc(parameters) }),
    returns,
    ...(isAnswer === undefined ? {} : { isAnswer: (error: Reply.Err) => isAnswer(error, parameters) }),
    decode: (records) => Either.fromOption(options.decode(records, parameters), () => "UnrecognisedReturn"),
    idempotent
  })
}

/**
 * The command as it is in this style: the same, unless the style's WSDL has another name or other parameters for it.
 *
 * @since 0.1.0
 * @category combinators
 */
export const inStyle = <A, E extends InvalidParameters | AuthFailed>(
  command: Command<A, E>,
  style: Envelope.Style
): Command<A, E> => (style === "rpc-encoded" && command.rpc !== undefined ? { ...command, ...command.rpc() } : command)

/**
 * Sends a command once, with a session id unless it is one that opens a session, and reads its reply; never retries, never logs in.
 *
 * @example
 * ```ts
 * import { Authenticate, Command, Commands, Credentials } from "@effect-clickatell/core"
 * import { Emulator } from "@effect-clickatell/testing"
 * import { BigDecimal, Effect, Layer } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * // Without a session that is kept: one login, one command, and what fails fails.
 * export const program = Effect.gen(function* () {
 *   const credentials = yield* Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
 *   const id = yield* Authenticate.authenticate(credentials)
 *   assert.equal(BigDecimal.format(yield* Command.execute(Commands.getBalance, id)), "50")
 * }).pipe(Effect.provide(Layer.provide(Emulator.layerTransport(), Emulator.layer({ balance: 50 }))))
 * ```
 *
 * @since 0.1.0
 * @category execution
 */
export const execute = <A, E extends InvalidParameters | AuthFailed>(
  command: Command<A, E>,
  sessionId?: SessionId
): Effect.Effect<A, E | ExchangeError, Transport> =>
  Effect.flatMap(Transport, (transport) => {
    const request = inStyle(command, transport.style)
    return Effect.flatMap(request.parameters, (parameters) =>
      telemetry.call(request.operation, transport.server, exchange.send(transport, request, parameters, sessionId))
    )
  })

const request = <P, I extends { readonly [K in keyof I]: Wire }>(name: string, schema: Schema.Schema<P, I>) => {
  const isLegal = isName.test(name)
  // Of any other name, which may hold anything, a harmless rest goes into errors, logs and metrics.
  const operation = isLegal ? name : name.slice(0, 64).replace(/[^A-Za-z0-9_.-]/g, "?")
  return (parameters: P): Request<InvalidParameters> => ({
    operation,
    parameters: isLegal
      ? encode(operation, schema, parameters)
      : Either.left(new InvalidParameters({ operation, parameters: [] }))
  })
}

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
  if (BigDecimal.isBigDecimal(value)) return true
  if (!Redacted.isRedacted(value)) return value.every(isWritable)
  const text = secret.reveal(value)
  return text !== undefined && xmlText.isLegal(text)
}

const parameter = ({ name, value }: { readonly name: string; readonly value: Given }): Envelope.Parameter => {
  if (BigDecimal.isBigDecimal(value)) return { name, type: "xsd:float", value: BigDecimal.format(value) }
  return typeof value === "number"
    ? // An xsd:int has 32 bits, as has what `|` leaves.
      { name, type: value === (value | 0) ? "xsd:int" : "xsd:float", value: String(value) }
    : { name, type: "xsd:string", value }
}

type Given = Exclude<Wire, undefined>
