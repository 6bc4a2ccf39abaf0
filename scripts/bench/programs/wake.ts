// What it costs that a kept session wakes up, beside a fiber that repeats as often.
import * as Command from "@effect-clickatell/core/Command"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Transport } from "@effect-clickatell/core/Transport"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Runtime from "effect/Runtime"
import * as instant from "../clients/instant.ts"
import * as sessionMap from "./sessionMap.ts"
import { sleeper, spent, twoFibers } from "./sleepers.ts"
import { run } from "./quiet.ts"
import * as task from "./task.ts"

const count = task.number("count")
const id = Either.getOrThrow(SessionId.make("0".repeat(32)))
/** How long each of them runs before it is measured: at first for V8 to compile what some ten thousand run through, and to settle. */
const first = "4 seconds"
const later = "1 second"
const long = "1 second"
let pings = 0
const transport = instant.make()
const counting: Transport["Type"] = {
  ...transport,
  send: (envelope) => {
    if (envelope.operation === "ping") pings++
    return transport.send(envelope)
  }
}
const ping = Effect.orDie(Effect.provideService(Command.execute(Ping.Ping, id), Transport, transport))

/** What each of those takes that are counted, once they have run for a time. */
const each = (before: Duration.DurationInput, counted: () => number) =>
  Effect.gen(function* () {
    yield* Effect.sleep(before)
    const start = counted()
    const all = yield* spent(Effect.sleep(long))
    return all / (counted() - start)
  })

/** What each of so many timers takes that start a fiber. */
const timers = (work: Effect.Effect<void>, before: Duration.DurationInput) =>
  Effect.gen(function* () {
    const fork = Runtime.runFork(yield* Effect.runtime<never>())
    let fired = 0
    const fire = () => {
      fired++
      fork(work)
    }
    // @effect-diagnostics-next-line globalTimers:off
    const running = Array.from({ length: count }, (_, index) => setInterval(fire, 900 + (index % 100)))
    const found = yield* each(before, () => fired)
    running.forEach(clearInterval)
    return found
  })

/** What it takes each of so many fibers that repeat. */
const sleepers = (work: Effect.Effect<void>, before: Duration.DurationInput) =>
  Effect.scoped(
    Effect.gen(function* () {
      let wakes = 0
      const counted = Effect.zipRight(
        Effect.sync(() => wakes++),
        work
      )
      yield* Effect.replicateEffect(sleeper(counted, 900), count, { discard: true })
      return yield* each(before, () => wakes)
    })
  )

const kept = (before: Duration.DurationInput) =>
  Effect.scoped(
    Effect.gen(function* () {
      const map = yield* sessionMap.make({ interval: 1_000, floor: 1_000 })
      yield* sessionMap.openAll(map, sessionMap.keysOf(count))
      return yield* each(before, () => pings)
    })
  )

const measure = (before: Duration.DurationInput) =>
  Effect.gen(function* () {
    const pinging = yield* kept(before)
    // In a loop of nothing else a ping takes half of what it takes now and then, when everything else has been in the caches.
    const rarely = (yield* timers(ping, before)) - (yield* timers(Effect.void, before))
    return {
      pinging,
      wake: pinging - rarely,
      floor: yield* timers(twoFibers, before),
      fiber: yield* sleepers(Effect.void, before),
      fiberPinging: yield* sleepers(ping, before)
    }
  })

await run(
  Effect.gen(function* () {
    yield* measure(first)
    const turn = Runtime.runPromise(yield* Effect.runtime<Transport>())
    yield* Effect.promise(() => task.turns(() => turn(Effect.orDie(measure(later)))))
  }),
  counting
)
