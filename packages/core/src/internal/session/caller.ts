import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import type { AuthFailed } from "../../Errors.ts"
import { TransportError } from "../../Errors.ts"
import { Deadline } from "../../Transport.ts"
import type { Engine } from "./engine.ts"
import * as guests from "./guests.ts"
import { unavailable } from "./provider.ts"

/** Lets nothing through that the session's own credentials provider or policy asks for: it would wait for itself. */
export const exceptGuests = <A, E, R>(
  enter: () => Engine,
  run: (engine: Engine) => Effect.Effect<A, E, R>
): Effect.Effect<A, E | AuthFailed, R> =>
  Effect.withFiberRuntime<A, E | AuthFailed, R>((fiber) => {
    const engine = enter()
    return guests.isGuest(engine, fiber.getFiberRef(FiberRef.currentContext)) ? Effect.fail(unavailable()) : run(engine)
  })

/** Bounds one caller's waiting for what is shared by a deadline of its own, where it has set one. */
export const bounded = <A, E, R>(
  operation: string,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E | TransportError, R> =>
  Effect.withFiberRuntime<A, E | TransportError, R>((fiber) => {
    const deadline = Context.get(fiber.getFiberRef(FiberRef.currentContext), Deadline)
    return deadline === undefined
      ? effect
      : Effect.timeoutFail(Effect.interruptible(effect), {
          duration: Duration.decode(deadline),
          onTimeout: () => new TransportError({ operation, reason: "Timeout", phase: "unknown", mayHaveReached: true })
        })
  })
