/**
 * What can go wrong: a closed union with one tag for each decision a caller can make.
 *
 * No error holds a request, a reply body or an error of the HTTP client, so none can print a secret.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import * as Printable from "./Printable.ts"

const operation = Schema.String
const code = Schema.String
const status = Schema.optional(Schema.Int)
const retryAt = Schema.optional(Schema.DateTimeUtc)

const advice = {
  BadCredentials: "the service does not know these credentials: correct the user, password or API id",
  SessionNotAccepted: "the service does not accept this session id: authenticate and use the new one",
  AccountFrozen: "the account is frozen: ask Clickatell to unfreeze it",
  IpLockdown: "this address is locked out: add it to the API product's allowed addresses",
  InvalidApiId: "the API id is wrong or missing: correct it",
  SessionFlapping: "the service refuses each session it has just handed out: check the account, then reset the session",
  LoginBudgetExceeded: "too many logins in too short a time: wait until the budget lifts",
  CredentialsUnavailable: "the credentials could not be read, so nothing was sent: check their provider",
  SessionClosed: "the session's scope is closed: keep its layer alive for as long as it is used"
} as const

/**
 * Why we are not let in; the first five are the service's words, the others are this library's own guards.
 *
 * @since 0.1.0
 * @category models
 */
export type AuthFailedReason = keyof typeof advice

/**
 * The service refused who we are, or a guard kept us from asking again.
 *
 * `code` is verbatim where the service spoke; `retryAt` says when a `LoginBudgetExceeded` lifts; `problem` says which of the
 * credentials could not be sent, and why, or which variables of a configuration are not set.
 *
 * @since 0.1.0
 * @category errors
 */
export class AuthFailed extends Schema.TaggedError<AuthFailed>()("AuthFailed", {
  operation,
  reason: Schema.Literal(...Struct.keys(advice)),
  code: Schema.optional(code),
  retryAt,
  problem: Schema.optional(Schema.String)
}) {
  override get message(): string {
    const what = this.problem ?? advice[this.reason]
    return sentence`${this.operation}: ${said(this.reason, this.code)}: ${what}${until(this.retryAt)}`
  }
}

/**
 * Any other `ERR:` reply; the set of codes is open, and `retryAt` carries the time that code 130 names.
 *
 * @since 0.1.0
 * @category errors
 */
export class ApiError extends Schema.TaggedError<ApiError>()("ApiError", {
  operation,
  code,
  description: Schema.String,
  retryAt
}) {
  override get message(): string {
    const code = this.code === "" ? "without a code" : this.code
    const text = this.description === "" ? "no description" : this.description
    return sentence`${this.operation}: ERR ${code}: ${text}${until(this.retryAt)}`
  }

  override toString(): string {
    return spoken(this)
  }

  override toJSON(): unknown {
    return written(this)
  }
}

/**
 * A SOAP Fault, 1.1 or 1.2, whatever the HTTP status.
 *
 * @since 0.1.0
 * @category errors
 */
export class SoapFault extends Schema.TaggedError<SoapFault>()("SoapFault", {
  operation,
  faultCode: Schema.String,
  faultString: Schema.String,
  status
}) {
  override get message(): string {
    return sentence`${this.operation}: the server answered with the SOAP fault ${this.faultCode}: ${this.faultString}${withStatus(this.status)}: report it to whoever runs the endpoint`
  }

  override toString(): string {
    return spoken(this)
  }

  override toJSON(): unknown {
    return written(this)
  }
}

const malformed = {
  Encoding: "the body is not UTF-8, or says that it is something else",
  Empty: "the body is empty",
  DtdForbidden: "the body declares a DTD, which SOAP forbids",
  IllegalCharacter: "the body holds a character that XML 1.0 forbids",
  NotWellFormed: "the body is not well-formed XML",
  TooDeep: "the elements are nested too deep",
  NotSoap: "the body is not a SOAP envelope with one body and one entry",
  UnexpectedContent: "there is text or an element beside those that a reply consists of",
  MustUnderstand: "the header has an entry that must be understood, and none is",
  WrongOperation: "the body answers another operation",
  MissingReturn: "the response has no return element",
  MultipleReturn: "the response has more than one return element",
  NilReturn: "the return element says that it is nil",
  ReferencedReturn: "the return element refers to another one in place of a text",
  AmbiguousReturn: "the return text says OK and something else",
  UnrecognisedReturn: "the return text is not in the documented grammar",
  BadSessionId: "the service said OK without a session id of 32 hexadecimal characters"
} as const

/**
 * Why a reply could not be read, in the order in which it is checked.
 *
 * @since 0.1.0
 * @category models
 */
