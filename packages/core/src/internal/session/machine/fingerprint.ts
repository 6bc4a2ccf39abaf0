import type * as Brand from "effect/Brand"
import * as Redacted from "effect/Redacted"
import type { Credentials } from "../../../Credentials.ts"

/** By what credentials are told apart from others, without being kept: 53 bits that mean nothing in any other process. */
export type Fingerprint = number & Brand.Brand<"Fingerprint">

// Not a random number of the program's, whose own must not depend on this.
// @effect-diagnostics-next-line globalRandom:off
const seed = (): number => Math.floor(Math.random() * 2 ** 32)
const seeds = [seed(), seed()] as const

// Kept for as long as the credentials are: they may be wiped from memory while the service is asked about them.
const known = new WeakMap<Credentials, Fingerprint>()

export const of = (credentials: Credentials): Fingerprint => {
  const fingerprint = known.get(credentials) ?? make(credentials)
  known.set(credentials, fingerprint)
  return fingerprint
}

const make = ({ apiId, password, user }: Credentials): Fingerprint => {
  let [high, low] = seeds
  // No secret holds the character that stands between them, as XML cannot carry it.
  for (const character of [apiId, user, password].map(Redacted.value).join("\u0000")) {
    const code = character.codePointAt(0) ?? 0
    high = Math.imul(high ^ code, 0x9e37_79b1)
    high ^= high >>> 15
    low = Math.imul(low ^ code, 0x85eb_ca77)
    low ^= low >>> 13
  }
  return ((high >>> 0) * 2 ** 21 + (low >>> 11)) as Fingerprint
}
