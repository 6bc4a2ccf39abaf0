import * as Schema from "effect/Schema"

/** A text of this pattern, which callers may give as any string and results have by its name. */
const text = (identifier: string, description: string, pattern: RegExp) =>
  Schema.String.pipe(Schema.pattern(pattern, { identifier, description }))

export const msisdn = text("Msisdn", "1 to 15 digits that begin with a country code", /^[1-9]\d{0,14}$/)
export const apiMessageId = text("ApiMessageId", "32 hexadecimal digits", /^[0-9a-fA-F]{32}$/)
export const clientMessageId = text("ClientMessageId", "1 to 32 letters and digits", /^[0-9A-Za-z]{1,32}$/)

/** An amount in credits; a text of more than 40 characters is none, and could take long to read. */
export const amount = Schema.compose(Schema.String.pipe(Schema.maxLength(40)), Schema.BigDecimal)

/**
 * A mobile number in international form, digits alone: no `+` and no `00` (HTTP 2.3.8 §5), and at most 15 of them (ITU-T E.164).
 *
 * @since 0.1.0
 * @category models
 */
export type Msisdn = typeof Msisdn.Type

/**
 * Accepts a mobile number in international form, 1 to 15 digits, since `routeCoverage` takes a prefix too.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Msisdn = msisdn.pipe(Schema.brand("@effect-clickatell/core/Commands/Msisdn"))

/**
 * The id that the service gives a message, 32 hexadecimal digits in every documented sample.
 *
 * @since 0.1.0
 * @category models
 */
export type ApiMessageId = typeof ApiMessageId.Type

/**
 * Accepts the 32 hexadecimal digits of a message's id; both cases, though every sample is in lower case.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ApiMessageId = apiMessageId.pipe(Schema.brand("@effect-clickatell/core/Commands/ApiMessageId"))

/**
 * The id that a caller gives a message, up to 32 letters and digits (HTTP 2.3.8 §5), by which a lost answer can be asked for.
 *
 * @since 0.1.0
 * @category models
 */
export type ClientMessageId = typeof ClientMessageId.Type

/**
 * Accepts 1 to 32 letters and digits as a caller's own id of a message.
 *
 * @since 0.1.0
 * @category schemas
 */
export const ClientMessageId = clientMessageId.pipe(Schema.brand("@effect-clickatell/core/Commands/ClientMessageId"))

/**
 * The code of what became of a message, verbatim: `messageStatuses` has the documented ones, and the set is open.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageStatus = string

/**
 * Accepts the digits of a status, known or not; `"004"` is not `"4"`, and no error code, though both share numbers.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageStatus: Schema.Schema<MessageStatus> = text("MessageStatus", "digits", /^\d+$/)

/**
 * One row of the table of statuses; `stage` is this library's reading: `pending` can still change, `delivered` and `failed` cannot.
 *
 * @since 0.1.0
 * @category models
 */
export interface StatusEntry {
  readonly description: string
  readonly stage: "unknown" | "pending" | "delivered" | "failed"
}

/**
 * Every documented status, from HTTP 2.3.8; 014 is in the overview alone, and 013 nowhere.
 *
 * @since 0.1.0
 * @category constants
 */
export const messageStatuses: ReadonlyMap<MessageStatus, StatusEntry> = new Map<MessageStatus, StatusEntry>([
  ["001", { description: "Message unknown", stage: "unknown" }],
  ["002", { description: "Message queued", stage: "pending" }],
  ["003", { description: "Delivered to gateway", stage: "pending" }],
  ["004", { description: "Received by recipient", stage: "delivered" }],
  ["005", { description: "Error with message", stage: "failed" }],
  ["006", { description: "User cancelled message delivery", stage: "failed" }],
  ["007", { description: "Error delivering message", stage: "failed" }],
  ["008", { description: "OK, received by gateway", stage: "pending" }],
  ["009", { description: "Routing error", stage: "failed" }],
  ["010", { description: "Message expired", stage: "failed" }],
  ["011", { description: "Message queued for later delivery", stage: "pending" }],
  ["012", { description: "Out of credit", stage: "failed" }],
  ["014", { description: "Maximum MT limit exceeded", stage: "failed" }]
])
