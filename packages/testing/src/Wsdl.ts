/**
 * The service's two contracts as WSDL 1.1, for SOAP clients that generate themselves from one.
 *
 * Written from the published facts: names, namespaces, types and order are Clickatell's, and only the three operations that
 * the emulator knows are described.
 *
 * @since 0.1.0
 */
import type { Style } from "@effect-clickatell/core/Envelope"
import { namespace } from "@effect-clickatell/core/Envelope"

/**
 * The paths at which Clickatell served the two services; the emulator itself answers at any.
 *
 * @since 0.1.0
 * @category constants
 */
export const path: Readonly<Record<Style, string>> = {
  "document-literal": "/soap/document_literal/webservice",
  "rpc-encoded": "/soap/webservice.php"
}

/**
 * Writes the contract of a style, with the address to which its clients shall post.
 *
 * @since 0.1.0
 * @category encoding
 */
export const make = (style: Style, address: string): string => {
  const { binding, portType, service, types, write } = contracts[style]
  const parts = operations.map(([operation, parameters]) => write(operation, parameters))
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:tns="${namespace[style]}" targetNamespace="${namespace[style]}">
${types}${parts.map((part) => part.messages).join("")}  <portType name="${portType}">
${parts.map((part) => part.abstract).join("")}  </portType>
  <binding name="${binding}" type="tns:${portType}">
    <soap:binding${style === "rpc-encoded" ? ' style="rpc"' : ""} transport="http://schemas.xmlsoap.org/soap/http"/>
${parts.map((part) => part.concrete).join("")}  </binding>
  <service name="${service}">
    <port name="${portType}" binding="tns:${binding}">
      <soap:address location="${escape(address)}"/>
    </port>
  </service>
</definitions>
`
}

type Parameter = readonly [name: string, type: "int" | "string", occurs?: "optional"]

const operations: ReadonlyArray<readonly [operation: string, parameters: ReadonlyArray<Parameter>]> = [
  [
    "auth",
    [
      ["api_id", "int"],
      ["user", "string"],
      ["password", "string"]
    ]
  ],
  ["ping", [["session_id", "string"]]],
  [
    "getbalance",
    [
      ["session_id", "string", "optional"],
      ["api_id", "int", "optional"],
      ["user", "string", "optional"],
      ["password", "string", "optional"]
    ]
  ]
]

interface Contract {
  readonly portType: string
  readonly binding: string
  readonly service: string
  readonly types: string
  /** What one operation adds to the messages, to the port type and to the binding. */
  readonly write: (
    operation: string,
    parameters: ReadonlyArray<Parameter>
  ) => { readonly messages: string; readonly abstract: string; readonly concrete: string }
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")

const element = (name: string, children: ReadonlyArray<Parameter>): string => `      <xsd:element name="${name}">
        <xsd:complexType><xsd:sequence>
${children.map(([child, type, occurs]) => `          <xsd:element name="${child}" type="xsd:${type}"${occurs === undefined ? "" : ' minOccurs="0"'}/>\n`).join("")}        </xsd:sequence></xsd:complexType>
      </xsd:element>
`

// The schema sets no elementFormDefault: the children of an operation's element are in no namespace.
const schema = `  <types>
    <xsd:schema targetNamespace="${namespace["document-literal"]}">
${operations.map(([operation, parameters]) => element(operation, parameters) + element(`${operation}Response`, [["return", "string"]]) + element(`${operation}Fault`, [[`${operation}Fault`, "string"]])).join("")}    </xsd:schema>
  </types>
`

const message = (name: string, part: string): string => `  <message name="${name}">${part}</message>\n`

const contracts: Readonly<Record<Style, Contract>> = {
  "document-literal": {
    portType: "ClickatellSms",
    binding: "Sms",
    service: "ClickatellSms",
    types: schema,
    write: (operation) => ({
      messages: [`${operation}Request`, `${operation}Response`, `${operation}Fault`]
        .map((name) => message(name, `<part name="parameters" element="tns:${name.replace(/Request$/, "")}"/>`))
        .join(""),
      abstract: `    <operation name="${operation}">
      <input message="tns:${operation}Request"/>
      <output message="tns:${operation}Response"/>
      <fault name="${operation}Fault" message="tns:${operation}Fault"/>
    </operation>
`,
      // As in the original, the faults are declared above and not bound here.
      concrete: `    <operation name="${operation}">
      <soap:operation soapAction="${namespace["document-literal"]}/${operation}"/>
      <input><soap:body use="literal"/></input>
      <output><soap:body use="literal"/></output>
    </operation>
`
    })
  },
  "rpc-encoded": {
    portType: "PushServerWSPortType",
    binding: "PushServerWSBinding",
    service: "PushServerWS",
    types: "",
    write: (operation, parameters) => ({
      messages:
        message(`${operation}Request`, parameters.map(([name, type]) => part(name, type)).join("")) +
        message(`${operation}Response`, part("return", "string")),
      abstract: `    <operation name="${operation}">
      <input message="tns:${operation}Request"/>
      <output message="tns:${operation}Response"/>
    </operation>
`,
      concrete: `    <operation name="${operation}">
      <soap:operation soapAction="${namespace["rpc-encoded"]}/${operation}" style="rpc"/>
      <input>${encoded}</input>
      <output>${encoded}</output>
    </operation>
`
    })
  }
}

const part = (name: string, type: string): string => `<part name="${name}" type="xsd:${type}"/>`

const encoded = `<soap:body use="encoded" namespace="${namespace["rpc-encoded"]}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>`
