import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ExchangeError } from "../../Errors.ts"
import type { SessionId } from "../../SessionId.ts"
import * as provenance from "../provenance.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import * as guard from "./guard.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import type { Failure } from "./outcome.ts"
import { over } from "./outcome.ts"

/** Hands the id to an effect of the caller's own; `refused` names the errors of its own by which it means a refusal. */
export const use = <A, E, R>(
  engine: Engine,
  f: (id: SessionId) => Effect.Effect<A, E, R>,
  refused: (error: E) => boolean
): Effect.Effect<A, E | ExchangeError, R> => call.run(engine, "use", attempt(engine, f, refused), () => call.never)

const attempt =
  <A, E, R>(
    engine: Engine,
    f: (id: SessionId) => Effect.Effect<A, E, R>,
    refused: (error: E) => boolean
  ): call.Attempt<A, E | ExchangeError, R> =>
  (lease) => {
    const used = call.whileCurrent(engine, lease, (start) =>
      // Called at once: a turn later the session may be another.
      f(lease.id).pipe(
        Effect.tap(() => engine.step({ _tag: "Accepted", lease, start, by: "command" })),
        Effect.catchAll((error) => Effect.flatMap(judge(engine, refused, lease, error), Effect.fail))
      )
    )
    return guard.run(engine, used, Exit.fail(over), true)
  }

// An error that comes from somewhere else, such as another session, is the caller's and changes nothing here.
const judge = <E>(engine: Engine, refused: (error: E) => boolean, lease: Lease, error: E) =>
  Effect.gen(function* (): Effect.fn.Return<Failure<E>> {
    if (provenance.isOf(error, lease.id)) {
      yield* call.noteFailure(engine, lease, error)
      if (isRefusal(error)) return { error, verdict: "Refused" }
    }
    if (!refused(error)) return { error, verdict: "Failed" }
    yield* engine.step({ _tag: "Disowned", lease })
    return { error, verdict: "Refused" }
  })
