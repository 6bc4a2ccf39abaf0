import { assert, it } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { Either } from "effect"
import * as fingerprint from "../../packages/core/src/internal/session/machine/fingerprint.ts"
import { rounds } from "./support.ts"

const of = (apiId: string, user: string, password: string) =>
  fingerprint.of(Either.getOrThrow(Credentials.make({ apiId, user, password })))

it("is the same for equal credentials, and a whole number that holds none of them", () => {
  assert.strictEqual(of("1", "user", "password"), of("1", "user", "password"))
  assert.isTrue(Number.isSafeInteger(of("1", "user", "password")))
})

it("tells where one secret ends and the next begins", () => {
  assert.notStrictEqual(of("1", "ab", "c"), of("1", "a", "bc"))
})

it("tells thousands of passwords apart that differ in little", () => {
  const all = Array.from({ length: rounds(10_000) }, (_, index) => of("1", "user", `secret${index}`))
  assert.strictEqual(new Set(all).size, all.length)
})
