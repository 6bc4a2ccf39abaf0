import type { Style } from "@effect-clickatell/core/Envelope"

/** A parameter as a WSDL has it. */
export interface Parameter {
  readonly name: string
  readonly type: "int" | "float" | "string"
  readonly occurs: "once" | "optional" | "many"
}

/** An operation as a WSDL has it. */
export interface Operation {
  readonly parameters: ReadonlyArray<Parameter>
  /** Whether its reply has room for several records, be there one or more. */
  readonly returns: "one" | "many"
}

/** Reads parameters such as `text api_id:int? to+`. */
const parametersOf = (written: string): ReadonlyArray<Parameter> =>
  Array.from(written.matchAll(/(\w+)(?::(int|float))?([?+]?)/g), ([, name = "", type, occurs]) => ({
    name,
    type: type === "int" || type === "float" ? type : "string",
    occurs: occurs === "?" ? "optional" : occurs === "+" ? "many" : "once"
  }))

const operationsOf = (
  written: Readonly<Record<string, string>>,
  many: ReadonlySet<string>
): ReadonlyMap<string, Operation> =>
  new Map(
    Object.entries(written).map(([operation, parameters]) => [
      operation,
      { parameters: parametersOf(parameters), returns: many.has(operation) ? "many" : "one" }
    ])
  )

const login = { auth: "api_id:int user password", ping: "session_id" }
const session = "session_id? api_id:int? user? password?"
const key = "apimsgid? climsgid?"
const route = "req_feat:int? queue:int? escalate:int? mo:int?"
const form = "unicode:int? msg_type? udh? data? validity:int?"

/** The operations of each contract that are known here: names, order and types of its WSDL. */
export const operations: Readonly<Record<Style, ReadonlyMap<string, Operation>>> = {
  "document-literal": operationsOf(
    {
      ...login,
      sendmsg: `${session} text? to+ from? concat:int? msg_callback:int? deliv_ack:int? deliv_time:int? max_credits:int? ${route} climsgid? ${form}`,
      querymsg: `${session} ${key}`,
      delmsg: `${session} ${key}`,
      getbalance: session,
      routecoverage: `${session} msisdn`,
      getmsgcharge: `${session} apimsgid?`
    },
    new Set(["sendmsg"])
  ),
  "rpc-encoded": operationsOf(
    {
      ...login,
      sendmsg: `${session} to+ from? text? concat:int? deliv_ack:int? msg_callback:int? deliv_time:int? max_credits:float? ${route} cliMsgId? ${form}`,
      querymsg: `${session} ${key}`,
      delmsg: `session_id? api_id? user? password? ${key}`,
      getbalance: session,
      routeCoverage: `${session} msisdn`,
      getmsgcharge: `${session} apimsgid?`
    },
    new Set(["sendmsg", "querymsg", "delmsg", "getmsgcharge"])
  )
}
