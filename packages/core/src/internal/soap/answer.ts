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
import * as returns from "./returns.ts"
import * as xmlText from "./xmlText.ts"

/** The part of a command that its answer is read by. */
export interface Expected<out A> {
  readonly operation: string
  readonly returns: "one" | "many"
  readonly isAnswer?: ((error: Reply.Err) => boolean) | undefined
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
  const texts = returns.texts(command, body.entry)
  if (Either.isLeft(texts)) return Either.left(malformed(texts.left))
  const told = parse(texts.right)
  if (Either.isLeft(told)) return Either.left(malformed(told.left))
  // Among several records an error speaks of one recipient; alone it speaks of the call, unless the command knows better.
  const isAlone = told.right.length === 1
  const [raw] = told.right
  if (isAlone && isError(raw)) {
    const reason = (inSession ? ofSession : ofLogin)[raw.code]
    if (reason !== undefined) return Either.left(new AuthFailed({ operation, reason, code: raw.code }))
  }
  const records = told.right.some(isError) ? Arr.map(told.right, masked(envelope, texts.right)) : told.right
  const [first] = records
  return isAlone && isError(first) && command.isAnswer?.(first) !== true
    ? Either.left(apiError(operation, first))
    : Either.mapLeft(command.decode(records), malformed)
}

const isError = Reply.Record.$is("Err")

/** An error may repeat what was sent: it is masked before it is taken apart, since a secret can look like a code with words. */
const masked = (
  { secrets }: Envelope.Envelope,
  texts: ReadonlyArray<string>
): ((record: Reply.Record, index: number) => Reply.Record) => {
  const mask = masking.make(secrets)
  return (record, index) => {
    if (!isError(record)) return record
    const description = mask(texts[index] ?? "")
    const read = Option.filter(Reply.parse(description), isError)
    return Option.getOrElse(read, () => Reply.Record.Err({ code: "", description, to: undefined }))
  }
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

const parse = (
  texts: Arr.NonEmptyReadonlyArray<string>
): Either.Either<Arr.NonEmptyReadonlyArray<Reply.Record>, MalformedReason> =>
  Option.all(Arr.map(texts, Reply.parse)).pipe(
    Option.filter(Arr.isNonEmptyReadonlyArray),
    Either.fromOption(() => (texts.some(isMoreThanOk) ? "AmbiguousReturn" : "UnrecognisedReturn"))
  )

// With one line behind it an "OK:" is a record, whatever the line says; what begins so and is none says more than that.
const isMoreThanOk = (text: string): boolean => /^[ \t\r\n]*OK(?::|[\r\n])/.test(text)

const apiError = (operation: string, { code, description }: Reply.Err): ApiError =>
  new ApiError({ operation, code, description, retryAt: code === "130" ? namedTime(description) : undefined })

/** What an `ERR:` means depends on what was asked: 001 is a wrong password on `auth` and a dead session elsewhere. */
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

const textAt = (element: Envelope.Element, ...path: ReadonlyArray<string>): string | undefined => {
  const found = path.reduce<Envelope.Element | undefined>(
    (at, name) => at?.children.find((child) => child.name === name),
    element
  )
  return found === undefined ? undefined : xmlText.trim(found.text)
}
