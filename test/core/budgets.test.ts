import { assert, it } from "@effect/vitest"
import type { Instant } from "../../packages/core/src/internal/instant.ts"
import type { Entry } from "../../packages/core/src/internal/session/machine/budget.ts"
import { Budgets } from "../../packages/core/src/internal/session/map/budgets.ts"

const at = (seconds: number): Instant => ({ wall: seconds * 1000, monotonic: BigInt(seconds) * 1_000_000_000n })
const login = (seconds: number): Entry => ({ at: at(seconds), begins: true, reached: true })

const make = () => new Budgets<string>({ spacing: 10_000, limit: 5, window: 300_000 })

it("the logins of an account are there once for whoever takes them, as long as they can count", () => {
  const budgets = make()
  budgets.keep("one", [login(0)], at(0))
  budgets.keep("other", [login(1)], at(1))
  assert.deepStrictEqual(budgets.take("one", at(299)), [login(0)])
  assert.deepStrictEqual(budgets.take("one", at(299)), [])
  assert.deepStrictEqual(budgets.take("other", at(301)), [])
})

it("those of a later removal outlive those of an earlier one", () => {
  const budgets = make()
  budgets.keep("one", [login(0)], at(0))
  budgets.keep("one", [login(0), login(200)], at(200))
  assert.deepStrictEqual(budgets.take("one", at(400)), [login(0), login(200)])
})

it("what cannot count any more is forgotten, and what has no logins is not kept", () => {
  const budgets = make()
  for (let index = 0; index < 100; index++) budgets.keep(`account ${index}`, [login(index)], at(index))
  budgets.keep("none", [], at(100))
  assert.strictEqual(budgets.size, 100)
  budgets.keep("last", [login(350)], at(350))
  assert.strictEqual(budgets.size, 50)
})