export type MalformedReason = keyof typeof malformed

/**
 * Something answered, but not with a reply we understand: most often a proxy, a portal or a wrong endpoint.
 *
 * @since 0.1.0
 * @category errors
 */
export class MalformedReply extends Schema.TaggedError<MalformedReply>()("MalformedReply", {
  operation,
  reason: Schema.Literal(...Struct.keys(malformed)),
  status
}) {
  override get message(): string {
    return sentence`${this.operation}: ${this.reason}: ${malformed[this.reason]}${withStatus(this.status)}: check the endpoint and any proxy before it`
  }
}

const transport = {
  Connect: "no connection could be made: check the endpoint and the network, then try again",
  Dns: "the host name could not be resolved: check the endpoint and the resolver",
  Tls: "no secure connection could be made: check the certificates of both sides",
  Timeout: "no complete reply came in time: try again later",
  Reset: "the connection broke before the reply was complete: try again later",
  Protocol: "the peer does not speak HTTP: check the endpoint and any proxy before it",
  Redirect: "the server redirects, and secrets are not sent on: set the endpoint to the final address",
  Status: "the server answered without SOAP: check the endpoint and any proxy before it, or try again later",
  BodyTooLarge: "the reply is over the size limit: check the endpoint"
} as const

// What browsers do with all failures, and some clients with some.
const untold =
  "no reply came, and the client does not say why: check the network and any proxy, and in a browser whether the service allows the page (CORS)"

/**
 * Why there is no usable reply.
 *
 * @since 0.1.0
 * @category models
 */
export type TransportReason = keyof typeof transport

/**
 * No usable reply came; `mayHaveReached` says whether the request may nevertheless have been carried out.
 *
 * @since 0.1.0
 * @category errors
 */
export class TransportError extends Schema.TaggedError<TransportError>()("TransportError", {
  operation,
  reason: Schema.Literal(...Struct.keys(transport)),
  phase: Schema.Literal("connect", "headers", "body", "unknown"),
  mayHaveReached: Schema.Boolean,
  status,
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}) {
  override get message(): string {
    const what = this.reason === "Reset" && this.phase === "unknown" ? untold : transport[this.reason]
    return sentence`${this.operation}: ${this.reason} (${this.phase}): ${what}${withStatus(this.status)}`
  }
}

/**
 * A command's parameters do not fit its schema or cannot be written as XML; nothing was sent, and no value is named.
 *
 * Without parameters, it is the name of the operation that cannot be written.
 *
 * @since 0.1.0
 * @category errors
 */
export class InvalidParameters extends Schema.TaggedError<InvalidParameters>()("InvalidParameters", {
  operation,
  parameters: Schema.Array(Schema.String)
}) {
  override get message(): string {
    if (this.parameters.length === 0) {
      return sentence`${this.operation}: nothing was sent: name the operation with letters, digits, _, . and -, a letter or _ first`
    }
    // The empty path is that of all parameters together.
    const names = this.parameters.filter((path) => path !== "").join(", ")
    return sentence`${this.operation}: nothing was sent: correct the parameter${names === "" ? "s" : ` ${names}`}`
  }
}

/**
 * The five outcomes of an exchange that are not success; `ping` and `auth` fail with nothing else.
 *
 * @since 0.1.0
 * @category models
 */
export type ExchangeError = AuthFailed | ApiError | SoapFault | MalformedReply | TransportError

/**
 * Everything a command of the caller's own can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type CommandError = ExchangeError | InvalidParameters

const said = (reason: string, code: string | undefined) => (code === undefined ? reason : `${reason} (ERR ${code})`)
const until = (at: DateTime.Utc | undefined) => (at === undefined ? "" : ` (until ${DateTime.formatIso(at)})`)
const withStatus = (status: number | undefined) => (status === undefined ? "" : ` (HTTP status ${status})`)

/** Joins words to a message, whoever wrote them: each is escaped, and cut to 512 characters. The fields keep them whole. */
const sentence = (parts: TemplateStringsArray, ...words: ReadonlyArray<string>) =>
  String.raw({ raw: parts }, ...words.map((word) => Printable.escape(word)))

// Effect's `inspect` shows the fields of an error, unless its `toString` is one of its own.
const spoken = ({ _tag, message }: ApiError | SoapFault): string => `${_tag}: ${message}`

/** An error's fields as a logger may write them: its texts are escaped and cut as they are in its message. */
const written = (error: ApiError | SoapFault): object =>
  Object.fromEntries(
    Object.entries(error).map(([name, field]) => [name, Predicate.isString(field) ? Printable.escape(field) : field])
  )
