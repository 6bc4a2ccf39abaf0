import { assert, it } from "@effect/vitest"
import { FastCheck } from "effect"
import type { Standing } from "../../packages/core/src/internal/session/line.ts"
import { Line } from "../../packages/core/src/internal/session/line.ts"

interface Item extends Standing<Item> {
  readonly name: number
}

const steps = FastCheck.array(FastCheck.record({ name: FastCheck.nat(6), leaves: FastCheck.boolean() }), {
  maxLength: 60
})

const ahead = (line: Line<Item>): ReadonlyArray<number> => {
  const names: Array<number> = []
  for (let item = line.oldest; item !== undefined; item = item.newer) names.push(item.name)
  return names
}

it("a line is in the order in which each came last, whoever left or came again", () => {
  FastCheck.assert(
    FastCheck.property(steps, (steps) => {
      const items = Array.from({ length: 7 }, (_, name): Item => ({ name, older: undefined, newer: undefined }))
      const line = new Line<Item>()
      let expected: ReadonlyArray<number> = []
      for (const { leaves, name } of steps) {
        const item = items[name]
        if (item === undefined) continue
        expected = expected.filter((other) => other !== name)
        if (leaves) {
          line.remove(item)
        } else {
          line.put(item)
          expected = [...expected, name]
        }
        assert.deepStrictEqual(ahead(line), expected)
      }
      const outside = items.filter(({ name }) => !expected.includes(name))
      assert.isTrue(outside.every(({ newer, older }) => newer === undefined && older === undefined))
    })
  )
})
