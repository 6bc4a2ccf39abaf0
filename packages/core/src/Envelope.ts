/**
 * The SOAP envelope, both ways: what goes out for a command, and what can be read in an answer.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { MalformedReason } from "./Errors.ts"
import * as masking from "./internal/soap/masking.ts"
import * as xml from "./internal/soap/xml.ts"
import * as xmlEncoding from "./internal/soap/xmlEncoding.ts"
import * as xmlText from "./internal/soap/xmlText.ts"

/**
 * The two services that Clickatell published: wrapped document/literal (the better known) and RPC/encoded.
 *
 * @since 0.1.0
 * @category models
 */
export type Style = "document-literal" | "rpc-encoded"

/**
 * The target namespace of each service, from its WSDL.
 *
 * @since 0.1.0
 * @category constants
 */
export const namespace: Readonly<Record<Style, string>> = {
  "document-literal": "http://api.clickatell.com/soap/document_literal/webservice",
  "rpc-encoded": "http://api.clickatell.com/soap/webservice"
}

/**
 * One child of an operation's element; an array is repeated elements in document/literal and a SOAP array in RPC/encoded.
 *
 * @since 0.1.0
 * @category models
 */
export interface Parameter {
  readonly name: string
  readonly type: "xsd:string" | "xsd:int" | "xsd:float"
  readonly value: string | Redacted.Redacted<string> | ReadonlyArray<string>
}

/**
 * A SOAP 1.1 envelope ready to be sent, with the same document masked for human eyes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Envelope {
  readonly operation: string
  /**
   * The value of the `SOAPAction` header, without its quotes, as the style's WSDL has it.
   *
   * In RPC/encoded that is the WSDL of `webservice_vs.php`, wherever it is sent: the other addresses' are not on record.
   */
  readonly action: string
  readonly xml: Redacted.Redacted<string>
  readonly masked: string
  readonly secrets: ReadonlyArray<Redacted.Redacted<string>>
}

/**
 * An element of a document, its namespace resolved and the references in its own text decoded.
 *
 * @since 0.1.0
 * @category models
 */
export type Element = xml.Element

/**
 * The one entry of a SOAP body: an operation, its response or a fault.
 *
 * @since 0.1.0
 * @category models
 */
export interface Body {
  readonly version: "1.1" | "1.2"
  readonly entry: Element
}

/** What an action has before `/` and the operation. */
const actions: Readonly<Record<Style, string>> = {
  "document-literal": namespace["document-literal"],
  "rpc-encoded": "http://api.clickatell.com/soap/webservice_vs.php"
}

const soap11 = "http://schemas.xmlsoap.org/soap/envelope/"
const soap12 = "http://www.w3.org/2003/05/soap-envelope"

/**
 * Writes the envelope of an operation, or of its response; parameters keep their order, for servers that validate a sequence.
 *
 * @example
 * ```ts
 * import { Envelope } from "@effect-clickatell/core"
 * import { Redacted } from "effect"
 * import * as assert from "node:assert/strict"
 *
 * const envelope = Envelope.make("document-literal", "ping", [
 *   { name: "session_id", type: "xsd:string", value: Redacted.make("7e2a") }
 * ])
 * assert.equal(envelope.action, "http://api.clickatell.com/soap/document_literal/webservice/ping")
 * assert.match(Redacted.value(envelope.xml), /<ns1:ping><session_id>7e2a<\/session_id><\/ns1:ping>/)
 * assert.match(envelope.masked, /<session_id>&lt;redacted&gt;<\/session_id>/)
 * ```
 *
 * @since 0.1.0
 * @category encoding
 */
export const make = (style: Style, operation: string, parameters: ReadonlyArray<Parameter>): Envelope => {
  const write = (reveal: Reveal) => {
    let content = ""
    for (const parameter of parameters) content += render[style](parameter, reveal)
    return `${opening[style]}<ns1:${operation}>${content}</ns1:${operation}>${closing}`
  }
  return {
    operation,
    action: `${actions[style]}/${operation}`,
    xml: Redacted.make(write((secret) => xmlText.escape(Redacted.value(secret)))),
    masked: write(() => hidden),
    secrets: parameters.flatMap(({ value }) => (Redacted.isRedacted(value) ? [value] : []))
  }
}

/**
 * Writes a SOAP 1.1 fault; `code` is one of SOAP 1.1 §4.4.1.
 *
 * @since 0.1.0
 * @category encoding
 */
