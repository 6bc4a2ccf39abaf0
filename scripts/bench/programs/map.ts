// The sessions of a SessionMap, opened and then asleep.
import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Effect from "effect/Effect"
import * as instant from "../clients/instant.ts"
import { credentials } from "../clients/session.ts"
import * as heap from "./heap.ts"
import * as sessionMap from "./sessionMap.ts"
import { spent, startOne, twoFibers } from "./sleepers.ts"
import { run } from "./quiet.ts"
import * as task from "./task.ts"

const count = task.number("count")
const keys = sessionMap.keysOf(count)
/** A map of few sessions is measured as one of many, or it would be lost among what else comes and goes. */
const maps = Math.max(1, 1_000 / count)
const total = maps * count
const login = Effect.flatMap(credentials, Authenticate.authenticate)

const measure = Effect.gen(function* () {
  yield* Effect.scoped(Effect.flatMap(sessionMap.make(), (map) => sessionMap.openAll(map, sessionMap.keysOf(10_000))))
  const logins = yield* spent(Effect.forEach(keys, () => login, { concurrency: 100, discard: true }))
  const before = yield* Effect.promise(heap.settled)
  const opening = yield* spent(
    Effect.replicateEffect(
      Effect.flatMap(sessionMap.make(), (map) => sessionMap.openAll(map, keys)),
      maps,
      { discard: true }
    )
  )
  const after = yield* Effect.promise(heap.settled)
  const fiber = yield* startOne(Math.min(count, 2_000))
  const fibers = yield* spent(Effect.forEach(keys, () => twoFibers, { concurrency: 100, discard: true }))
  task.report({
    heap: (after - before) / total / 1_024,
    start: opening / total - logins / count,
    floor: fibers / count,
    fiber
  })
})

await run(measure, instant.make())
