import { assert, describe, it } from "@effect/vitest"
import { Effect, FiberId } from "effect"
import { Turnstile } from "../../packages/core/src/internal/session/turnstile.ts"
import { ended } from "./stage.ts"
import { isQuick } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

describe("a turnstile", () => {
  it("lets so many through at once, in the order in which they come", () => {
    const world = virtualTime.make("order")
    const turnstile = new Turnstile(3)
    const order: Array<number> = []
    let inside = 0
    let most = 0
    const pass = (index: number) =>
      turnstile.pass(
        Effect.gen(function* () {
          order.push(index)
          inside += 1
          most = Math.max(most, inside)
          yield* Effect.sleep(`${1 + (index % 4)} seconds`)
          inside -= 1
        })
      )
    const indices = Array.from({ length: 50 }, (_, index) => index)
    for (const index of indices) world.fork(pass(index))
    world.advance("1 hour")
    assert.deepStrictEqual(order, indices)
    assert.strictEqual(most, 3)
  })

  it("has room again, whenever one who waits is interrupted", () => {
    for (let op = 0; op < 60; op += isQuick ? 3 : 1) {
      for (let at = 0; at < 8; at++) {
        let operations = Number.NEGATIVE_INFINITY
        // They make way once, at this operation.
        const world = virtualTime.make("room", { next: () => 0, yields: () => operations++ === op })
        const turnstile = new Turnstile(1)
        world.fork(turnstile.pass(Effect.sleep("1 second")))
        const second = world.fork(turnstile.pass(Effect.void))
        world.tick()
        operations = 0
        for (let taken = 0; taken < at; taken++) world.step()
        second.unsafeInterruptAsFork(FiberId.none)
        while (world.step());
        const third = world.fork(turnstile.pass(Effect.void))
        assert.strictEqual(ended(third), "ok", `interrupted before step ${at}, making way at operation ${op}`)
      }
    }
  })
})
