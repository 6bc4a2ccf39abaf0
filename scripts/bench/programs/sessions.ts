// Sessions each with its own keep-alive, opened and then asleep.
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import { Session } from "@effect-clickatell/core/Session"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as instant from "../clients/instant.ts"
import * as session from "../clients/session.ts"
import * as heap from "./heap.ts"
import { spent, startOne } from "./sleepers.ts"
import { run } from "./quiet.ts"
import * as task from "./task.ts"

const count = task.number("count")
/** How many are started and ended again before any is measured. */
const warm = 3_000
const kept = Layer.provideMerge(KeepAlive.layer(), session.layer)
// Each is built anew, and would otherwise be the one that was built first.
const start = Effect.flatMap(Layer.build(Layer.fresh(kept)), (built) => Context.get(built, Session).open)

// What the layers alone take, without anything in them.
class Empty extends Context.Tag("Empty")<Empty, object>() {}
const nothing = Effect.addFinalizer(() => Effect.void)
const empty = Layer.provideMerge(
  Layer.scopedDiscard(Effect.zipRight(Empty, nothing)),
  Layer.scoped(Empty, Effect.as(nothing, {}))
)
const build = Layer.build(Layer.fresh(empty))

const measure = Effect.gen(function* () {
  yield* Effect.scoped(Effect.replicateEffect(start, warm))
  yield* Effect.scoped(Effect.replicateEffect(build, warm))
  const untouched = yield* Effect.promise(heap.settled)
  const building = yield* spent(Effect.replicateEffect(build, count, { discard: true }))
  const layers = (yield* Effect.promise(heap.settled)) - untouched
  yield* Effect.scoped(startOne(warm))
  const before = yield* Effect.promise(heap.settled)
  const starting = yield* spent(Effect.replicateEffect(start, count, { discard: true }))
  const after = yield* Effect.promise(heap.settled)
  const fiber = yield* startOne(count)
  task.report({
    heap: (after - before) / count / 1_024,
    layers: layers / count / 1_024,
    start: starting / count,
    floor: building / count,
    fiber
  })
})

await run(measure, instant.make())
