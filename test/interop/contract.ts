// The commands of core/Commands in the two published contracts: names, order and types of their WSDLs, and nothing of our code.
import type { Style } from "@effect-clickatell/core/Envelope"

const namespaces: Readonly<Record<Style, string>> = {
  "document-literal": "http://api.clickatell.com/soap/document_literal/webservice",
  "rpc-encoded": "http://api.clickatell.com/soap/webservice"
}

const actions: Readonly<Record<Style, string>> = {
  "document-literal": "http://api.clickatell.com/soap/document_literal/webservice",
  "rpc-encoded": "http://api.clickatell.com/soap/webservice_vs.php"
}

type Part = readonly [name: string, type: string]

const parts = (text: string): ReadonlyArray<Part> =>
  text.split(" ").map((part) => {
    const [name = "", type = "string"] = part.split(":")
    return [name, type]
  })

const session = "session_id api_id:int user password"

/** The parameters of each operation, as `name:type` where it is no string. */
const operations: Readonly<Record<Style, Readonly<Record<string, string>>>> = {
  "document-literal": {
    sendmsg: `${session} text to:many from concat:int msg_callback:int deliv_ack:int deliv_time:int max_credits:int req_feat:int queue:int escalate:int mo:int climsgid unicode:int msg_type udh data validity:int`,
    querymsg: `${session} apimsgid climsgid`,
    delmsg: `${session} apimsgid climsgid`,
    getbalance: session,
    routecoverage: `${session} msisdn`,
    getmsgcharge: `${session} apimsgid`
  },
  "rpc-encoded": {
    sendmsg: `${session} to:many from text concat:int deliv_ack:int msg_callback:int deliv_time:int max_credits:float req_feat:int queue:int escalate:int mo:int cliMsgId unicode:int msg_type udh data validity:int`,
    querymsg: `${session} apimsgid climsgid`,
    delmsg: "session_id api_id user password apimsgid climsgid",
    getbalance: session,
    routeCoverage: `${session} msisdn`,
    getmsgcharge: `${session} apimsgid`
  }
}

/** The operations whose reply is an array in RPC/encoded. */
const arrays: ReadonlySet<string> = new Set(["sendmsg", "querymsg", "delmsg", "getmsgcharge"])

/** The names of an operation's parameters, in the order of its contract. */
export const parametersOf = (style: Style, operation: string): ReadonlyArray<string> =>
  parts(operations[style][operation] ?? "").map(([name]) => name)

/** A value for each parameter that RPC/encoded has by its place, be it given or not. */
export const placed = (
  operation: string,
  given: Readonly<Record<string, unknown>>
): Readonly<Record<string, unknown>> => {
  const names = operation in operations["rpc-encoded"] ? parametersOf("rpc-encoded", operation) : Object.keys(given)
  return Object.fromEntries(names.map((name) => [name, given[name] ?? null]))
}

export const operationsOf = (style: Style): ReadonlyArray<string> => Object.keys(operations[style])

/** A contract of the same operations with the published actions. */
export const withActions = (style: Style, wsdl: string): string =>
  wsdl.replaceAll(/soapAction="[^"]*\/(\w+)"/g, `soapAction="${actions[style]}/$1"`)

/** The contract of a style as WSDL 1.1. */
export const make = (style: Style, address: string): string => {
  const names = operationsOf(style)
  const namespace = namespaces[style]
  const body = style === "rpc-encoded" ? encoded(namespace) : `<soap:body use="literal"/>`
  const each = (write: (name: string) => string) => names.map(write).join("")
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/"
  xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns="${namespace}" targetNamespace="${namespace}">
<types><xsd:schema targetNamespace="${namespace}">${style === "rpc-encoded" ? array : each(element)}</xsd:schema></types>
${each(style === "rpc-encoded" ? messages : wrapped)}<portType name="Port">
${each((name) => `<operation name="${name}"><input message="tns:${name}Input"/><output message="tns:${name}Output"/></operation>\n`)}</portType>
<binding name="Binding" type="tns:Port">
<soap:binding style="${style === "rpc-encoded" ? "rpc" : "document"}" transport="http://schemas.xmlsoap.org/soap/http"/>
${each((name) => `<operation name="${name}"><soap:operation soapAction="${actions[style]}/${name}"/><input>${body}</input><output>${body}</output></operation>\n`)}</binding>
<service name="Service"><port name="Port" binding="tns:Binding"><soap:address location="${address}"/></port></service>
</definitions>
`
}

const encoded = (namespace: string) =>
  `<soap:body use="encoded" namespace="${namespace}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>`

const array = `<xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/><xsd:complexType name="ArrayOfString">
<xsd:complexContent><xsd:restriction base="SOAP-ENC:Array">
<xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="xsd:string[]"/></xsd:restriction></xsd:complexContent></xsd:complexType>`

const element = (operation: string) => {
  const children = parts(operations["document-literal"][operation] ?? "").map(([name, type]) =>
    type === "many"
      ? `<xsd:element name="${name}" type="xsd:string" maxOccurs="unbounded"/>`
      : `<xsd:element name="${name}" type="xsd:${type}" minOccurs="0"/>`
  )
  const most = operation === "sendmsg" ? "unbounded" : "1"
  return `<xsd:element name="${operation}"><xsd:complexType><xsd:sequence>${children.join("")}</xsd:sequence></xsd:complexType></xsd:element>
<xsd:element name="${operation}Response"><xsd:complexType><xsd:sequence>
<xsd:element name="return" type="xsd:string" maxOccurs="${most}"/></xsd:sequence></xsd:complexType></xsd:element>
`
}

const wrapped = (operation: string) =>
  `<message name="${operation}Input"><part name="parameters" element="tns:${operation}"/></message>
<message name="${operation}Output"><part name="parameters" element="tns:${operation}Response"/></message>
`

const typed = ([name, type]: Part) =>
  `<part name="${name}" type="${type === "many" ? "tns:ArrayOfString" : `xsd:${type}`}"/>`

const messages = (operation: string) => {
  const given = parts(operations["rpc-encoded"][operation] ?? "").map(typed)
  return `<message name="${operation}Input">${given.join("")}</message>
<message name="${operation}Output">${typed(["return", arrays.has(operation) ? "many" : "string"])}</message>
`
}
