import * as ConfigError from "effect/ConfigError"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Credentials } from "../../Credentials.ts"
import { AuthFailed } from "../../Errors.ts"
import * as credentials from "../credentials.ts"
import type { Owner } from "./room.ts"
import * as room from "./room.ts"

const patience = "30 seconds"

/** What is told of a provider that gives no credentials, for whatever reason. */
export const unavailable = (details: { readonly problem?: string } = {}): AuthFailed =>
  new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable", ...details })

/**
 * What is told of a provider's own error: the variables that a configuration misses, and nothing else.
 *
 * Their names are no secret; whatever else an error holds may be one.
 */
export const explain = (error: unknown): AuthFailed => {
  const names = ConfigError.isConfigError(error) ? missing(error) : []
  if (names.length === 0) return unavailable()
  const [are, them] = names.length === 1 ? ["is", "it"] : ["are", "them"]
  return unavailable({ problem: `${names.join(" and ")} ${are} not set, so nothing was sent: set ${them}` })
}

const missing = (error: ConfigError.ConfigError): ReadonlyArray<string> => {
  if (error._op === "And" || error._op === "Or") return [...missing(error.left), ...missing(error.right)]
  return error._op === "MissingData" ? [error.path.join("_")] : []
}

type Outcome = Exit.Exit<Credentials, AuthFailed>

/** What is done around a read of the credentials. */
export type Around = <R>(provider: Effect.Effect<Credentials, AuthFailed, R>) => Effect.Effect<Outcome, never, R>

/** Reads the credentials in a fiber that is left behind where it hangs; `start` starts it, with what is done around the read. */
export const read = (
  owner: Owner,
  start: (around: Around) => Fiber.RuntimeFiber<Outcome>
): Effect.Effect<Credentials, AuthFailed> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const fiber = start((provider) => room.enter(owner, provider))
      const abandon = Effect.sync(() => fiber.unsafeInterruptAsFork(fiber.id()))
      const done = fiber.unsafePoll()
      // Credentials that are at hand are not waited for.
      const ended = done === null ? restore(Effect.timeout(Fiber.await(fiber), patience)) : Effect.succeed(done)
      return ended.pipe(
        Effect.onError(() => abandon),
        Effect.flatMap((exit) => Effect.flatten(exit)),
        Effect.map(credentials.check),
        Effect.catchTag("AuthFailed", (error) => Effect.succeed(Either.left(error))),
        Effect.catchAllCause(() => Effect.succeed(Either.left(unavailable()))),
        Effect.flatten
      )
    })
  )
