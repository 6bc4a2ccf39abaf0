import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import type * as Scope from "effect/Scope"
import { Transport } from "@effect-clickatell/core/Transport"

/** Runs a measurement on a transport, without the lines that thousands of sessions would log. */
export const run = <E>(measure: Effect.Effect<void, E, Transport | Scope.Scope>, transport: Transport["Type"]) =>
  Effect.scoped(measure).pipe(
    Effect.provideService(Transport, transport),
    Logger.withMinimumLogLevel(LogLevel.None),
    Effect.runPromise
  )
