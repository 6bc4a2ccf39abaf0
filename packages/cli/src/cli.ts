import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Retry from "@effect-clickatell/core/Retry"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as connection from "./connection.ts"
import * as count from "./count.ts"
import * as duration from "./duration.ts"
import { emulate } from "./emulate.ts"
import { endedByHand } from "./exitCode.ts"
import * as output from "./output.ts"
import * as store from "./store.ts"
import { watch as keepWatch } from "./watch.ts"

const auth = Command.make(
  "auth",
  {
    ...connection.options,
    json: connection.json,
    check: Options.boolean("check").pipe(Options.withDescription("Only say whether the credentials work"))
  },
  ({ check, json, ...options }) =>
    Credentials.config.pipe(
      Effect.flatMap(Authenticate.authenticate),
      Effect.provide(connection.layer(options)),
      // The one place where an id is shown: it is what was asked for.
      Effect.flatMap((id) =>
        check
          ? output.line(json, { ok: true, operation: "auth" }, "the credentials work")
          : output.line(json, { ok: true, operation: "auth", sessionId: Redacted.value(id) }, Redacted.value(id))
      ),
      output.reported("auth", json)
    )
).pipe(Command.withDescription("Open a session and print its id, which is a secret for as long as it lives"))

const ping = Command.make(
  "ping",
  {
    ...connection.options,
    json: connection.json,
    sessionId: Options.redacted("session-id").pipe(
      Options.withDescription("The session to ping; the one in CLICKATELL_SESSION_ID by default"),
      Options.optional
    ),
    retries: count
      .option("retries", 3)
      .pipe(
        Options.withDescription("How often to send it again after an unknown outcome, at most 3; 0 by default"),
        Options.withDefault(0)
      )
  },
  ({ json, retries, sessionId, ...options }) =>
    Option.match(sessionId, { onNone: () => SessionId.config, onSome: connection.sessionId }).pipe(
      Effect.flatMap((id) =>
        Effect.retry(Ping.ping(id), Schedule.intersect(Retry.idempotent, Schedule.recurs(retries)))
      ),
      Effect.provide(connection.layer(options)),
      Effect.zipRight(
        output.line(json, { ok: true, operation: "ping" }, "the session is alive for another 15 minutes")
      ),
      output.reported("ping", json)
    )
).pipe(Command.withDescription("Give a session another 15 minutes; sends one ping, and never logs in"))

const watch = Command.make(
  "watch",
  {
    ...connection.options,
    ...store.options,
    json: connection.json,
    time: duration
      .option("for")
      .pipe(Options.withDescription("How long to watch; until Ctrl-C by default"), Options.optional),
    interval: duration
      .option("interval")
      .pipe(
        Options.withDescription("The longest pause between two uses of the session; 10 minutes by default"),
        Options.withDefault(Duration.minutes(10))
      )
  },
  ({ interval, json, time, ...options }) =>
    // Credentials that are not there at all are found missing now, and not by each login.
    Effect.zipRight(
      Credentials.config,
      keepWatch({
        session: { credentials: Credentials.config },
        // Whoever watches at a shorter interval than the library's floor has asked for it.
        keepAlive: { interval, floor: Duration.min(interval, Duration.seconds(30)) },
        onEvent: (event) => output.event(json, event),
        during: () => Option.match(time, { onNone: () => Effect.never, onSome: Effect.sleep })
      })
    ).pipe(
      Effect.provide(Layer.merge(store.layer(options), connection.layer(options))),
      output.reported("watch", json),
      endedByHand
    )
).pipe(Command.withDescription("Open a session, keep it alive, and print what happens to it"))

/** The command line: takes the arguments of the process, its program and script names included. */
export const run = Command.run(
  Command.make("clickatell-ping").pipe(
    Command.withDescription("Open, ping and watch sessions of Clickatell's SOAP API"),
    Command.withSubcommands([auth, ping, watch, emulate])
  ),
  { name: "clickatell-ping", version: "0.1.0" }
)
