import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { CommandError } from "../../Errors.ts"
import type { Session } from "../../Session.ts"
import type { SendMsg } from "./outgoing.ts"
import type { Sent } from "./sendMsg.ts"
import { sendMsg } from "./sendMsg.ts"
import { queryMsg } from "./state.ts"

/**
 * Sends a message once: where it is unknown whether the service took it, asks by `clientMessageId` before it sends again, once.
 *
 * Known to the service, the message of a lone recipient is `Accepted`; of several it cannot be told which were, and the call
 * fails as the sending did. It fails so too where the question goes unanswered: then ask again later. What it rests on is that
 * the service no longer works on a request whose answer was lost, that it says 104 for an id that it has not seen, and that the
 * caller gives no two messages one id; the sources promise none of it.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { Effect, Schedule } from "effect"
 *
 * // May be repeated: the client's id of the order finds the message that was sent before the connection broke.
 * export const confirm = (order: string) =>
 *   Effect.gen(function* () {
 *     const session = yield* Session.Session
 *     return yield* Commands.sendMsgOnce(session, {
 *       to: ["4915112345678"],
 *       text: "Thank you",
 *       clientMessageId: order
 *     })
 *   }).pipe(Effect.retry(Schedule.intersect(Schedule.exponential("1 second"), Schedule.recurs(3))))
 * ```
 *
 * @since 0.1.0
 * @category execution
 */
export const sendMsgOnce = (
  session: Session["Type"],
  message: SendMsg & { readonly clientMessageId: string }
): Effect.Effect<Arr.NonEmptyReadonlyArray<Sent>, CommandError> => {
  const { clientMessageId, to } = message
  const send = session.execute(sendMsg(message))
  const ask = session.execute(queryMsg({ clientMessageId }))
  const attempt = (unsent: (lost: CommandError) => typeof send): typeof send =>
    Effect.catchIf(send, isUnknown, (lost) =>
      Effect.matchEffect(ask, {
        onSuccess: ({ id }) =>
          to.length === 1 ? Effect.succeed([{ _tag: "Accepted", id, to: to[0] }] as const) : Effect.fail(lost),
        onFailure: (error) => (error._tag === "ApiError" && error.code === "104" ? unsent(lost) : Effect.fail(lost))
      })
    )
  return attempt(() => attempt(Effect.fail))
}

/** Whether the service may have taken the message all the same: it said neither yes nor no. */
const isUnknown = (error: CommandError): boolean => {
  switch (error._tag) {
    case "TransportError":
      return error.mayHaveReached
    case "MalformedReply":
      return true
    case "SoapFault":
      // SOAP 1.1 §4.4.1: that of the client is a request that was not understood.
      return !/(?:^|:)(?:Client|Sender)\b/.test(error.faultCode)
    case "ApiError":
    case "AuthFailed":
    case "InvalidParameters":
      return false
  }
}
