import * as Options from "@effect/cli/Options"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Config from "effect/Config"
import * as ConfigError from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as choice from "./choice.ts"
import * as duration from "./duration.ts"
import * as environment from "./environment.ts"
import * as setting from "./setting.ts"

/** Prints JSON, one object a line, in place of text. */
export const json = Options.boolean("json").pipe(
  Options.withDescription("Print JSON on stdout, one object a line, and nothing else there")
)

const endpoint = setting.make({
  flag: "endpoint",
  variable: "CLICKATELL_ENDPOINT",
  valueName: "url",
  description: "The address to post to; Clickatell's own by default",
  parse: (text) => Either.right(text)
})

const styles = ["document-literal", "rpc-encoded"] as const

const style = setting.make({
  flag: "style",
  variable: "CLICKATELL_STYLE",
  valueName: styles.join("|"),
  description: "The SOAP service that the endpoint speaks; the first, unless it is a documented address of the other",
  parse: choice.parse(styles)
})

const timeout = setting.make({
  flag: "timeout",
  variable: "CLICKATELL_TIMEOUT",
  valueName: "duration",
  description: "The time for one request and its whole reply, such as 500ms; 15s by default",
  parse: duration.parse
})

/** Where to send, how, and for how long to wait. */
export const options = {
  endpoint: endpoint.option,
  allowHttp: Options.boolean("allow-http").pipe(
    Options.withDescription("Allow plain http, and so the password in clear, to other hosts than this one"),
    // Whether it is not given at all, or false, makes a difference to what the environment says.
    Options.withFallbackConfig(Config.succeed(undefined))
  ),
  style: style.option,
  timeout: timeout.option
}

/** What the options say. */
export interface Flags {
  readonly endpoint: Option.Option<string>
  readonly allowHttp: boolean | undefined
  readonly style: Option.Option<(typeof styles)[number]>
  readonly timeout: Option.Option<Duration.Duration>
}

/** What the flags say, or else the environment. */
export const settings = (flags: Flags): Effect.Effect<HttpTransport.Options, ConfigError.ConfigError> =>
  Effect.all({
    endpoint: endpoint.read(flags.endpoint),
    allowHttp: flags.allowHttp === undefined ? allowHttp : Effect.succeed(flags.allowHttp),
    style: style.read(flags.style),
    timeout: timeout.read(flags.timeout)
  })

const allowHttp = Config.boolean("CLICKATELL_ALLOW_HTTP").pipe(
  Config.withDefault(false),
  Effect.mapError(() =>
    ConfigError.InvalidData(
      ["CLICKATELL_ALLOW_HTTP"],
      "CLICKATELL_ALLOW_HTTP is neither true nor false: set one of them"
    )
  )
)

/** A transport with these settings. */
export const transport = (settings: HttpTransport.Options): Layer.Layer<Transport, ConfigError.ConfigError> =>
  HttpTransport.layer(settings).pipe(
    // Of Node's clients this one has the fewest opinions: `fetch` refuses some ports, 407, and an unasked "100 Continue".
    Layer.provide(NodeHttpClient.layerWithoutAgent),
    Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true }))
  )

/** The transport that the flags ask for, or else the environment. */
export const layer = (flags: Flags): Layer.Layer<Transport, ConfigError.ConfigError> =>
  Layer.unwrapEffect(
    Effect.map(settings(flags), (settings) =>
      Layer.tap(transport(settings), () => (isClear(settings) ? Effect.void : environment.warn))
    )
  )

const isClear = ({ endpoint }: HttpTransport.Options): boolean => /^\s*http:/i.test(String(endpoint ?? ""))

/** The session id of the flag. */
export const sessionId = (id: Redacted.Redacted): Effect.Effect<SessionId.SessionId, ConfigError.ConfigError> =>
  Effect.mapError(SessionId.make(id), ({ message }) => ConfigError.InvalidData(["--session-id"], message))
