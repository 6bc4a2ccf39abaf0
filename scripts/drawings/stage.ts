// Where runs are played that are drawn.
import * as Credentials from "@effect-clickatell/core/Credentials"
import type { Scope } from "effect"
import { Effect, Logger, LogLevel, Random, TestContext } from "effect"

/** Those of the account that the emulator knows. */
export const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })

/** Plays a run on a virtual clock, and in silence; `chance` is what every throw of the dice gives. */
export const play =
  (chance: number) =>
  <A, E>(run: Effect.Effect<A, E, Scope.Scope>): Effect.Effect<A, E> =>
    run.pipe(
      Effect.scoped,
      Effect.withRandom(Random.fixed([chance])),
      Logger.withMinimumLogLevel(LogLevel.None),
      Effect.provide(TestContext.TestContext)
    )
