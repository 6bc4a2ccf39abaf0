import type { Style } from "@effect-clickatell/core/Envelope"
import * as Setting from "@effect-clickatell/core/Setting"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Endpoint from "../Endpoint.ts"
import * as endpoint from "./endpoint.ts"

/** The options that the transports share. */
export interface Options {
  /** The address to post to: the documented one of the style by default, over https; it takes no user, query or fragment. */
  readonly endpoint?: string | URL | undefined
  /** The service that the endpoint speaks: that of a documented address, and `document-literal` of any other, by default. */
  readonly style?: Style | undefined
  /** Allows plain http, and so the password in clear, to hosts other than this one: `false` by default. */
  readonly allowHttp?: boolean | undefined
  /** The time for one request and its whole reply: 15 seconds by default; `Transport.withDeadline` replaces it for single calls. */
  readonly timeout?: Duration.DurationInput | undefined
  /** The size of a decompressed reply beyond which it is not read on: 65536 by default, and 4194304 (4 MiB) at most. */
  readonly maxBodyBytes?: number | undefined
}

export interface Settings {
  readonly style: Style
  readonly endpoint: endpoint.Endpoint
  readonly deadline: Duration.Duration
  readonly maxBodyBytes: number
}

export const defaultEndpoint: Readonly<Record<Style, string>> = {
  "document-literal": Endpoint.documentLiteral,
  "rpc-encoded": Endpoint.webservicePhp
}

const rpc: ReadonlyArray<string> = [Endpoint.rpcEncoded, Endpoint.webservicePhp, Endpoint.webserviceVsPhp]

// A reply is read in one go, and nothing else runs meanwhile: over a second for this many bytes of nothing but tags.
const maxBodyBytes = 4 * 1024 * 1024

/** Refuses options that cannot hold or would send secrets in clear. */
export const make = (options: Options): Either.Either<Settings, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const style = yield* known(options.style ?? "document-literal")
    const target = yield* endpoint.parse(options.endpoint ?? defaultEndpoint[style], options.allowHttp ?? false)
    return {
      style: options.style === undefined && speaksRpc(target) ? "rpc-encoded" : style,
      endpoint: target,
      deadline: yield* Setting.duration("timeout", options.timeout ?? Duration.seconds(15)),
      maxBodyBytes: yield* Setting.count("maxBodyBytes", options.maxBodyBytes ?? 65_536, maxBodyBytes)
    }
  })

const speaksRpc = ({ href }: endpoint.Endpoint): boolean => rpc.includes(href.replace("http:", "https:"))

// Only the types of a program that has them keep other words out.
const known = (style: Style): Either.Either<Style, ConfigError.ConfigError> =>
  Object.hasOwn(defaultEndpoint, style)
    ? Either.right(style)
    : Setting.refuse("style", `style is none of ${Object.keys(defaultEndpoint).join(", ")}: set one of them`)
