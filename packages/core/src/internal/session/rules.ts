import type * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Setting from "../../Setting.ts"
import type { Options } from "../../Session.ts"
import type { Rules } from "./machine/state.ts"

/** Reads the rules of a session from its options, and refuses what cannot hold together. */
export const decode = (options: Partial<Options<unknown, unknown>>): Either.Either<Rules, ConfigError.ConfigError> =>
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
