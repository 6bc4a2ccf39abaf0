import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type { State } from "./machine/state.ts"

/** A session, as far as its guests know it. */
export interface Host {
  readonly state: Pick<State, "epoch" | "refused">
}

/** Code of the program's own, such as a credentials provider or a retry policy, that a session runs and waits for. */
interface Guest {
  readonly host: Host
  present: boolean
}

/** The guests that an effect runs in, so that one who calls the session does not wait for itself. */
export class Guests extends Context.Reference<Guests>()("@effect-clickatell/core/internal/Guests", {
  defaultValue: (): ReadonlyArray<Guest> => []
}) {}

/** Runs an effect as a guest of this host, for as long as it runs. */
export const host = <A, E, R>(host: Host, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(Guests, (outer) => {
    const guest: Guest = { host, present: true }
    return effect.pipe(
      Effect.provideService(Guests, [...outer, guest]),
      Effect.ensuring(
        Effect.sync(() => {
          guest.present = false
        })
      )
    )
  })

/** Whether what runs in this context is run by a guest of this host. */
export const isGuest = (host: Host, context: Context.Context<never>): boolean =>
  Context.get(context, Guests).some((guest) => guest.present && guest.host === host)
