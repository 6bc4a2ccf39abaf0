import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"

/** A request that could be read: parameters go by local name, in any order, and what type they claim does not matter. */
export interface Request {
  readonly operation: string
  readonly style: Envelope.Style
  readonly parameters: ReadonlyMap<string, string>
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
            parameters: new Map(entry.children.map(({ name, text }) => [name, text] as const))
          })
    })
  )

/** A rejection of a request whose operation may be anything the client wrote. */
export const rejection = (operation: string, code: Rejection["code"], reason: string): Rejection => ({
  operation: operation.slice(0, 32),
  code,
  reason
})

/** The ordinary answer: an error of the API is one too. */
export const reply = ({ operation, style }: Pick<Request, "operation" | "style">, text: string): Response =>
  response(
    200,
    Redacted.value(
      Envelope.make(style, `${operation}Response`, [{ name: "return", type: "xsd:string", value: text }]).xml
    )
  )

/** SOAP 1.1 §6.2 wants status 500 with a fault. */
export const fault = ({ code, reason }: Rejection): Response => response(500, Envelope.fault(code, reason))

/** Any body with any status; XML unless the headers say otherwise. */
export const response = (status: number, body: string, headers: Readonly<Record<string, string>> = {}): Response => ({
  status,
  headers: { "content-type": "text/xml; charset=utf-8", ...headers },
  body: new TextEncoder().encode(body)
})
