import { assert, it } from "@effect/vitest"
import { Array as Arr, FastCheck, Order } from "effect"
import { Queue } from "../../packages/core/src/internal/session/keepAlive/queue.ts"

interface Item {
  readonly name: number
  due: number
  place: number
}

const steps = FastCheck.array(
  FastCheck.record({ name: FastCheck.nat(20), due: FastCheck.option(FastCheck.nat(50), { nil: undefined }) }),
  { maxLength: 80 }
)

/** Takes out whatever is first, until nothing is left or more was than there can be. */
const drain = (queue: Queue<Item>): ReadonlyArray<Item> => {
  const all: Array<Item> = []
  for (let first = queue.first; first !== undefined && all.length < 30; first = queue.first) {
    queue.remove(first)
    all.push(first)
  }
  return all
}

it("gives what is in it by the time at which it is due, whatever was moved or taken out before", () => {
  FastCheck.assert(
    FastCheck.property(steps, (steps) => {
      const items = Array.from({ length: 21 }, (_, name): Item => ({ name, due: 0, place: -1 }))
      const queue = new Queue<Item>()
      const expected = new Map<number, number>()
      for (const { due, name } of steps) {
        const item = items[name]
        if (item === undefined) continue
        if (due === undefined) {
          queue.remove(item)
          expected.delete(name)
        } else {
          queue.put(item, due)
          expected.set(name, due)
        }
        assert.strictEqual(queue.first?.due, expected.size === 0 ? undefined : Math.min(...expected.values()))
      }
      const drained = drain(queue)
      assert.deepStrictEqual(
        drained.map(({ due }) => due),
        Arr.sort(expected.values(), Order.number)
      )
      assert.sameMembers(
        drained.map(({ name }) => name),
        [...expected.keys()]
      )
      assert.isTrue(items.every(({ place }) => place === -1))
    })
  )
})
