/**
 * The documented commands around messages: send one, ask for it, stop it, and what it costs; run them with `session.execute`.
 *
 * Each is made with `Command.make` alone. Names, order and types on the wire are those of the WSDL of the style in use. In the
 * comments "HTTP 2.3.8" is the HTTP API specification of 2009, whose chapters the SOAP specification shares, and "overview" that
 * of 2014; nothing here could be tried on the real service, which is archived.
 *
 * @since 0.1.0
 */
export { Coverage, getBalance, routeCoverage } from "./internal/commands/account.ts"
export { ApiMessageId, ClientMessageId, messageStatuses, MessageStatus, Msisdn } from "./internal/commands/domain.ts"
export type { StatusEntry } from "./internal/commands/domain.ts"
export { Feature, MessageType } from "./internal/commands/outgoing.ts"
export type { SendMsg } from "./internal/commands/outgoing.ts"
export { Sent, sendMsg } from "./internal/commands/sendMsg.ts"
export { sendMsgOnce } from "./internal/commands/sendMsgOnce.ts"
export { Charge, delMsg, getMsgCharge, MessageState, queryMsg } from "./internal/commands/state.ts"
export type { MessageKey } from "./internal/commands/state.ts"
