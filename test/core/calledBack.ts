import type { TransportError } from "@effect-clickatell/core/Errors"
import * as Transport from "@effect-clickatell/core/Transport"
import { Effect, Exit, FiberId, Runtime } from "effect"

type Sent = Effect.Effect<Transport.Response, TransportError>

/** The same exchange as a transport makes it that calls back. */
export const calledBack = (sent: Sent): Sent =>
  Transport.async((resume, runtime) => {
    const exchange = Runtime.runFork(runtime, Effect.exit(Effect.interruptible(sent)))
    exchange.addObserver((exit) => resume(Exit.flatten(exit)))
    return () => exchange.unsafeInterruptAsFork(FiberId.none)
  })

/** What a test's transport sends: as an effect like any other, or called back where the tests run over such a transport. */
export const asSent = (sent: Sent): Sent => (process.env["TRANSPORT"] === "callback" ? calledBack(sent) : sent)
