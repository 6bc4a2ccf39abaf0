import type { Credentials } from "@effect-clickatell/core/Credentials"
import type { Session } from "@effect-clickatell/core/Session"
import type { Transport } from "@effect-clickatell/core/Transport"
import type * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import type { ParseError } from "effect/ParseResult"
import type * as Scope from "effect/Scope"
import { credentials } from "../clients/session.ts"

/** As much of a `SessionMap` as is measured. */
interface SessionMap {
  readonly get: (key: string) => Session["Type"]
}
interface Options {
  readonly credentials: (key: string) => Effect.Effect<Credentials, ParseError>
  readonly keepAlive?: { readonly interval: number; readonly floor: number }
  readonly limits: { readonly logins: number; readonly loginsPerMinute: number; readonly pings: number }
}
interface Module {
  readonly make: (options: Options) => Effect.Effect<SessionMap, ConfigError.ConfigError, Transport | Scope.Scope>
}

// Not imported by its name, since not every build that is measured has it.
const name: string = "@effect-clickatell/core/SessionMap"
const module: Module = await import(name)

/** A map whose limits hold nothing up. */
export const make = (
  keepAlive?: Options["keepAlive"]
): Effect.Effect<SessionMap, ConfigError.ConfigError, Transport | Scope.Scope> =>
  module.make({
    credentials: () => credentials,
    ...(keepAlive === undefined ? {} : { keepAlive }),
    limits: { logins: 1_000, loginsPerMinute: 10_000_000, pings: 1_000 }
  })

/** Opens the sessions of all these keys. */
export const openAll = (map: SessionMap, keys: ReadonlyArray<string>) =>
  Effect.forEach(keys, (key) => map.get(key).open, { concurrency: 100, discard: true })

/** So many keys. */
export const keysOf = (count: number): ReadonlyArray<string> =>
  Array.from({ length: count }, (_, index) => `account-${index}`)