export const fault = (code: "Client" | "Server" | "VersionMismatch" | "MustUnderstand", reason: string): string =>
  `${open("")}<SOAP-ENV:Fault><faultcode>SOAP-ENV:${code}</faultcode>` +
  `<faultstring>${xmlText.escape(reason)}</faultstring></SOAP-ENV:Fault>${closing}`

/**
 * Reads the body of an untrusted document: strict UTF-8, no DTD, legal characters, well-formed, at most 16 levels, exactly one entry,
 * and beside it nothing but a header that need not be understood.
 *
 * An `rpc-encoded` document may declare ISO-8859-1, as that service's samples do.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (style: Style, bytes: Uint8Array): Either.Either<Body, MalformedReason> =>
  xml.parse(bytes, xmlEncoding.ofStyle[style]).pipe(Either.flatMap(body))

const body = (root: Element): Either.Either<Body, MalformedReason> => {
  const version = root.namespace === soap11 ? "1.1" : root.namespace === soap12 ? "1.2" : undefined
  const named = (name: string) =>
    root.children.filter((child) => child.name === name && child.namespace === root.namespace)
  const [bodies, headers] = [named("Body"), named("Header")]
  const entries = bodies.flatMap(({ children }) => children)
  const [entry] = entries
  if (version === undefined || root.name !== "Envelope") return Either.left("NotSoap")
  if (bodies.length !== 1 || entries.length !== 1 || entry === undefined) return Either.left("NotSoap")
  const parts = [...headers, ...bodies]
  if (headers.length > 1 || root.children.length > parts.length) return Either.left("UnexpectedContent")
  if (![root, ...parts].every(({ text }) => xmlText.isBlank(text))) return Either.left("UnexpectedContent")
  const mustBeUnderstood = (header: Element) => xml.isSet(header, root.namespace, "mustUnderstand")
  return headers.some(({ children }) => children.some(mustBeUnderstood))
    ? Either.left("MustUnderstand")
    : Either.right({ version, entry })
}

/**
 * Whether the entry is a fault of the envelope's own SOAP version.
 *
 * @since 0.1.0
 * @category decoding
 */
export const isFault = ({ entry, version }: Body): boolean =>
  entry.name === "Fault" && entry.namespace === (version === "1.1" ? soap11 : soap12)

/**
 * Replaces every one of the envelope's secrets, and anything shaped like a session id, in a text that a server wrote.
 *
 * Found as they are, escaped as in XML, JSON or a URL, in base64, and with a comment in the middle; not what is of three characters
 * or fewer.
 *
 * @since 0.1.0
 * @category encoding
 */
export const mask = (envelope: Envelope, text: string): string => masking.make(envelope.secrets)(text)

const open = (attributes: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<SOAP-ENV:Envelope xmlns:SOAP-ENV="${soap11}"${attributes}><SOAP-ENV:Body>`

const closing = "</SOAP-ENV:Body></SOAP-ENV:Envelope>"

const encoding = "http://schemas.xmlsoap.org/soap/encoding/"

const opening: Readonly<Record<Style, string>> = {
  // The children are in no namespace (the schema sets no elementFormDefault), hence a prefix and not a default namespace.
  "document-literal": open(` xmlns:ns1="${namespace["document-literal"]}"`),
  "rpc-encoded": open(
    ` xmlns:ns1="${namespace["rpc-encoded"]}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
      ` xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:SOAP-ENC="${encoding}" SOAP-ENV:encodingStyle="${encoding}"`
  )
}

/** Writes a secret as element content, or what stands for it. */
type Reveal = (secret: Redacted.Redacted<string>) => string

const hidden = xmlText.escape(masking.masked)

const text = (value: string | Redacted.Redacted<string>, reveal: Reveal): string =>
  Redacted.isRedacted(value) ? reveal(value) : xmlText.escape(value)

const render: Readonly<Record<Style, (parameter: Parameter, reveal: Reveal) => string>> = {
  "document-literal": ({ name, value }, reveal) =>
    isArray(value)
      ? value.map((each) => `<${name}>${text(each, reveal)}</${name}>`).join("")
      : `<${name}>${text(value, reveal)}</${name}>`,
  "rpc-encoded": ({ name, type, value }, reveal) =>
    isArray(value)
      ? `<${name} xsi:type="SOAP-ENC:Array" SOAP-ENC:arrayType="${type}[${value.length}]">` +
        value.map((each) => `<item xsi:type="${type}">${text(each, reveal)}</item>`).join("") +
        `</${name}>`
      : `<${name} xsi:type="${type}">${text(value, reveal)}</${name}>`
}

// `Array.isArray` does not narrow a union with a readonly array.
const isArray = (value: Parameter["value"]): value is ReadonlyArray<string> => Array.isArray(value)
