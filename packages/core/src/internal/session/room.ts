import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import { Turnstile } from "./turnstile.ts"

/** How many reads of credentials may run at once: the one that is waited for, and one that was given up and cannot be stopped. */
const mostReads = 2

/** Where reads take place: there is none while nobody reads. */
interface Room {
  readonly seats: Turnstile
  /** Those who read, or wait for a seat. */
  visitors: number
}

/** Whoever has credentials read. */
export interface Owner {
  room: Room | undefined
}

/** Reads when a seat is free; a fiber that fails is logged with its error, so that what it comes to is a value. */
export const enter = <A, E, R>(owner: Owner, read: Effect.Effect<A, E, R>): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.suspend(() => {
    owner.room ??= { seats: new Turnstile(mostReads), visitors: 0 }
    const { room } = owner
    room.visitors += 1
    return Effect.ensuring(
      Effect.exit(room.seats.pass(read)),
      Effect.sync(() => {
        room.visitors -= 1
        if (room.visitors === 0) owner.room = undefined
      })
    )
  })
