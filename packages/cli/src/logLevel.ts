import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import type * as LogLevel from "effect/LogLevel"

/** The level that `--log-level` asks for, if it is given. */
export class Asked extends Context.Reference<Asked>()("@effect-clickatell/cli/LogLevel", {
  defaultValue: (): LogLevel.LogLevel | undefined => undefined
}) {}

/** Logs what is at least this level, unless another one is asked for. */
export const from =
  (level: LogLevel.LogLevel) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.flatMap(Asked, (asked) => Logger.withMinimumLogLevel(effect, asked ?? level))

/** Asks for a level, and logs what is at least that. */
export const ask =
  (level: LogLevel.LogLevel) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.provideService(from(level)(effect), Asked, level)
