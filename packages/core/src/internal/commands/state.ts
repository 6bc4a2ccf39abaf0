import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Command from "../../Command.ts"
import { amount, ApiMessageId, apiMessageId, clientMessageId, MessageStatus } from "./domain.ts"

/**
 * Which message: by the service's id or by the caller's own, and not by both.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageKey = { readonly id: string } | { readonly clientMessageId: string }

const byEither = Schema.Struct({
  id: Schema.optional(apiMessageId).pipe(Schema.fromKey("apimsgid")),
  clientMessageId: Schema.optional(clientMessageId).pipe(Schema.fromKey("climsgid"))
}).pipe(
  Schema.filter(({ clientMessageId, id }) =>
    (id === undefined) === (clientMessageId === undefined)
      ? ["id", "clientMessageId"].map((name) => ({ path: [name], message: "one of the two" }))
      : []
  )
)

/**
 * What has become of a message; `id` is the service's, whichever it was asked by.
 *
 * @since 0.1.0
 * @category models
 */
export type MessageState = typeof MessageState.Type

/**
 * What `queryMsg` and `delMsg` give.
 *
 * @since 0.1.0
 * @category schemas
 */
export const MessageState = Schema.Struct({ id: ApiMessageId, status: MessageStatus })

const askFor = (operation: string): ((which: MessageKey) => Command.Command<MessageState>) =>
  Command.make(operation, {
    parameters: byEither,
    decode: ([record]) => (record._tag === "Id" ? Schema.decodeUnknownOption(MessageState)(record) : Option.none()),
    idempotent: true
  })

/**
 * Asks what has become of a message, which the service knows for about 6 days (SOAP page "query message status"); idempotent.
 *
 * A message that it does not know is an `ApiError`: 103 by its own id, 104 by the caller's.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { Effect } from "effect"
 *
 * // Whether a message can still change its status, by the id that this program gave it.
 * export const isPending = (clientMessageId: string) =>
 *   Effect.gen(function* () {
 *     const session = yield* Session.Session
 *     const { status } = yield* session.execute(Commands.queryMsg({ clientMessageId }))
 *     return Commands.messageStatuses.get(status)?.stage === "pending"
 *   })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const queryMsg = askFor("querymsg")

/**
 * Stops a message that is still queued, and tells its status: 006 when it was stopped (HTTP 2.3.8 §6.1); idempotent, since what is
 * stopped stays so.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { Effect } from "effect"
 *
 * // Whether a message could still be stopped.
 * export const stop = (id: string) =>
 *   Effect.gen(function* () {
 *     const session = yield* Session.Session
 *     const { status } = yield* session.execute(Commands.delMsg({ id }))
 *     return status === "006"
 *   })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const delMsg = askFor("delmsg")

/**
 * What a message cost, in credits.
 *
 * @since 0.1.0
 * @category models
 */
export type Charge = typeof Charge.Type

/**
 * What `getMsgCharge` gives, `charge` as the text of a decimal on the encoded side.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Charge = Schema.Struct({ id: ApiMessageId, charge: amount, status: MessageStatus })

/**
 * Asks what a message cost, in credits, for less than 15 days after it was sent (HTTP 2.3.8 §6.6); idempotent.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { BigDecimal, Effect } from "effect"
 *
 * export const costOf = (id: string) =>
 *   Effect.gen(function* () {
 *     const session = yield* Session.Session
 *     const { charge } = yield* session.execute(Commands.getMsgCharge({ id }))
 *     return `${BigDecimal.format(charge)} credits`
 *   })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const getMsgCharge: (which: { readonly id: string }) => Command.Command<Charge> = Command.make("getmsgcharge", {
  parameters: Schema.Struct({ id: Schema.propertySignature(apiMessageId).pipe(Schema.fromKey("apimsgid")) }),
  decode: ([record]) => (record._tag === "Charge" ? Schema.decodeOption(Charge)(record) : Option.none()),
  idempotent: true
})
