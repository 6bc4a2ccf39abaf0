import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Credentials } from "../../Credentials.ts"
import { AuthFailed } from "../../Errors.ts"

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
  provider: Effect.Effect<Credentials, AuthFailed>
): Effect.Effect<Credentials, AuthFailed> =>
  Effect.catchAllCause(Effect.timeout(readInRoom(owner, provider), patience), () => Effect.fail(unavailable()))

const readInRoom = (owner: Owner, provider: Effect.Effect<Credentials, AuthFailed>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const room = enter(owner)
      const leave = Effect.sync(() => exit(owner, room))
      return restore(room.seats.take(1)).pipe(
        Effect.onInterrupt(() => leave),
        Effect.zipRight(
          Effect.interruptible(provider).pipe(
            Effect.ensuring(Effect.zipRight(room.seats.release(1), leave)),
            // A fiber that fails is logged with its error, so this one ends with it as its value.
            Effect.exit,
            Effect.forkDaemon
          )
        ),
        Effect.flatMap((fiber) => awaitOrAbandon(fiber, restore))
      )
    })
  )

const enter = (owner: Owner): Room => {
  owner.room ??= { seats: Effect.unsafeMakeSemaphore(mostReads), visitors: 0 }
  owner.room.visitors += 1
  return owner.room
}

const exit = (owner: Owner, room: Room): void => {
  room.visitors -= 1
  if (room.visitors === 0) owner.room = undefined
}

// Whoever waits may have been interrupted before the waiting begins.
const awaitOrAbandon = <A, E>(
  fiber: Fiber.RuntimeFiber<Exit.Exit<A, E>>,
  restore: <B>(effect: Effect.Effect<B>) => Effect.Effect<B>
): Effect.Effect<A, E> =>
  restore(Fiber.await(fiber)).pipe(
    Effect.onInterrupt(() => Effect.sync(() => fiber.unsafeInterruptAsFork(fiber.id()))),
    Effect.flatMap((ended) => Effect.flatten(ended))
  )
