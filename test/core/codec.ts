import * as Envelope from "@effect-clickatell/core/Envelope"
import type * as Errors from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Transport } from "@effect-clickatell/core/Transport"
import type { Response } from "@effect-clickatell/core/Transport"
import { Duration, Effect, Either, Layer } from "effect"
import * as fs from "node:fs"

export const soap11 = "http://schemas.xmlsoap.org/soap/envelope/"
export const soap12 = "http://www.w3.org/2003/05/soap-envelope"

const root = new URL("../fixtures/", import.meta.url)

export const fixture = (path: string): Uint8Array => new Uint8Array(fs.readFileSync(new URL(path, root)))
export const fixturesIn = (folder: string): ReadonlyArray<string> =>
  fs.existsSync(new URL(folder, root))
    ? fs
        .readdirSync(new URL(folder, root))
        .filter((file) => file.endsWith(".xml"))
        .map((file) => `${folder}/${file}`)
    : []

const encoder = new TextEncoder()
export const utf8 = (body: string | Uint8Array): Uint8Array => (typeof body === "string" ? encoder.encode(body) : body)

/** An envelope around any body, with the prefix `e` bound to SOAP 1.1 and `ns1` to the document/literal service. */
export const envelope = (body: string): string =>
  `<e:Envelope xmlns:e="${soap11}" xmlns:ns1="${Envelope.namespace["document-literal"]}"><e:Body>${body}</e:Body></e:Envelope>`

/** The reply of an operation, its `return` texts written as they are. */
export const reply = (operation: string, ...returns: ReadonlyArray<string>): string =>
  envelope(
    `<ns1:${operation}Response>${returns.map((text) => `<return>${text}</return>`).join("")}</ns1:${operation}Response>`
  )

export const escape = (text: string): string => text.replace(/[&<>\r]/g, (char) => `&#${String(char.codePointAt(0))};`)

export interface Answer extends Partial<Omit<Response, "body">> {
  readonly style?: Envelope.Style
  readonly sent?: Array<Envelope.Envelope>
}

/** A service that gives one answer to everything it is sent. */
export const transport = (body: string | Uint8Array, options: Answer = {}): Transport["Type"] => ({
  style: options.style ?? "document-literal",
  server: { address: "clickatell.test", port: 443 },
  deadline: Duration.seconds(15),
  send: (sent) =>
    Effect.sync(() => {
      options.sent?.push(sent)
      return { status: options.status ?? 200, retryAfter: options.retryAfter, body: utf8(body) }
    })
})

export const answering = (body: string | Uint8Array, options?: Answer): Layer.Layer<Transport> =>
  Layer.succeed(Transport, transport(body, options))

export const id = "0123456789abcdef0123456789abcdef"
export const sessionId = (text: string = id): SessionId.SessionId => Either.getOrThrow(SessionId.make(text))

/** An id as the documentation shows it. */
export const hex = "f95d64c67d1d10d17443d636e4101711"

/** A text without the white space of XML around it. */
export const trimmed = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, "")

/** A text as a title can show it. */
export const quoted = (text: string): string => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text)

/** Everything a caller can branch on, in one line. */
export const summary = (error: Errors.CommandError): string => {
  switch (error._tag) {
    case "AuthFailed":
      return `AuthFailed ${error.reason} ${error.code ?? "-"}`
    case "ApiError":
      return `ApiError ${JSON.stringify(error.code)} ${JSON.stringify(error.description)}`
    case "SoapFault":
      return `SoapFault ${JSON.stringify(error.faultCode)} ${JSON.stringify(error.faultString)}`
    case "MalformedReply":
      return `MalformedReply ${error.reason}`
    case "TransportError":
      return `TransportError ${error.reason} ${String(error.status ?? "-")}`
    case "InvalidParameters":
      return `InvalidParameters ${error.parameters.join(" ")}`
  }
}

/** What a ping makes of a body: `Success`, or the summary of its error. */
export const pinged = (body: string | Uint8Array, options?: Answer): Effect.Effect<string> =>
  Ping.ping(sessionId()).pipe(
    Effect.match({ onFailure: summary, onSuccess: () => "Success" }),
    Effect.provideService(Transport, transport(body, options))
  )
