import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Sound } from "./finding.ts"

// The service tells whole seconds, and a reply takes time.
const tolerated = 60_000

/** Compares this machine's clock with the service's. */
export const compared = (ahead: number): Effect.Effect<Sound<void>> => {
  const seconds = Math.round(Math.abs(ahead) / 1000)
  const apart = seconds === 0 ? "less than 1s" : Duration.format(Duration.seconds(seconds))
  const side = ahead > 0 ? "ahead of" : "behind"
  return Effect.succeed(
    Math.abs(ahead) <= tolerated
      ? { value: undefined, message: `${apart} from the service's` }
      : {
          value: undefined,
          message: "the service tells the time",
          warnings: [`this machine is ${apart} ${side} the service: set its clock, or certificates and logs mislead`]
        }
  )
}
