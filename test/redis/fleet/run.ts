// One run of the chaos, by its seed.
import { Effect, Random } from "effect"
import { Chaos, times } from "./chaos.ts"
import * as fleets from "./fleet.ts"
import * as watch from "./watch.ts"

export interface Ran {
  readonly seed: number
  readonly log: ReadonlyArray<string>
  readonly violations: ReadonlyArray<string>
  readonly requests: number
  readonly deeds: number
}

/** Does to a fleet what the seed says, for so many seconds; what comes of it also depends on how fast the machine is. */
export const run = (seed: number, seconds: number): Effect.Effect<Ran, string> =>
  Effect.gen(function* () {
    const fleet = yield* fleets.make(times, { sessionLife: times.life })
    const chaos = new Chaos(fleet)
    const pause = Effect.flatMap(Random.nextIntBetween(100, 2_000), (millis) => Effect.sleep(millis))
    const life = Effect.gen(function* () {
      yield* chaos.begin
      const end = performance.now() + seconds * 1_000
      yield* Effect.repeat(Effect.zipRight(chaos.act, pause), { while: () => performance.now() < end })
      yield* chaos.end
    })
    // With what broke there is a log that says how that came.
    const broken = yield* Effect.match(life, {
      onFailure: (error) => [`the run broke: ${String(error)}`],
      onSuccess: () => []
    })
    const seen = { log: fleet.service.log(), deeds: chaos.deeds, processes: chaos.processes }
    return {
      seed,
      log: watch.tell(seen),
      violations: [...broken, ...chaos.violations, ...watch.violations(seen)],
      requests: seen.log.length,
      deeds: seen.deeds.length
    }
  }).pipe(Effect.scoped, Effect.mapError(String), Effect.withRandom(Random.make(seed)))
