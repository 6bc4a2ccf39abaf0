import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import type { ServeError } from "@effect/platform/HttpServerError"
import * as Accounts from "@effect-clickatell/testing/Accounts"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Script from "@effect-clickatell/testing/Script"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as amount from "../amount.ts"
import * as connection from "../connection.ts"
import * as count from "../count.ts"
import * as credentials from "../credentials.ts"
import * as duration from "../duration.ts"
import { endedByHand, ListenError } from "../exitCode.ts"
import * as logLevel from "../logLevel.ts"
import * as option from "../option.ts"
import * as output from "../output.ts"

// Not `Options.file`, which dies of a path that it may not look at.
const file = (name: string) => Options.text(name).pipe(Options.withPseudoName("file"))

const options = {
  json: connection.json,
  host: option
    // An empty one would be every address that there is.
    .make("host", "address", (host) =>
      host.trim() === "" ? Either.left("expected an address or a name") : Either.right(host)
    )
    .pipe(
      Options.withDescription("The address to listen at; 127.0.0.1, which only this machine reaches, by default"),
      Options.withDefault("127.0.0.1")
    ),
  port: option
    .make("port", "number", count.parse(65_535))
    .pipe(Options.withDescription("The port to listen on; any free one by default"), Options.withDefault(0)),
  page: Options.boolean("page").pipe(
    Options.withDescription("Show the page, and its levers, to everybody who reaches the address")
  ),
  sessionTtl: option
    .make("session-ttl", "duration", duration.parse)
    .pipe(
      Options.withDescription("How long a session lives after its last use; 15 minutes by default"),
      Options.optional
    ),
  accounts: file("accounts").pipe(
    Options.withDescription("A JSON file of accounts, in place of the credentials of the environment"),
    Options.optional
  ),
  balance: option
    .make("balance", "credits", amount.parse)
    .pipe(Options.withDescription("What each account has to send messages from; 123.4 by default"), Options.optional),
  script: file("script").pipe(Options.withDescription("A JSON file of faults to inject"), Options.optional)
}

/** Serves the emulator until Ctrl-C. */
export const emulate = Command.make(
  "emulate",
  options,
  ({ accounts, balance, host, json, page, port, script, sessionTtl }) =>
    Effect.gen(function* () {
      const steps = yield* Effect.transposeOption(Option.map(script, Script.load))
      const emulator = Emulator.layer({
        ...(yield* whoMayLogIn(accounts)),
        balance: Option.getOrUndefined(balance),
        sessionLife: Option.getOrUndefined(sessionTtl),
        script: Option.getOrUndefined(steps)
      })
      const server = EmulatorServer.layer({ hostname: host, port, page: page ? true : undefined })
      return yield* Effect.provide(
        Effect.zipRight(Effect.zipRight(warn, told(json)), Effect.never),
        Layer.provide(server, emulator).pipe(
          Layer.mapError((error) => new ListenError({ host, port, code: code(error) }))
        )
      )
    }).pipe(logLevel.from(LogLevel.Debug), output.reported("emulate", json), endedByHand)
).pipe(
  Command.withDescription(
    "Serve an emulation of the service over HTTP, with its WSDL at ?wsdl and a page for a browser"
  )
)

const whoMayLogIn = Option.match({
  onSome: (path: string) => Effect.map(Accounts.load(path), (accounts) => ({ accounts })),
  onNone: () => Effect.map(credentials.given, (given) => ({ credentials: Option.getOrUndefined(given) }))
})

const code = ({ cause }: ServeError): string | undefined =>
  Predicate.hasProperty(cause, "code") && typeof cause.code === "string" ? cause.code : undefined

const warn = Effect.flatMap(EmulatorServer.EmulatorServer, ({ hostname, isLoopback, page, port }) =>
  isLoopback
    ? Effect.void
    : Effect.logWarning(
        `it listens on ${hostname}, and not for this machine alone: everyone who reaches port ${port} can log in and try passwords` +
          (page === undefined ? "" : ", and on the page see all messages and pull the levers")
      )
)

const told = (json: boolean) =>
  Effect.flatMap(EmulatorServer.EmulatorServer, ({ endpoint, page, port }) => {
    const [documentLiteral, rpcEncoded] = [endpoint("document-literal"), endpoint("rpc-encoded")]
    return output.line(
      json,
      { event: "listening", port, endpoint: documentLiteral, rpcEndpoint: rpcEncoded, page },
      [
        `listening on port ${port}`,
        `  document-literal  ${documentLiteral}`,
        `  rpc-encoded       ${rpcEncoded}`,
        ...(page === undefined ? [] : [`  in a browser      ${page}`]),
        "the WSDL of each is at ?wsdl; stop with Ctrl-C"
      ].join("\n")
    )
  })
