// Very many callers who all wait for one login, beside as many fibers that wait for one Deferred.
import * as Session from "@effect-clickatell/core/Session"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as instant from "../clients/instant.ts"
import { credentials } from "../clients/session.ts"
import { spent } from "./sleepers.ts"
import { run } from "./quiet.ts"
import * as task from "./task.ts"

const count = task.number("count")
let logins = 0
const transport = instant.make("20 millis")
const counting: Transport["Type"] = {
  ...transport,
  send: (envelope) => {
    logins++
    return transport.send(envelope)
  }
}

const crowd = <E>(each: Effect.Effect<void, E>) =>
  spent(
    Effect.all(
      Array.from({ length: count }, () => each),
      { concurrency: "unbounded", discard: true }
    )
  )

const callers = Effect.scoped(
  Effect.gen(function* () {
    const session = yield* Session.make({ credentials })
    yield* session.open
    yield* session.reset
    logins = 0
    return yield* crowd(session.open)
  })
)

const floor = Effect.gen(function* () {
  const deferred = yield* Deferred.make<void>()
  yield* Effect.fork(Effect.delay(Deferred.succeed(deferred, undefined), "20 millis"))
  return yield* crowd(Deferred.await(deferred))
})

/** How often both are done before they are measured: V8 compiles what a crowd runs through after some hundred thousand callers. */
const rounds = task.number("rounds")

const measure = Effect.gen(function* () {
  yield* Effect.replicateEffect(Effect.zipRight(callers, floor), rounds, { discard: true })
  const turn = Runtime.runPromise(yield* Effect.runtime<Transport>())
  yield* Effect.promise(() => task.turns(async () => ({ open: await turn(callers), floor: await turn(floor), logins })))
})

await run(measure, counting)
