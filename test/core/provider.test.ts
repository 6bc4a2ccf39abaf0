import { assert, it } from "@effect/vitest"
import type { Credentials } from "@effect-clickatell/core/Credentials"
import { Effect, FiberId } from "effect"
import * as provider from "../../packages/core/src/internal/session/provider.ts"
import type * as room from "../../packages/core/src/internal/session/room.ts"
import { ended } from "./stage.ts"
import { credentials, isQuick } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

const read = (world: virtualTime.World, owner: room.Owner, asked: Effect.Effect<Credentials>) =>
  provider.read(owner, (around) => world.launch(around(asked)))

it("a read that is given up leaves its seat to the next one, whenever that is, though another one hangs for ever", () => {
  for (let op = 0; op < 100; op += isQuick ? 3 : 1) {
    for (let at = 0; at < 4; at++) {
      let operations = Number.NEGATIVE_INFINITY
      // They make way once, at this operation.
      const world = virtualTime.make("seats", { next: () => 0, yields: () => operations++ === op })
      const owner: room.Owner = { room: undefined }
      world.fork(read(world, owner, Effect.uninterruptible(Effect.never)))
      world.advance("1 minute")
      operations = 0
      const given = world.launch(read(world, owner, Effect.never))
      for (let taken = 0; taken < at; taken++) world.step()
      given.unsafeInterruptAsFork(FiberId.none)
      while (world.step());
      // Effect's own time-out can miss an interruption at one of its steps, and then goes on until its time is over.
      if (ended(given) === "waiting") continue
      const next = world.fork(read(world, owner, Effect.succeed(credentials())))
      assert.strictEqual(ended(next), "ok", `given up before step ${at}, making way at operation ${op}`)
    }
  }
})

it("a read that waits for a seat has whichever is left first", () => {
  const world = virtualTime.make("either")
  const owner: room.Owner = { room: undefined }
  const [first] = [Effect.sleep("20 seconds"), Effect.never].map((long) =>
    world.fork(read(world, owner, Effect.uninterruptible(Effect.as(long, credentials()))))
  )
  const third = world.fork(read(world, owner, Effect.succeed(credentials())))
  assert.strictEqual(ended(third), "waiting")
  world.advance("20 seconds")
  assert.deepStrictEqual([first && ended(first), ended(third)], ["ok", "ok"])
})
