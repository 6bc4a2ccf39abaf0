import { PCGRandom } from "effect/Utils"

/** Makes ids of 32 hexadecimal digits; a generator of its own, since what a client draws must not depend on what the service draws. */
export const make = (seed: number): (() => string) => {
  const random = new PCGRandom(seed)
  const word = () => random.integer(0x10000).toString(16).padStart(4, "0")
  return () => Array.from({ length: 8 }, word).join("")
}
