import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as contract from "./contract.ts"
import type { Records } from "./operation.ts"
import type { Parameters } from "./parameters.ts"
import * as parameters from "./parameters.ts"

/** A request that could be read: parameters go by local name, in any order, and what type they claim does not matter. */
export interface Request {
  readonly operation: string
  readonly style: Envelope.Style
  readonly parameters: Parameters
}

/** Why a request is answered with a fault. */
export interface Rejection {
  readonly operation: string
  readonly code: "Client" | "Server" | "VersionMismatch" | "MustUnderstand"
  readonly reason: string
}

/** A whole answer of HTTP. */
export interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const styles: ReadonlyMap<string, Envelope.Style> = new Map<string, Envelope.Style>([
  [Envelope.namespace["document-literal"], "document-literal"],
  [Envelope.namespace["rpc-encoded"], "rpc-encoded"],
  // The namespace of the oldest sample packets.
  ["soap.clickatell.com", "rpc-encoded"]
])

/** Reads a request of either style; its namespace says which. */
export const read = (bytes: Uint8Array): Either.Either<Request, Rejection> =>
  // Of the two styles, this one may also be in ISO-8859-1.
  Envelope.parse("rpc-encoded", bytes).pipe(
    Either.mapLeft((reason) =>
      rejection("", reason === "MustUnderstand" ? reason : "Client", `The request cannot be read: ${reason}`)
    ),
    Either.flatMap(({ entry, version }) => {
      const operation = entry.name
      if (version === "1.2") return Either.left(rejection(operation, "VersionMismatch", "This service speaks SOAP 1.1"))
      const style = styles.get(entry.namespace)
      return style === undefined
        ? Either.left(rejection(operation, "Client", "The operation is not in a namespace of this service"))
        : Either.right({
            operation,
            style,
            parameters: parameters.make(entry.children.flatMap(valuesOf))
          })
    })
  )

// An array of RPC has an element for each item, of whatever name its client gives it.
const valuesOf = ({ children, name, text }: Envelope.Element): ReadonlyArray<readonly [string, string]> =>
  children.length === 0 ? [[name, text]] : children.map((item) => [name, item.text])

/** A rejection of a request whose operation may be anything the client wrote. */
export const rejection = (operation: string, code: Rejection["code"], reason: string): Rejection => ({
  operation: operation.slice(0, 32),
  code,
  reason
})

/** The ordinary answer: an error of the API is one too, and where its contract has several records it looks like that with one. */
export const reply = ({ operation, style }: Pick<Request, "operation" | "style">, records: Records): Response => {
  const isMany = contract.operations[style].get(operation)?.returns === "many"
  const value = isMany ? [records].flat() : records
  const { xml } = Envelope.make(style, `${operation}Response`, [{ name: "return", type: "xsd:string", value }])
  return response(200, Redacted.value(xml))
}

/** SOAP 1.1 §6.2 wants status 500 with a fault. */
export const fault = ({ code, reason }: Rejection): Response => response(500, Envelope.fault(code, reason))

/** Any body with any status; XML unless the headers say otherwise. */
export const response = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response => ({
  status,
  headers: { "content-type": "text/xml; charset=utf-8", ...headers },
  body: new TextEncoder().encode(body)
})
