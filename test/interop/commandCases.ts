import * as Commands from "@effect-clickatell/core/Commands"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as BigDecimal from "effect/BigDecimal"

export const id = "f95d64c67d1d10d17443d636e4101711"
export const to = ["27990000001", "27990000002"] as const

/** A message with nearly all that it can have. */
export const full: Commands.SendMsg = {
  to,
  text: "a <&> é€",
  from: "Acme",
  concat: 2,
  deliverAfter: "1 hour",
  validity: "1 day",
  deliveryAck: true,
  callback: 7,
  maxCredits: BigDecimal.unsafeFromString("2"),
  features: ["text", "concat"],
  queue: 2,
  escalate: true,
  mo: false,
  clientMessageId: "order17",
  type: "SMS_TEXT"
}

/** Each command beside the names and values that somebody else's client is given for it. */
export const cases = (style: Style) => {
  const own = style === "rpc-encoded" ? "cliMsgId" : "climsgid"
  const times = { deliv_time: 60, validity: 1440 }
  const bits = { deliv_ack: 1, escalate: 1, mo: 0, req_feat: 16385, msg_callback: 7 }
  const words = { to, text: full.text, from: "Acme", [own]: "order17", msg_type: "SMS_TEXT" }
  const values = { concat: 2, max_credits: 2, queue: 2, ...times, ...bits, ...words }
  return [
    { command: Commands.sendMsg(full), values },
    { command: Commands.sendMsg({ to: [to[0]], unicode: "é" }), values: { to: [to[0]], text: "00e9", unicode: 1 } },
    { command: Commands.sendMsg({ to, data: "00ff", udh: "0102" }), values: { to, data: "00ff", udh: "0102" } },
    { command: Commands.queryMsg({ id }), values: { apimsgid: id } },
    { command: Commands.delMsg({ clientMessageId: "order17" }), values: { climsgid: "order17" } },
    { command: Commands.getMsgCharge({ id }), values: { apimsgid: id } },
    { command: Commands.routeCoverage("27"), values: { msisdn: "27" } },
    { command: Commands.getBalance, values: {} }
  ] as const
}
