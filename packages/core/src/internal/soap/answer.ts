import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Envelope from "../../Envelope.ts"
import type { AuthFailedReason, ExchangeError, MalformedReason } from "../../Errors.ts"
import { ApiError, AuthFailed, MalformedReply, SoapFault, TransportError } from "../../Errors.ts"
import * as Reply from "../../Reply.ts"
import type { Response } from "../../Transport.ts"
import * as masking from "./masking.ts"

/** The part of a command that its answer is read by. */
export interface Expected<out A> {
  readonly operation: string
  readonly returns: "one" | "many"
  readonly decode: (records: Arr.NonEmptyReadonlyArray<Reply.Record>) => Either.Either<A, MalformedReason>
}

/** Turns what came back into the command's result, or into the one error that says what to do. */
export const read = <A>(
  command: Expected<A>,
  style: Envelope.Style,
  envelope: Envelope.Envelope,
  response: Response,
  inSession: boolean
): Either.Either<A, ExchangeError> => {
  const { operation } = command
  const { status } = response
  const malformed = (reason: MalformedReason) => new MalformedReply({ operation, reason, status })
  const parsed = Envelope.parse(style, response.body)
  if (Either.isLeft(parsed)) {
    // A SOAP body wins over the status: faults come with 500, and so do the ordinary replies of some servers.
    return Either.left(isSuccess(status) ? malformed(parsed.left) : refusedByHttp(operation, response))
  }
  const body = parsed.right
  if (Envelope.isFault(body)) return Either.left(fault(operation, masking.make(envelope.secrets), body.entry, status))
  const records = Either.flatMap(returns(command, body.entry), parse)
  if (Either.isLeft(records)) return Either.left(malformed(records.left))
  const [first] = records.right
  // Among several records an error speaks of one recipient; alone it speaks of the call.
  if (records.right.length === 1 && first._tag === "Err") {
    const mask = masking.make(envelope.secrets)
    return Either.left(refusal(operation, inSession, mask(first.code), mask(first.description)))
  }
  return Either.mapLeft(command.decode(records.right), malformed)
}

const isSuccess = (status: number): boolean => status >= 200 && status < 300

const refusedByHttp = (operation: string, { retryAfter, status }: Response): TransportError =>
  new TransportError({
    operation,
    reason: "Status",
    phase: "headers",
    mayHaveReached: status >= 500,
    status,
    retryAfter
  })

const returns = (
  command: Expected<unknown>,
  response: Envelope.Element
): Either.Either<Arr.NonEmptyReadonlyArray<string>, MalformedReason> => {
  if (response.name !== `${command.operation}Response`) return Either.left("WrongOperation")
  const found = response.children.filter((child) => child.name === "return")
  const leaves = command.returns === "many" ? found.flatMap(items) : found
  if (!Arr.isNonEmptyReadonlyArray(leaves)) return Either.left("MissingReturn")
  if (command.returns === "one" && leaves.length > 1) return Either.left("MultipleReturn")
  if (leaves.some((leaf) => leaf.children.length > 0)) return Either.left("UnrecognisedReturn")
  const texts = Arr.map(leaves, (leaf) => leaf.text)
  return Either.right(command.returns === "many" ? Arr.flatMap(texts, lines) : texts)
}

// RPC/encoded wraps the records in an array; document/literal repeats the element.
const items = (element: Envelope.Element): ReadonlyArray<Envelope.Element> =>
  element.children.length > 0 && element.children.every((child) => child.name === "item") ? element.children : [element]

// Either may also join several records with line feeds.
const lines = (text: string): Arr.NonEmptyReadonlyArray<string> => {
  // Not split by a pattern with blanks in it, which would take quadratic time on a run of them.
  const [first = "", ...rest] = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
  return [first, ...rest]
}

const parse = (
  texts: Arr.NonEmptyReadonlyArray<string>
): Either.Either<Arr.NonEmptyReadonlyArray<Reply.Record>, MalformedReason> =>
  Option.all(Arr.map(texts, Reply.parse)).pipe(
    Option.filter(Arr.isNonEmptyReadonlyArray),
    Either.fromOption(() => "UnrecognisedReturn")
  )

/** What an `ERR:` means depends on what was asked: 001 is a wrong password on `auth` and a dead session elsewhere. */
const refusal = (operation: string, inSession: boolean, code: string, description: string): AuthFailed | ApiError => {
  const reason = (inSession ? ofSession : ofLogin)[code]
  return reason === undefined
    ? new ApiError({ operation, code, description, retryAt: code === "130" ? namedTime(description) : undefined })
    : new AuthFailed({ operation, reason, code })
}

type Reasons = Readonly<Record<string, AuthFailedReason | undefined>>

const ofAccount: Reasons = {
  "002": "BadCredentials",
  "004": "AccountFrozen",
  "007": "IpLockdown",
  "108": "InvalidApiId"
}
const ofLogin: Reasons = { ...ofAccount, "001": "BadCredentials" }
const ofSession: Reasons = {
  ...ofAccount,
  "001": "SessionNotAccepted",
  "003": "SessionNotAccepted",
  "005": "SessionNotAccepted"
}

// "Maximum MT limit exceeded until <UNIX time>": the one description that carries data.
const namedTime = (description: string): DateTime.Utc | undefined => {
  const seconds = /\b(\d{9,11})\b/.exec(description)?.[1]
  return seconds === undefined ? undefined : Option.getOrUndefined(DateTime.make(Number(seconds) * 1000))
}

// SOAP 1.1 §4.4 names its children faultcode and faultstring; 1.2 nests Code/Value and Reason/Text.
const fault = (operation: string, mask: (text: string) => string, entry: Envelope.Element, status: number) =>
  new SoapFault({
    operation,
    faultCode: mask(textAt(entry, "faultcode") ?? textAt(entry, "Code", "Value") ?? ""),
    faultString: mask(textAt(entry, "faultstring") ?? textAt(entry, "Reason", "Text") ?? ""),
    status
  })

const textAt = (element: Envelope.Element, ...path: ReadonlyArray<string>): string | undefined =>
  path
    .reduce<Envelope.Element | undefined>((at, name) => at?.children.find((child) => child.name === name), element)
    ?.text.trim()
