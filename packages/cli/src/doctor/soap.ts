import type { ExchangeError } from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Effect from "effect/Effect"
import type { Sound } from "./finding.ts"
import { Wrong } from "./finding.ts"
import type { Service } from "./service.ts"

/** Asks for what costs nothing and changes nothing: a ping of a session that there is not, which the service refuses. */
export const spoken = ({ transport }: Service): Effect.Effect<Sound<void>, Wrong> =>
  Effect.flatMap(Effect.orDie(SessionId.make("0".repeat(32))), Ping.ping).pipe(
    Effect.provideService(Transport, transport),
    Effect.as("OK"),
    Effect.catchAll(understood),
    Effect.map((answer) => ({ value: undefined, message: `the service answers a ping of no session with ${answer}` }))
  )

const understood = (error: ExchangeError): Effect.Effect<string, Wrong> =>
  error._tag === "ApiError" || (error._tag === "AuthFailed" && error.reason === "SessionNotAccepted")
    ? Effect.succeed(`ERR ${error.code}`)
    : new Wrong({ message: error.message, error })
