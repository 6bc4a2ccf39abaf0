import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FiberId, identity } from "effect"
import { keys, stage } from "./map.ts"
import { Holding, offsets, Restless } from "./restless.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ended, ends } from "./stage.ts"
import { GetBalance, isQuick } from "./support.ts"

describe("a map that is made where nothing can interrupt", () => {
  it("closes at once, whatever is under way", () => {
    const { close, map, server, world } = stage("masked", {}, {}, Effect.uninterruptible)
    server.always("ping", Scripted.never)
    world.fork(map.get("one").open)
    world.advance("12 minutes")
    assert.strictEqual(server.unfinished.current, 1)
    assert.strictEqual(ended(close()), "ok")
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
  })
})

describe("an account that is let go at this very moment", () => {
  it.skipIf(isQuick)("is there for whoever calls it", () => {
    for (const from of offsets) {
      for (let at = 0; at < 6; at++) {
        const policy = new Restless(from)
        const options = { idleTimeToLive: "10 minutes", keepAlive: false } as const
        const { map, world } = stage("let go", options, {}, identity, policy)
        world.fork(map.get("one").open)
        world.advance("599999 millis")
        world.tick()
        for (let taken = 0; taken < at; taken++) world.step()
        policy.hurry = true
        const caller = world.launch(map.get("one").execute(GetBalance))
        while (world.step());
        world.advance("1 second")
        assert.strictEqual(ended(caller), "ok", `called before step ${at} of ${from}`)
      }
    }
  })
})

describe("a session that is reset before its keep-alive has begun", () => {
  it("is looked after once", () => {
    for (let at = 0; at < 12; at++) {
      const policy = new Holding()
      const { map, requests, world } = stage("looked after", {}, {}, identity, policy)
      const { open, reset } = map.get("one")
      world.fork(open)
      world.tick()
      for (let taken = 0; taken < at; taken++) world.step()
      policy.hold()
      world.step()
      const again = world.launch(Effect.zipRight(reset, open))
      do while (world.step());
      while (again.unsafePoll() === null && world.tick())
      policy.release()
      while (world.step());
      assert.strictEqual(ended(again), "ok")
      world.advance("1 minute")
      assert.lengthOf(requests("ping"), 0, `begun before step ${at}`)
    }
  })
})

describe("remove", () => {
  it.skipIf(isQuick)("tells whoever waits even where it is interrupted", () => {
    for (const from of offsets)
      for (let at = 0; at < 12; at++) {
        const { map, world } = stage("removed", { keepAlive: false }, {}, identity, new Restless(from))
        world.fork(map.get("one").open)
        world.advance("1 second")
        const caller = world.fork(map.get("one").use(() => Effect.uninterruptible(Effect.never)))
        const removal = world.launch(map.remove("one"))
        for (let taken = 0; taken < at; taken++) world.step()
        removal.unsafeInterruptAsFork(FiberId.none)
        while (world.step());
        const isThere = world.now(map.size) === 1
        assert.strictEqual(
          ended(caller),
          isThere ? "waiting" : "AuthFailed SessionClosed",
          `interrupted at step ${at} of ${from}`
        )
      }
  })
})

describe("logins that wait in line", () => {
  it("do not use up the minute's logins where nobody waits for them any more", () => {
    const { map, open, requests, world } = stage("deserted", { limits: { loginsPerMinute: 1 }, keepAlive: false })
    open(["first"])
    world.advance("1 second")
    const impatient = open(keys(5))
    world.advance("1 second")
    for (const caller of impatient) world.now(Fiber.interrupt(caller))
    const patient = world.fork(map.get("patient").open)
    world.advance("1 minute")
    assert.strictEqual(ended(patient), "ok")
    assert.lengthOf(requests("auth"), 2)
  })

  it.skipIf(isQuick)("cost no more each, however many they are", () => {
    const { open, requests, world } = stage("herd", { keepAlive: false })
    const all = open(keys(2000))
    world.advance("1 minute")
    assert.deepStrictEqual(ends(all), ["ok"])
    assert.lengthOf(requests("auth"), 2000)
  })

  it("go in the order in which they came", () => {
    const { open, server, world } = stage(
      "order",
      { limits: { logins: 2 }, keepAlive: false },
      {},
      identity,
      new Restless(0)
    )
    const all = open(keys(20))
    world.advance("1 minute")
    assert.deepStrictEqual(ends(all), ["ok"])
    const order = server.sent.flatMap((xml) => /password of (account \d+)/.exec(xml)?.[1] ?? [])
    assert.deepStrictEqual(order, keys(20))
  })
})
