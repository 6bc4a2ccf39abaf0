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
export const unavailable = (): AuthFailed => new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" })

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
        Effect.catchAllCause(() => Effect.succeed(Either.left(unavailable()))),
        Effect.flatten
      )
    })
  )
