import type * as HttpClientError from "@effect/platform/HttpClientError"
import type { TransportError, TransportReason } from "@effect-clickatell/core/Errors"
import * as Predicate from "effect/Predicate"

/** What is told of a failed exchange; the client's own error holds the request, and with it the secrets, and goes no further. */
export type Failure = Pick<TransportError, "reason" | "phase" | "mayHaveReached" | "status">

/** How far an exchange got. No `HttpClient` says whether one without a status has a connection: there, `headers` begins at once. */
export type Stage = "connect" | "headers" | "body"

/** The end of an exchange whose time is over. */
export const timeout = (stage: Stage): Failure => ({
  reason: "Timeout",
  phase: stage,
  mayHaveReached: stage !== "connect"
})

/** What an error of the host's client tells. */
export const fromClient = (error: HttpClientError.HttpClientError, stage: "headers" | "body"): Failure => {
  // The client could not even make a request of it.
  if (error.reason === "InvalidUrl" || error.reason === "Encode") return notSent("Connect")
  const known = read(error.cause, stage)
  // Browsers keep the cause to themselves, and a message is no ground to decide on.
  if (known === undefined) return { ...reached("Reset", stage), phase: stage === "headers" ? "unknown" : stage }
  return stage === "headers" && isBeforeSending(known.reason, known.cause)
    ? notSent(known.reason)
    : reached(known.reason, stage)
}

/** What an error tells of an exchange that is known to be at this stage. */
export const fromCause = (error: unknown, stage: Stage): Failure =>
  stage === "connect"
    ? notSent(read(error, "headers")?.reason ?? "Connect")
    : reached(read(error, stage)?.reason ?? "Reset", stage)

/** Reads what the errors of all clients have in common: a `code`, or failing that a name, somewhere in the chain of causes. */
const read = (
  error: unknown,
  stage: "headers" | "body"
): { readonly reason: TransportReason; readonly cause: Cause } | undefined => {
  for (const cause of chain(error)) {
    const reason = classify(cause, stage)
    if (reason !== undefined) return { reason, cause }
  }
  return undefined
}

const reached = (reason: TransportReason, phase: "headers" | "body"): Failure => ({
  // A network can also become unreachable under a connection that stands.
  reason: reason === "Connect" ? "Reset" : reason,
  phase,
  mayHaveReached: true
})

/** What is told where nothing has left this machine. */
export const notSent = (reason: TransportReason): Failure => ({ reason, phase: "connect", mayHaveReached: false })

interface Cause {
  readonly code: string
  readonly name: string
  readonly syscall: string
  readonly message: string
}

function* chain(error: unknown): Generator<Cause> {
  for (let depth = 0, at = error; depth < 8 && Predicate.isObject(at); depth++) {
    const errors = Predicate.hasProperty(at, "errors") ? at.errors : undefined
    // A host with several addresses: the first attempt stands for all, and the error around them has no `syscall`.
    if (Array.isArray(errors) && errors.length > 0) {
      at = errors[0]
      continue
    }
    yield { code: text(at, "code"), name: text(at, "name"), syscall: text(at, "syscall"), message: text(at, "message") }
    at = Predicate.hasProperty(at, "cause") ? at.cause : undefined
  }
}

const text = (error: object, key: string): string =>
  Predicate.hasProperty(error, key) && Predicate.isString(error[key]) ? error[key] : ""

const classify = ({ code, message, name, syscall }: Cause, stage: Stage): TransportReason | undefined =>
  stage === "headers" && (syscall === "connect" || message === badPort)
    ? "Connect"
    : (codes.find(([pattern]) => pattern.test(code))?.[1] ?? names.get(name))

// All that Node's `fetch` says of a port that its standard forbids, before it looks for a connection.
const badPort = "bad port"

const codes: ReadonlyArray<readonly [RegExp, TransportReason]> = [
  [/^(?:ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/, "Connect"],
  [/^(?:ENOTFOUND|EAI_AGAIN)$/, "Dns"],
  [/^(?:ECONNRESET|ECONNABORTED|EPIPE|ERR_STREAM_PREMATURE_CLOSE)$/, "Reset"],
  [/^UND_ERR_(?:SOCKET|RES_CONTENT_LENGTH_MISMATCH)$/, "Reset"],
  [/^(?:ETIMEDOUT|UND_ERR_(?:HEADERS|BODY)_TIMEOUT)$/, "Timeout"],
  // The second is undici's on a status below 100.
  [/^(?:UND_ERR_HEADERS_OVERFLOW|ERR_ASSERTION)$/, "Protocol"],
  // Node's parser; zlib and Brotli, on a body that is not compressed in the way its header says.
  [/^(?:HPE_|Z_|ERR__ERROR_)/, "Protocol"],
  [/^(?:UND_ERR_RES_EXCEEDED_MAX_SIZE|ERR_BUFFER_TOO_LARGE)$/, "BodyTooLarge"],
  // OpenSSL's verdicts on a certificate, Node's own, and what else OpenSSL found wrong.
  [/^(?:CERT_|CRL_|UNABLE_TO_|ERR_TLS_|ERR_SSL_)/, "Tls"],
  [
    /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|INVALID_CA|INVALID_PURPOSE|HOSTNAME_MISMATCH|EPROTO)$/,
    "Tls"
  ]
]

const names: ReadonlyMap<string, TransportReason> = new Map([
  // undici leaves the code of this one undefined.
  ["HTTPParserError", "Protocol"],
  ["TimeoutError", "Timeout"]
])

const isBeforeSending = (reason: TransportReason, { code, syscall }: Cause): boolean => {
  if (reason === "Connect") return syscall === "" || syscall === "connect"
  if (reason === "Dns") return true
  // OpenSSL's other complaints can also come when the request is under way.
  return reason === "Tls" && (!code.startsWith("ERR_SSL_") || handshake.test(code))
}

const handshake = /WRONG_VERSION_NUMBER|HANDSHAKE|PROTOCOL_VERSION|CERTIFICATE|UNKNOWN_CA/
