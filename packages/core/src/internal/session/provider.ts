import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Credentials } from "../../Credentials.ts"
import { AuthFailed } from "../../Errors.ts"

const patience = "30 seconds"

/** How many reads may run at once: the one that is waited for, and one that was given up and cannot be stopped. */
const mostReads = 2

/** One read of a session's credentials, for as long as it is `open`. */
interface Read {
  readonly owner: object
  open: boolean
}

// The reads that an effect runs in, so that a provider which calls its own session does not wait for itself.
class Reads extends Context.Reference<Reads>()("@effect-clickatell/core/internal/Reads", {
  defaultValue: (): ReadonlyArray<Read> => []
}) {}

/** Whether this effect is run by the provider of this session. */
export const isInside = (owner: object): Effect.Effect<boolean> =>
  Effect.map(Reads, (reads) => reads.some((read) => read.open && read.owner === owner))

/**
 * Reads the credentials in a fiber of its own, which is left behind where it hangs.
 *
 * Whatever the provider fails with is the host's and may hold a secret: it stays there.
 */
export const make = <E, R>(
  owner: object,
  provider: Effect.Effect<Credentials, E, R>,
  context: Context.Context<R>
): Effect.Effect<Credentials, AuthFailed> => {
  let running = 0
  const read = Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(Reads, (outer): Effect.Effect<Credentials, E | AuthFailed> => {
      if (running >= mostReads) return Effect.fail(unavailable())
      const own: Read = { owner, open: true }
      const end = Effect.sync(() => {
        running -= 1
        own.open = false
      })
      running += 1
      return Effect.suspend(() => provider).pipe(
        // Inside the context, which may itself have been taken within a read.
        Effect.provideService(Reads, [...outer, own]),
        Effect.provide(context),
        Effect.interruptible,
        Effect.ensuring(end),
        // A fiber that fails is logged with its error, so this one ends with it as its value.
        Effect.exit,
        Effect.forkDaemon,
        Effect.flatMap((fiber) => restore(awaitOrAbandon(fiber)))
      )
    })
  )
  return Effect.catchAllCause(Effect.timeout(read, patience), () => Effect.fail(unavailable()))
}

const unavailable = () => new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" })

const awaitOrAbandon = <A, E>(fiber: Fiber.RuntimeFiber<Exit.Exit<A, E>>): Effect.Effect<A, E> =>
  Fiber.await(fiber).pipe(
    Effect.onInterrupt(() => Effect.sync(() => fiber.unsafeInterruptAsFork(fiber.id()))),
    Effect.flatMap((ended) => Effect.flatten(ended))
  )
