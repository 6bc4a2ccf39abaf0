import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as HashMap from "effect/HashMap"
import * as HashSet from "effect/HashSet"
import * as Logger from "effect/Logger"
import * as Option from "effect/Option"

/** Leaves out of the log what a session logs, where all of it is told as events. */
export const withoutEvents = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.locallyWith(effect, FiberRef.currentLoggers, (loggers) => HashSet.map(loggers, ofOthers))

const ofOthers = <A>(logger: Logger.Logger<unknown, A>) =>
  Logger.make<unknown, A | void>((options) =>
    Option.contains(HashMap.get(options.annotations, "module"), "Session") ? undefined : logger.log(options)
  )
