import type * as Arr from "effect/Array"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"
import * as Command from "../../Command.ts"
import * as Reply from "../../Reply.ts"
import { ApiMessageId, msisdn } from "./domain.ts"
import type { SendMsg } from "./outgoing.ts"
import * as outgoing from "./outgoing.ts"

/**
 * What became of the message to one recipient: `Accepted` with the id that the service gave it, or `Refused` and why.
 *
 * @since 0.1.0
 * @category models
 */
export type Sent = typeof Sent.Type

/**
 * What `sendMsg` gives for each recipient; `code` is verbatim and open, `""` where there is none, and `description` the service's.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Sent = Schema.Union(
  Schema.TaggedStruct("Accepted", { id: ApiMessageId, to: msisdn }),
  Schema.TaggedStruct("Refused", { code: Schema.String, description: Schema.String, to: msisdn })
)

/**
 * Sends a message to up to 300 recipients and gives a result for each, in the order of `to`; not idempotent: see `sendMsgOnce`.
 *
 * An error that speaks of a number (105, 114, 121, 122, 128) is the result of a lone recipient, as any error is of one among
 * several; whatever else the service refuses fails the call. What cannot be sent is `InvalidParameters`, by the names of fields.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { Effect } from "effect"
 *
 * export const greet = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   const results = yield* session.execute(
 *     Commands.sendMsg({ to: ["4915112345678", "27821234567"], text: "Hello", from: "Shop" })
 *   )
 *   // One result for each recipient, in their order: a refused number does not fail the call.
 *   return results.map((it) => (it._tag === "Accepted" ? it.id : `ERR ${it.code}`))
 * })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const sendMsg: (message: SendMsg) => Command.Command<Arr.NonEmptyReadonlyArray<Sent>> = Command.make("sendmsg", {
  parameters: outgoing.parameters,
  returns: "many",
  decode: (records, { to }) => Option.flatMap(pair(to, records), decode),
  isAnswer: ({ code }, { to }) => to.length === 1 && ofNumber.has(code)
})

const ofNumber: ReadonlySet<string> = new Set(["105", "114", "121", "122", "128"])

const decode = Schema.decodeUnknownOption(Schema.NonEmptyArray(Sent))

const isOfRecipient = Predicate.or(Reply.Record.$is("Id"), Reply.Record.$is("Err"))

/** Gives each recipient its record: the one that names its number, or else the next of those that name none. */
const pair = (to: SendMsg["to"], records: ReadonlyArray<Reply.Record>): Option.Option<ReadonlyArray<unknown>> => {
  const rest = records.filter(isOfRecipient)
  if (rest.length !== records.length || rest.length !== to.length) return Option.none()
  const take = (number: string | undefined) => {
    const at = rest.findIndex((record) => record.to === number)
    return at === -1 ? undefined : rest.splice(at, 1)[0]
  }
  const named = to.map((number) => ({ number, record: take(number) }))
  return Option.all(
    named.map(({ number, record = take(undefined) }) =>
      record === undefined
        ? Option.none()
        : Option.some({ ...record, _tag: record._tag === "Id" ? "Accepted" : "Refused", to: number })
    )
  )
}
