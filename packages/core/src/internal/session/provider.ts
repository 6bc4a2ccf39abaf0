import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type { Credentials } from "../../Credentials.ts"
import { AuthFailed } from "../../Errors.ts"
import type { Fork } from "./shared.ts"

const patience = "30 seconds"

/** How many reads may run at once: the one that is waited for, and one that was given up and cannot be stopped. */
const mostReads = 2

/** Where reads take place: there is none while nobody reads. */
interface Room {
  readonly seats: Effect.Semaphore
  /** Those who read, or wait for a seat. */
  visitors: number
}

/** A session, as far as its credentials are being read. */
export interface Owner {
  room: Room | undefined
}

/** What is told of a provider that gives no credentials, for whatever reason. */
export const unavailable = (): AuthFailed => new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" })

/** Reads the credentials in a fiber of its own, which is left behind where it hangs. */
export const read = (
  owner: Owner,
  provider: Effect.Effect<Credentials, AuthFailed>,
  start: Fork
): Effect.Effect<Credentials, AuthFailed> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const fiber = start(readInRoom(owner, provider))
      const abandon = Effect.sync(() => fiber.unsafeInterruptAsFork(fiber.id()))
      const done = fiber.unsafePoll()
      // Credentials that are at hand are not waited for.
      const ended = done === null ? restore(Effect.timeout(Fiber.await(fiber), patience)) : Effect.succeed(done)
      return ended.pipe(
        Effect.onError(() => abandon),
        Effect.flatMap((exit) => Effect.flatten(exit)),
        Effect.catchAllCause(() => Effect.fail(unavailable()))
      )
    })
  )

// A fiber that fails is logged with its error, so this one ends with it as its value.
const readInRoom = (owner: Owner, provider: Effect.Effect<Credentials, AuthFailed>) =>
  Effect.suspend(() => {
    owner.room ??= { seats: Effect.unsafeMakeSemaphore(mostReads), visitors: 0 }
    const { room } = owner
    room.visitors += 1
    return Effect.exit(room.seats.withPermits(1)(provider)).pipe(
      Effect.ensuring(
        Effect.sync(() => {
          room.visitors -= 1
          if (room.visitors === 0) owner.room = undefined
        })
      )
    )
  })
