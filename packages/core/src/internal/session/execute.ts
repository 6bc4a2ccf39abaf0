import * as Effect from "effect/Effect"
import type { Command } from "../../Command.ts"
import type { ExchangeError, InvalidParameters } from "../../Errors.ts"
import * as exchange from "../exchange.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import * as guard from "./guard.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import type { Failure } from "./outcome.ts"
import { over } from "./outcome.ts"
import * as retries from "./retries.ts"

/** Runs a command of a caller's, which is sent again after an unknown outcome only if it is idempotent. */
export const execute = <A, E extends InvalidParameters>(
  engine: Engine,
  command: Command<A, E>
): Effect.Effect<A, E | ExchangeError> => {
  const { shared } = engine
  return call.run(engine, command.operation, attempt(engine, command), () => {
    const again = retries.make(engine, command.operation, shared.policies.idempotent, retries.ofCall)
    return (error) =>
      command.idempotent && error._tag !== "InvalidParameters"
        ? // A session that closes meanwhile says so to the attempt that follows at once.
          Effect.orElseSucceed(guard.run(engine, again(error), "closed"), () => true)
        : Effect.succeed(false)
  })
}

const attempt =
  <A, E extends InvalidParameters>(engine: Engine, command: Command<A, E>): call.Attempt<A, E | ExchangeError> =>
  (lease) => {
    const { shared } = engine
    const sent = call.whileCurrent(engine, lease, (start) =>
      Effect.matchEffect(exchange.send(shared.transport, command, lease.id), {
        onSuccess: (result) => Effect.as(engine.step({ _tag: "Accepted", lease, start, by: "command" }), result),
        onFailure: (error) => Effect.flatMap(judge(engine, lease, error), Effect.fail)
      })
    )
    return guard.run(engine, sent, over)
  }

const judge = <E extends InvalidParameters>(engine: Engine, lease: Lease, error: E | ExchangeError) =>
  Effect.gen(function* (): Effect.fn.Return<Failure<E | ExchangeError>> {
    if (error._tag === "InvalidParameters") return { error, verdict: "Failed" }
    yield* call.noteFailure(engine, lease, error)
    return { error, verdict: isRefusal(error) ? "Refused" : "Failed" }
  })
