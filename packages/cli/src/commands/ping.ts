import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Retry from "@effect-clickatell/core/Retry"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as connection from "../connection.ts"
import * as count from "../count.ts"
import * as option from "../option.ts"
import * as output from "../output.ts"

/** Pings a session once. */
export const ping = Command.make(
  "ping",
  {
    ...connection.options,
    json: connection.json,
    sessionId: Options.redacted("session-id").pipe(
      Options.withPseudoName("id"),
      Options.withDescription(
        "The session to ping; that of CLICKATELL_SESSION_ID, which no list of processes shows, by default"
      ),
      Options.optional
    ),
    retries: option
      .make("retries", "number", count.parse(3))
      .pipe(
        Options.withDescription("How often to send it again after an unknown outcome, at most 3; 0 by default"),
        Options.withDefault(0)
      )
  },
  ({ json, retries, sessionId, ...flags }) =>
    Option.match(sessionId, { onNone: () => SessionId.config, onSome: connection.sessionId }).pipe(
      Effect.flatMap((id) =>
        Effect.retry(Ping.ping(id), Schedule.intersect(Retry.idempotent, Schedule.recurs(retries)))
      ),
      Effect.provide(connection.layer(flags)),
      Effect.zipRight(
        output.line(json, { ok: true, operation: "ping" }, "the session is alive for another 15 minutes")
      ),
      output.reported("ping", json)
    )
).pipe(Command.withDescription("Give a session another 15 minutes; sends one ping, and never logs in"))
