import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { AuthFailed, TransportError } from "../../Errors.ts"
import { Deadline } from "../../Transport.ts"
import type { Engine } from "./engine.ts"
import * as guests from "./guests.ts"

/** Lets nothing through that the session's own credentials provider or policy asks for: it would wait for itself. */
export const exceptGuests = <A, E, R>(
  engine: Engine,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | AuthFailed, R> =>
  Effect.flatMap(guests.isGuest(engine), (isGuest): Effect.Effect<A, E | AuthFailed, R> =>
    isGuest ? Effect.fail(new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable" })) : effect
  )

/** Bounds one caller's waiting for what is shared by a deadline of its own, where it has set one. */
export const bounded = <A, E, R>(
  operation: string,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TransportError, R> =>
  Effect.flatMap(Deadline, (deadline) =>
    deadline === undefined
      ? effect
      : Effect.timeoutFail(Effect.interruptible(effect), {
          duration: Duration.decode(deadline),
          onTimeout: () => new TransportError({ operation, reason: "Timeout", phase: "unknown", mayHaveReached: true })
        })
  )
