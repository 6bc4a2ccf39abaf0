import type * as Arr from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Struct from "effect/Struct"
import type * as Command from "../../Command.ts"
import { clientMessageId, msisdn } from "./domain.ts"

// The bits of `req_feat`.
const features = {
  text: 1,
  data: 2,
  udh: 4,
  unicode: 8,
  alphanumericSender: 16,
  numericSender: 32,
  flash: 512,
  deliveryAck: 8192,
  concat: 16384
} as const

/**
 * What a route can be asked to support, by HTTP 2.3.8 §5: a kind of content or sender, flash messages, acknowledgements, long
 * messages.
 *
 * @since 0.1.0
 * @category models
 */
export type Feature = keyof typeof features

/**
 * Accepts the name of a feature.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Feature: Schema.Schema<Feature> = Schema.Literal(...Struct.keys(features))

/**
 * A kind of message, by HTTP 2.3.8 §5; those of Nokia are 8-bit content of phones of the time.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageType = typeof MessageType.Type

/**
 * Accepts a documented kind of message.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageType = Schema.Literal(
  "SMS_TEXT",
  "SMS_FLASH",
  "SMS_NOKIA_OLOGO",
  "SMS_NOKIA_GLOGO",
  "SMS_NOKIA_PICTURE",
  "SMS_NOKIA_RINGTONE",
  "SMS_NOKIA_RTTL",
  "SMS_NOKIA_CLEAN",
  "SMS_NOKIA_VCARD",
  "SMS_NOKIA_VCAL"
)

/**
 * A message and to whom it goes: `to`, and one of `text`, `unicode` and `data`; of what is left out the service decides.
 *
 * Each comment names the source of a limit or default; where it names no default, none is documented.
 *
 * @since 0.1.0
 * @category models
 */
export interface SendMsg {
  /** The recipients' numbers in international form (see `Msisdn`), 1 to 300 of them by the page "using the SOAP API". */
  readonly to: Arr.NonEmptyReadonlyArray<string>
  /** Text in the alphabet of GSM; whether it fits into `concat` parts is left to the service, which says 113 where it does not. */
  readonly text?: string | undefined
  /** Text of any characters, which goes out as hexadecimal UCS-2 (HTTP 2.3.8 §5); beyond the BMP as UTF-16, of which no source speaks. */
  readonly unicode?: string | undefined
  /** 8-bit content in hexadecimal; whether it can do without `udh` the sources do not say, and an early client held that it cannot. */
  readonly data?: string | undefined
  /** A user data header in hexadecimal, beside `data` or `unicode`; that `text` takes none is known from a client of the time alone. */
  readonly udh?: string | undefined
  /** The sender: 1 to 16 digits or up to 11 letters and digits, registered with the service (HTTP 2.3.8 §5). */
  readonly from?: string | undefined
  /** Into how many parts a long message may be cut, 1 to 3 (HTTP 2.3.8 §5). */
  readonly concat?: 1 | 2 | 3 | undefined
  /** How long the service waits before it sends, in whole minutes from 1 to 10,080, which is 7 days (HTTP 2.3.8 §5). */
  readonly deliverAfter?: Duration.DurationInput | undefined
  /** How long delivery is tried, in whole minutes from 1 to 1,440, the default (HTTP 2.3.8 §5). */
  readonly validity?: Duration.DurationInput | undefined
  /** Whether a delivery acknowledgement is asked for (HTTP 2.3.8 §5). */
  readonly deliveryAck?: boolean | undefined
  /** Which changes of status are posted to the account's callback address: 0 to 3 by HTTP 2.3.8 §5, 0 to 7 by the overview. */
  readonly callback?: 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | undefined
  /** The most that a message may cost, in credits: whole ones in document/literal, whose WSDL has an int for the other's float. */
  readonly maxCredits?: BigDecimal.BigDecimal | undefined
  /** What the route must be able to do (HTTP 2.3.8 §5). */
  readonly features?: ReadonlyArray<Feature> | undefined
  /** The queue, from 1, the first to be served, to 3, the default (HTTP 2.3.8 §5). */
  readonly queue?: 1 | 2 | 3 | undefined
  /** Whether another route may be taken where messages are held up (HTTP 2.3.8 §5). */
  readonly escalate?: boolean | undefined
  /** Whether the recipient can answer, which needs an account for two-way messages (HTTP 2.3.8 §5). */
  readonly mo?: boolean | undefined
  /** The caller's own id of 1 to 32 letters and digits, by which `queryMsg` finds the message (HTTP 2.3.8 §5). */
  readonly clientMessageId?: string | undefined
  /** The kind of message (HTTP 2.3.8 §5). */
  readonly type?: MessageType | undefined
}

const content = Schema.String.pipe(Schema.minLength(1))
const hexadecimal = Schema.String.pipe(Schema.pattern(/^(?:[0-9A-Fa-f]{2})+$/))

const minutes = (most: number) =>
  Schema.declare((input: unknown): input is Duration.DurationInput =>
    Option.isSome(Duration.decodeUnknown(input))
  ).pipe(
    Schema.filter((input) => {
      const given = Duration.toMinutes(input)
      return Number.isInteger(given) && given >= 1 && given <= most
    })
  )

