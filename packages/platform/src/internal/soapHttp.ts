/** What SOAP 1.1 over HTTP says and accepts, whoever carries it. */
import type { Envelope } from "@effect-clickatell/core/Envelope"
import type { Failure } from "./failure.ts"

export const requestHeaders = ({ action }: Envelope) => ({
  "content-type": "text/xml; charset=utf-8",
  SOAPAction: `"${action}"`,
  accept: "text/xml",
  "cache-control": "no-store"
})

/** Whether HTTP can carry a header (RFC 9110 §5.5, §5.6.2): for one that it cannot, each client has an end of its own. */
export const isHeader = ([name, value]: readonly [name: string, value: string]): boolean =>
  /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) && /^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)

/** Why a reply with this status is not read; all others are, because a SOAP body wins over its status. */
export const refusal = (status: number): Failure | undefined => {
  if (status < 200) return { reason: "Protocol", phase: "headers", mayHaveReached: true, status }
  return status >= 300 && status < 400 && status !== 304
    ? { reason: "Redirect", phase: "headers", mayHaveReached: true, status }
    : undefined
}

/** A redirect that a browser did not follow, and of which it shows nothing. */
export const hiddenRedirect: Failure = { reason: "Redirect", phase: "headers", mayHaveReached: true }

export const tooLarge = (status: number): Failure => ({
  reason: "BodyTooLarge",
  phase: "body",
  mayHaveReached: true,
  status
})

/** Whether a body is gzip, whatever its head says: the first two bytes (RFC 1952 §2.3.1) begin no XML. */
export const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b
