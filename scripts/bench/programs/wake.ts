// What it costs that a kept session wakes up, beside a fiber that repeats as often.
import * as Command from "@effect-clickatell/core/Command"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Runtime from "effect/Runtime"
import * as instant from "../clients/instant.ts"
import * as cpu from "./cpu.ts"
import * as loops from "./loops.ts"
import * as sessionMap from "./sessionMap.ts"
import { sleeper, spent, twoFibers } from "./sleepers.ts"
import { run } from "./quiet.ts"
import * as task from "./task.ts"

const count = task.number("count")
const id = Either.getOrThrow(SessionId.make("0".repeat(32)))
/** Several thousand wake-ups, for V8 to compile what they run through. */
const warm = "5 seconds"
let pings = 0
let wakes = 0
const transport = instant.make()
const counting: Transport["Type"] = {
  ...transport,
  send: (envelope) => {
    if (envelope.operation === "ping") pings++
    return transport.send(envelope)
  }
}

/** A timer and two fibers: at least what a ping takes that is shared by whoever asks for it meanwhile. */
const timers = Effect.gen(function* () {
  const fork = Runtime.runFork(yield* Effect.runtime<never>())
  let fired = 0
  const fire = () => {
    fired++
    fork(twoFibers)
  }
  // @effect-diagnostics-next-line globalTimers:off
  const running = Array.from({ length: count }, (_, index) => setInterval(fire, 900 + (index % 100)))
  yield* Effect.sleep(warm)
  fired = 0
  const all = yield* spent(Effect.sleep("3 seconds"))
  running.forEach(clearInterval)
  return all / fired
})

const measure = Effect.gen(function* () {
  const ping = yield* Effect.promise(() =>
    cpu.each(loops.effect(Effect.provideService(Command.execute(Ping.Ping, id), Transport, transport)), 2_000)
  )
  const kept = yield* Effect.scoped(
    Effect.gen(function* () {
      const map = yield* sessionMap.make({ interval: 1_000, floor: 1_000 })
      yield* sessionMap.openAll(map, sessionMap.keysOf(count))
      yield* Effect.sleep(warm)
      pings = 0
      const all = yield* spent(Effect.sleep("4 seconds"))
      return all / pings - ping
    })
  )
  const floor = yield* timers
  yield* Effect.replicateEffect(
    sleeper(
      Effect.sync(() => wakes++),
      900
    ),
    count,
    { discard: true }
  )
  yield* Effect.sleep(warm)
  wakes = 0
  const all = yield* spent(Effect.sleep("3 seconds"))
  task.report({ wake: kept, floor, fiber: all / wakes })
})

await run(measure, counting)
