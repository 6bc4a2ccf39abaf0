import type * as Clock from "effect/Clock"
import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Setting from "../../../Setting.ts"
import type { Admit } from "../shared.ts"
import { SlidingWindow } from "../slidingWindow.ts"
import { Turnstile } from "../turnstile.ts"

/** How much all sessions of a map may ask of the service. */
export interface Options {
  /** Logins at once: 16 by default. */
  readonly logins?: number | undefined
  /** Logins that begin in any 60 seconds: as many as `logins` at once allow, by default. */
  readonly loginsPerMinute?: number | undefined
  /** Pings of the keep-alive at once: 64 by default. */
  readonly pings?: number | undefined
}

interface Limits {
  readonly logins: number
  readonly loginsPerMinute: number | undefined
  readonly pings: number
}

export const decode = ({
  logins = 16,
  loginsPerMinute,
  pings = 64
}: Options): Either.Either<Limits, ConfigError.ConfigError> =>
  Either.all({
    logins: Setting.count("limit of logins", logins),
    loginsPerMinute:
      loginsPerMinute === undefined
        ? Either.right(undefined)
        : Setting.count("limit of logins per minute", loginsPerMinute),
    pings: Setting.count("limit of pings", pings)
  })

/** Lets logins go in the order in which they come, so many at once and so many in a minute. */
export const admission = ({ logins, loginsPerMinute }: Limits, clock: Clock.Clock): Admit => {
  const room = new Turnstile(logins)
  const turn = loginsPerMinute === undefined ? () => Effect.void : pace(loginsPerMinute, clock)
  return (login, isWanted) => room.pass(Effect.zipRight(turn(isWanted), login))
}

const minute = 60_000

const pace = (most: number, clock: Clock.Clock): ((isWanted: () => boolean) => Effect.Effect<void>) => {
  const line = new Turnstile(1)
  const recent = new SlidingWindow(most, minute, clock)
  const wait = (isWanted: () => boolean): Effect.Effect<void> => {
    // One for which nobody waits any more ends where it would be sent, and takes nobody's place in the minute.
    const pause = isWanted() ? recent.take() : 0
    return pause === 0
      ? Effect.void
      : Effect.zipRight(
          clock.sleep(Duration.millis(pause)),
          Effect.suspend(() => wait(isWanted))
        )
  }
  return (isWanted) => line.pass(Effect.suspend(() => wait(isWanted)))
}
