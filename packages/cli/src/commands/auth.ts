import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as connection from "../connection.ts"
import * as output from "../output.ts"

/** Logs in once. */
export const auth = Command.make(
  "auth",
  {
    ...connection.options,
    json: connection.json,
    check: Options.boolean("check").pipe(Options.withDescription("Only say whether the credentials work"))
  },
  ({ check, json, ...flags }) =>
    Credentials.config.pipe(
      Effect.flatMap(Authenticate.authenticate),
      Effect.provide(connection.layer(flags)),
      // The one place where an id is shown: it is what was asked for.
      Effect.flatMap((id) =>
        check
          ? output.line(json, { ok: true, operation: "auth" }, "the credentials work")
          : output.line(json, { ok: true, operation: "auth", sessionId: Redacted.value(id) }, Redacted.value(id))
      ),
      output.reported("auth", json)
    )
).pipe(Command.withDescription("Open a session and print its id, which is a secret for as long as it lives"))
