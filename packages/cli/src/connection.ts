import * as Options from "@effect/cli/Options"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as duration from "./duration.ts"
import * as environment from "./environment.ts"

/** Prints JSON, one object a line, in place of text. */
export const json = Options.boolean("json").pipe(
  Options.withDescription("Print JSON on stdout, one object a line, and nothing else there")
)

/** Where to send, how, and for how long to wait. */
export const options = {
  endpoint: Options.text("endpoint").pipe(
    Options.withPseudoName("url"),
    Options.withDescription("The address to post to; Clickatell's own by default"),
    Options.withFallbackConfig(Config.string("CLICKATELL_ENDPOINT")),
    Options.optional
  ),
  allowHttp: Options.boolean("allow-http").pipe(
    Options.withDescription("Allow plain http, and so the password in clear, to other hosts than this one")
  ),
  style: Options.choice("style", ["document-literal", "rpc-encoded"] as const).pipe(
    Options.withDescription(
      "The SOAP service that the endpoint speaks; document-literal, unless it is a documented address of the other"
    ),
    Options.optional
  ),
  timeout: duration
    .option("timeout")
    .pipe(
      Options.withDescription("The time for one request and its whole reply, such as 500ms; 15s by default"),
      Options.optional
    )
}

interface Connection {
  readonly endpoint: Option.Option<string>
  readonly allowHttp: boolean
  readonly style: Option.Option<HttpTransport.Options["style"]>
  readonly timeout: Option.Option<Duration.Duration>
}

/** The transport that the options ask for. */
export const layer = (connection: Connection): Layer.Layer<Transport, ConfigError.ConfigError> =>
  HttpTransport.layer({
    endpoint: Option.getOrUndefined(connection.endpoint),
    allowHttp: connection.allowHttp,
    style: Option.getOrUndefined(connection.style),
    timeout: Option.getOrUndefined(connection.timeout)
  }).pipe(
    // Of Node's clients this one has the fewest opinions: `fetch` refuses some ports, 407, and an unasked "100 Continue".
    Layer.provide(NodeHttpClient.layerWithoutAgent),
    Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true })),
    Layer.tap(() => (Option.exists(connection.endpoint, isClear) ? Effect.void : environment.warn))
  )

const isClear = (endpoint: string): boolean => /^\s*http:/i.test(endpoint)

/** The session id of the flag, whose refusal names the flag. */
export const sessionId = (id: Redacted.Redacted): Effect.Effect<SessionId.SessionId, ConfigError.ConfigError> =>
  Effect.mapError(SessionId.make(id), ({ message }) => ConfigError.InvalidData(["--session-id"], message))
