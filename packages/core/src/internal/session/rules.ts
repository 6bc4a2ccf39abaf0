import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Setting from "../../Setting.ts"
import type { Rules } from "./machine/state.ts"

/** How long a session is trusted, and how often it may log in. */
export interface Options {
  /** How long the service keeps an unused session: 15 minutes by its documentation. */
  readonly life?: Duration.DurationInput | undefined
  /** How long before its end a session is no longer trusted: 60 seconds by default. */
  readonly margin?: Duration.DurationInput | undefined
  /** The age at which a session is given up at its next use, however busy, or renewed ahead by a keep-alive; unlimited by default. */
  readonly maxAge?: Duration.DurationInput | undefined
  /**
   * How often may be logged in, whatever retries there are.
   *
   * A second login may begin at once to answer a refused session, other credentials or a `reset`; a request that certainly
   * did not reach the service does not count towards the limit.
   */
  readonly loginBudget?:
    | {
        /** The shortest time from one login to the next: 10 seconds by default. */
        readonly spacing?: Duration.DurationInput | undefined
        /** How many login requests may reach the service in a window: 5 by default. */
        readonly limit?: number | undefined
        /** How long a request counts: 5 minutes by default. */
        readonly window?: Duration.DurationInput | undefined
      }
    | undefined
}

/** Reads the rules of a session from its options, and refuses what cannot hold together. */
export const decode = (options: Options): Either.Either<Rules, ConfigError.ConfigError> =>
  Either.gen(function* () {
    const life = yield* Setting.duration("session life", options.life ?? "15 minutes")
    const margin = yield* Setting.duration("session margin", options.margin ?? "60 seconds")
    const { limit = 5, spacing = "10 seconds", window = "5 minutes" } = options.loginBudget ?? {}
    if (Duration.greaterThanOrEqualTo(margin, life)) {
      return yield* Setting.refuse(
        "session margin",
        `the session margin of ${Duration.format(margin)} leaves nothing of a session life of ${Duration.format(life)}: make it shorter`
      )
    }
    return {
      usable: Duration.toMillis(life) - Duration.toMillis(margin),
      maxAge:
        options.maxAge === undefined
          ? Number.POSITIVE_INFINITY
          : Duration.toMillis(yield* Setting.duration("session maxAge", options.maxAge)),
      budget: {
        limit: yield* Setting.count("login budget limit", limit),
        spacing: Duration.toMillis(yield* Setting.duration("login budget spacing", spacing)),
        window: Duration.toMillis(yield* Setting.duration("login budget window", window))
      }
    }
  })
