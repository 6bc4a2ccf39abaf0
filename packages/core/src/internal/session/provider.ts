import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Credentials } from "../../Credentials.ts"
import { AuthFailed } from "../../Errors.ts"
import * as guests from "./guests.ts"

const patience = "30 seconds"

/** How many reads may run at once: the one that is waited for, and one that was given up and cannot be stopped. */
const mostReads = 2

/**
 * Reads the credentials in a fiber of its own, which is left behind where it hangs.
 *
 * Whatever the provider fails with is the host's and may hold a secret: it stays there.
 */
export const make = <E, R>(
  host: object,
  provider: Effect.Effect<Credentials, E, R>,
  context: Context.Context<R>
): Effect.Effect<Effect.Effect<Credentials, AuthFailed>> => {
  // The mark goes inside the context, which may itself have been taken from a guest.
  const marked = Effect.provide(guests.host(host, provider), context)
  const read = (room: Effect.Semaphore) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.zipRight(
        restore(room.take(1)),
        Effect.interruptible(marked).pipe(
          Effect.ensuring(room.release(1)),
          // A fiber that fails is logged with its error, so this one ends with it as its value.
          Effect.exit,
          Effect.forkDaemon,
          Effect.flatMap((fiber) => awaitOrAbandon(fiber, restore))
        )
      )
    )
  return Effect.map(Effect.makeSemaphore(mostReads), (room) =>
    Effect.catchAllCause(Effect.timeout(read(room), patience), () =>
      Effect.fail(new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" }))
    )
  )
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
