import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Command } from "../../Command.ts"
import type { Parameter } from "../../Envelope.ts"
import type { ExchangeError, InvalidParameters } from "../../Errors.ts"
import * as exchange from "../exchange.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import * as guard from "./guard.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import { fail, over } from "./outcome.ts"
import * as retries from "./retries.ts"
import * as waiting from "../waiting.ts"

/** Runs a command of a caller's, which is sent again after an unknown outcome only if it is idempotent. */
export const execute = <A>(
  engine: Engine,
  command: Command<A, InvalidParameters>,
  parameters: ReadonlyArray<Parameter>
): Effect.Effect<A, ExchangeError> =>
  call.run(engine, command.operation, attempt(engine, command, parameters), () => {
    if (!command.idempotent) return call.never
    const again = retries.make(engine, command.operation, engine.shared.policies.idempotent, retries.ofCall)
    // A session that closes meanwhile says so to the attempt that follows at once.
    return (error) => guard.run(engine, again(error), Exit.succeed(true))
  })

const attempt =
  <A>(
    engine: Engine,
    command: Command<A, InvalidParameters>,
    parameters: ReadonlyArray<Parameter>
  ): call.Attempt<A, ExchangeError> =>
  (lease) =>
    call.whileCurrent(engine, lease, (start) =>
      waiting.match(
        exchange.send(engine.shared.transport, command, parameters, lease.id, (sent) =>
          guard.exchange(engine, sent, Exit.fail(over.error))
        ),
        (error) => failed(engine, lease, error),
        (result) => Effect.as(engine.step({ _tag: "Accepted", lease, start, by: "command" }), result)
      )
    )

// What an exchange met before its session closed says more than that it did, such as whether the service may have acted.
const failed = (engine: Engine, lease: Lease, error: ExchangeError) =>
  Cause.originalError(error) === over.error
    ? Effect.fail(over)
    : Effect.zipRight(call.noteFailure(engine, lease, error), fail(error, isRefusal(error) ? "Refused" : "Failed"))
