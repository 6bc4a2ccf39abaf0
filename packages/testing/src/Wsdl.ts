/**
 * The service's two contracts as WSDL 1.1, for SOAP clients that generate themselves from one.
 *
 * Written from the published facts: names, namespaces, types and order are Clickatell's, and only the operations that the
 * emulator knows by itself are described.
 *
 * @since 0.1.0
 */
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type { Operation, Parameter } from "./internal/contract.ts"
import * as contract from "./internal/contract.ts"

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
 * Writes the contract of a style, with the address to which its clients shall post, and the one from which they get {@link encoding}
 * if there is such: without it, some get the schema of RPC/encoded's arrays from the internet.
 *
 * @example
 * ```ts
 * import { Wsdl } from "@effect-clickatell/testing"
 * import * as assert from "node:assert/strict"
 *
 * const contract = Wsdl.make("document-literal", "http://127.0.0.1:8080/")
 * assert.match(contract, /<soap:address location="http:\/\/127\.0\.0\.1:8080\/"\/>/)
 * assert.match(contract, /<operation name="ping">/)
 * ```
 *
 * @since 0.1.0
 * @category encoding
 */
export const make = (style: Style, address: string, encodingAddress?: string): string => {
  const { binding, portType, service, types, write } = contracts[style]
  const parts = Array.from(contract.operations[style], ([name, operation]) => write(name, operation))
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
  xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/" xmlns:tns="${Envelope.namespace[style]}" targetNamespace="${Envelope.namespace[style]}">
${types(encodingAddress)}${parts.map((part) => part.messages).join("")}  <portType name="${portType}">
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

/**
 * As much of the schema of SOAP 1.1's encoding as the contract of RPC/encoded refers to.
 *
 * @since 0.1.0
 * @category constants
 */
export const encoding = `<?xml version="1.0" encoding="UTF-8"?>
<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema" targetNamespace="http://schemas.xmlsoap.org/soap/encoding/">
  <xsd:attribute name="arrayType" type="xsd:string"/>
  <xsd:complexType name="Array">
    <xsd:sequence><xsd:any minOccurs="0" maxOccurs="unbounded" processContents="lax"/></xsd:sequence>
    <xsd:anyAttribute processContents="lax"/>
  </xsd:complexType>
</xsd:schema>
`

interface Contract {
  readonly portType: string
  readonly binding: string
  readonly service: string
  readonly types: (encodingAddress?: string) => string
  /** What one operation adds to the messages, to the port type and to the binding. */
  readonly write: (
    name: string,
    operation: Operation
  ) => { readonly messages: string; readonly abstract: string; readonly concrete: string }
}

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")

const occurrence: Readonly<Record<Parameter["occurs"], string>> = {
  once: "",
  optional: ' minOccurs="0"',
  many: ' maxOccurs="unbounded"'
}

const element = (name: string, children: ReadonlyArray<Parameter>): string => `      <xsd:element name="${name}">
        <xsd:complexType><xsd:sequence>
${children.map(({ name, occurs, type }) => `          <xsd:element name="${name}" type="xsd:${type}"${occurrence[occurs]}/>\n`).join("")}        </xsd:sequence></xsd:complexType>
      </xsd:element>
`

const returned = ({ returns }: Operation): Parameter => ({
  name: "return",
  type: "string",
  occurs: returns === "many" ? "many" : "once"
})

const elements = ([name, operation]: readonly [string, Operation]): string =>
  element(name, operation.parameters) +
  element(`${name}Response`, [returned(operation)]) +
  element(`${name}Fault`, [{ name: `${name}Fault`, type: "string", occurs: "once" }])

// The schema sets no elementFormDefault: the children of an operation's element are in no namespace.
const schema = `  <types>
    <xsd:schema targetNamespace="${Envelope.namespace["document-literal"]}">
${Array.from(contract.operations["document-literal"], elements).join("")}    </xsd:schema>
  </types>
`

// The published array leaves the name of its items to SOAP's encoding; by a name here, zeep takes a list without knowing more of that.
const array = (encodingAddress?: string): string => `  <types>
    <xsd:schema targetNamespace="${Envelope.namespace["rpc-encoded"]}">
      <xsd:import namespace="http://schemas.xmlsoap.org/soap/encoding/"${encodingAddress === undefined ? "" : ` schemaLocation="${escape(encodingAddress)}"`}/>
      <xsd:import namespace="http://schemas.xmlsoap.org/wsdl/"/>
      <xsd:complexType name="ArrayOfString">
        <xsd:complexContent><xsd:restriction base="SOAP-ENC:Array">
          <xsd:sequence><xsd:element name="item" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence>
          <xsd:attribute ref="SOAP-ENC:arrayType" wsdl:arrayType="xsd:string[]"/>
        </xsd:restriction></xsd:complexContent>
      </xsd:complexType>
    </xsd:schema>
  </types>
`

// As our own client sends it.
const action = (style: Style, operation: string): string => Envelope.make(style, operation, []).action

const message = (name: string, part: string): string => `  <message name="${name}">${part}</message>\n`

const contracts: Readonly<Record<Style, Contract>> = {
  "document-literal": {
    portType: "ClickatellSms",
    binding: "Sms",
    service: "ClickatellSms",
    types: () => schema,
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
      <soap:operation soapAction="${action("document-literal", operation)}"/>
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
    types: array,
    write: (name, operation) => ({
      messages:
        message(`${name}Input`, operation.parameters.map(part).join("")) +
        message(`${name}Output`, part(returned(operation))),
      abstract: `    <operation name="${name}">
      <input message="tns:${name}Input"/>
      <output message="tns:${name}Output"/>
    </operation>
`,
      concrete: `    <operation name="${name}">
      <soap:operation soapAction="${action("rpc-encoded", name)}" style="rpc"/>
      <input>${encoded}</input>
      <output>${encoded}</output>
    </operation>
`
    })
  }
}

const part = ({ name, occurs, type }: Parameter): string =>
  `<part name="${name}" type="${occurs === "many" ? "tns:ArrayOfString" : `xsd:${type}`}"/>`

const encoded = `<soap:body use="encoded" namespace="${Envelope.namespace["rpc-encoded"]}" encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"/>`