const fields = Schema.Struct({
  to: Schema.NonEmptyArray(msisdn).pipe(Schema.maxItems(300)),
  text: Schema.optional(content),
  // Half a surrogate pair is no character, and UTF-16 has no other way to write one.
  unicode: Schema.optional(content.pipe(Schema.filter((text) => !/\p{Cs}/u.test(text)))),
  data: Schema.optional(hexadecimal),
  udh: Schema.optional(hexadecimal),
  from: Schema.optional(Schema.String.pipe(Schema.pattern(/^(?:\d{1,16}|[0-9A-Za-z]{1,11})$/))),
  concat: Schema.optional(Schema.Literal(1, 2, 3)),
  deliverAfter: Schema.optional(minutes(10_080)),
  validity: Schema.optional(minutes(1440)),
  deliveryAck: Schema.optional(Schema.Boolean),
  callback: Schema.optional(Schema.Literal(0, 1, 2, 3, 4, 5, 6, 7)),
  maxCredits: Schema.optional(Schema.BigDecimalFromSelf.pipe(Schema.filter(({ value }) => value >= 0n))),
  features: Schema.optional(Schema.Array(Feature)),
  queue: Schema.optional(Schema.Literal(1, 2, 3)),
  escalate: Schema.optional(Schema.Boolean),
  mo: Schema.optional(Schema.Boolean),
  clientMessageId: Schema.optional(clientMessageId),
  type: Schema.optional(MessageType)
})

/** What cannot be together, by name. */
const conflicts = ({ data, text, udh, unicode }: SendMsg): ReadonlyArray<Schema.FilterIssue> => {
  const given = Object.entries({ text, unicode, data }).flatMap(([name, value]) => (value === undefined ? [] : [name]))
  if (given.length === 0) return [issue("text", "there is nothing to send")]
  if (given.length > 1) return given.map((name) => issue(name, "there is more than one content"))
  return text !== undefined && udh !== undefined ? [issue("udh", "a text takes none")] : []
}

const issue = (name: string, message: string): Schema.FilterIssue => ({ path: [name], message })

const message: Schema.Schema<SendMsg> = fields.pipe(Schema.filter(conflicts))

const wholeCredits = message.pipe(
  Schema.filter(({ maxCredits }) =>
    maxCredits === undefined || isInt(BigDecimal.format(maxCredits)) ? [] : [issue("maxCredits", "the WSDL has an int")]
  )
)

const isInt = (text: string): boolean => /^\d+$/.test(text) && Number(text) <= 2_147_483_647

/** What a message is on the wire, by the names of both WSDLs. */
const valuesOf = (message: SendMsg): Wired => ({
  to: message.to,
  from: message.from,
  text: message.unicode === undefined ? message.text : toHexadecimal(message.unicode),
  unicode: message.unicode === undefined ? undefined : 1,
  data: message.data,
  udh: message.udh,
  concat: message.concat,
  deliv_ack: toBit(message.deliveryAck),
  msg_callback: message.callback,
  deliv_time: toMinutes(message.deliverAfter),
  validity: toMinutes(message.validity),
  max_credits: message.maxCredits,
  req_feat: message.features?.reduce((sum, feature) => sum | features[feature], 0),
  queue: message.queue,
  escalate: toBit(message.escalate),
  mo: toBit(message.mo),
  climsgid: message.clientMessageId,
  cliMsgId: message.clientMessageId,
  msg_type: message.type
})

interface Wired {
  readonly [name: string]: Command.Wire
}

const toBit = (is: boolean | undefined) => (is === undefined ? undefined : Number(is))

const toMinutes = (time: Duration.DurationInput | undefined) =>
  time === undefined ? undefined : Duration.toMinutes(time)

const toHexadecimal = (text: string) =>
  Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0")).join("")

const wired = Schema.declare((input: unknown): input is Wired => Predicate.isRecord(input))

const write = (message: Schema.Schema<SendMsg>, names: ReadonlyArray<string>): Schema.Schema<SendMsg, Wired> =>
  Schema.transformOrFail(wired, message, {
    strict: true,
    decode: (given, _, ast) => ParseResult.fail(new ParseResult.Forbidden(ast, given, "a request is only written")),
    encode: (given) => {
      const values = valuesOf(given)
      return ParseResult.succeed(Object.fromEntries(names.map((name) => [name, values[name]])))
    }
  })

const rest = ["deliv_time", "max_credits", "req_feat", "queue", "escalate", "mo"]
const last = ["unicode", "msg_type", "udh", "data", "validity"]

/** A message as each WSDL names and orders its parts. */
export const parameters: Command.PerStyle<Schema.Schema<SendMsg, Wired>> = {
  "document-literal": write(wholeCredits, [
    "text",
    "to",
    "from",
    "concat",
    "msg_callback",
    "deliv_ack",
    ...rest,
    "climsgid",
    ...last
  ]),
  "rpc-encoded": write(message, [
    "to",
    "from",
    "text",
    "concat",
    "deliv_ack",
    "msg_callback",
    ...rest,
    "cliMsgId",
    ...last
  ])
}
