import * as Setting from "@effect-clickatell/core/Setting"
import type * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"

/** Where envelopes go; `address` and `port` are what telemetry may show of it. */
export interface Endpoint {
  readonly href: string
  readonly address: string
  readonly port: number
}

/** Accepts an address that secrets may be posted to; a refusal never repeats any part of it, since it may hold a password. */
export const parse = (input: string | URL, allowHttp: boolean): Either.Either<Endpoint, ConfigError.ConfigError> => {
  const text = String(input)
  const url = URL.canParse(text) ? new URL(text) : undefined
  const problem =
    url === undefined ? "it is not a URL: write it out, with https:// in front" : objection(url, allowHttp)
  return url !== undefined && problem === undefined
    ? Either.right({
        href: url.href,
        address: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port)
      })
    : Setting.refuse("endpoint", `the option endpoint is refused: ${problem}`)
}

const objection = (url: URL, allowHttp: boolean): string | undefined => {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "its scheme is neither https nor http: use https"
  if (url.username !== "" || url.password !== "") {
    return "it holds a user or a password: take them out, they belong into the credentials"
  }
  if (/^\?(?:.*&)?(?:wsdl|singlewsdl)(?:[=&]|$)/i.test(url.search)) {
    return "it is the address of the WSDL: drop the query"
  }
  if (/[?#]/.test(url.href)) return "it has a query or a fragment: drop it"
  if (url.protocol === "http:" && !allowHttp && !isLoopback(url.hostname)) {
    return "http would send the password in clear: use https, or set allowHttp where the network is trusted"
  }
  return undefined
}

// `URL` has brought every way to write an IPv4 address, such as 127.1 or 0x7f000001, into this form.
const isLoopback = (hostname: string): boolean =>
  hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname)
