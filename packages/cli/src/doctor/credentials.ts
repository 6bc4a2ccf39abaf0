import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as output from "../output.ts"
import type { Sound } from "./finding.ts"
import { Wrong } from "./finding.ts"
import type { Service } from "./service.ts"

/** Checks that there are credentials, and warns of what they seldom look like; none of them is shown. */
export const given: Effect.Effect<Sound<Credentials.Credentials>, Wrong> = Effect.mapBoth(Credentials.config, {
  onFailure: (error) => new Wrong({ message: output.advice(error), error }),
  onSuccess: (credentials) => ({
    value: credentials,
    message: "all three are set",
    warnings: [
      ...oddities("CLICKATELL_API_ID", credentials.apiId),
      ...oddities("CLICKATELL_USER", credentials.user),
      ...oddities("CLICKATELL_PASSWORD", credentials.password),
      ...(/^\d+$/.test(Redacted.value(credentials.apiId))
        ? []
        : ["CLICKATELL_API_ID is not a number: check that it is the API id"])
    ]
  })
})

const oddities = (variable: string, secret: Redacted.Redacted): ReadonlyArray<string> => {
  const text = Redacted.value(secret)
  return [
    ...(text.trim() === text ? [] : [`${variable} begins or ends with a space: check that it belongs there`]),
    ...(/^(["']).*\1$/s.test(text)
      ? [`${variable} is in quotes, which count as part of it: check that they belong there`]
      : [])
  ]
}

/** Logs in once. */
export const accepted = (
  { transport }: Service,
  credentials: Credentials.Credentials
): Effect.Effect<Sound<void>, Wrong> =>
  Authenticate.authenticate(credentials).pipe(
    Effect.provideService(Transport, transport),
    Effect.mapBoth({
      onFailure: (error) => new Wrong({ message: error.message, error }),
      onSuccess: () => ({ value: undefined, message: "the service lets us in" })
    })
  )
