import * as Credentials from "@effect-clickatell/core/Credentials"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Scope, Stream } from "effect"
import * as Register from "./register.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ends } from "./stage.ts"
import { secrets } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

/** Maps of several processes, in one world and with one store. */
const make = (seed: string, count: number, logins: number) => {
  const world = virtualTime.make(seed)
  const server = Scripted.make()
  const register = Register.make()
  const scope = world.now(Scope.make())
  const map = SessionMap.make<string, unknown, never>({
    credentials: (user) => Effect.sync(() => Either.getOrThrow(Credentials.make({ ...secrets, user }))),
    limits: { logins },
    keepAlive: false
  })
  const maps = Array.from({ length: count }, () =>
    world.now(Effect.provide(Scope.extend(map, scope), Layer.merge(server.layer, register.store())))
  )
  const open = (keys: ReadonlyArray<string>) =>
    maps.flatMap((one, index) =>
      keys.map((key) => world.fork(one.get(key.startsWith("own") ? `${key} of ${index}` : key).open))
    )
  const tags: Array<string> = []
  for (const { events } of maps) {
    world.fork(Stream.runForEach(events, ([, { _tag }]) => Effect.sync(() => tags.push(_tag))))
  }
  return { world, server, register, open, tags }
}

describe("maps that share a store", () => {
  it("open an account once, however long it has waited in line there", () => {
    const { open, server, world } = make("line", 2, 1)
    server.always("auth", Scripted.slow("14 seconds", server.honest))
    const opened = open(["own a", "own b", "own c", "shared"])
    world.advance("3 minutes")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.strictEqual(server.log.length, 2 * 3 + 1)
  })

  it("say once that it is away, and not with each answer that is late", () => {
    const { open, register, tags, world } = make("late", 1, 16)
    let asked = 0
    register.before = Effect.suspend(() => Effect.sleep(asked++ % 2 === 0 ? "900 millis" : "1 hour"))
    for (let key = 0; key < 40; key++) {
      open([`account ${key}`])
      world.advance("50 millis")
    }
    world.advance("1 second")
    assert.deepStrictEqual(
      tags.filter((tag) => tag === "Detached" || tag === "Attached"),
      ["Detached"]
    )
  })

  it("do not take it for away when only their own crowd is in the way", () => {
    const { open, register, tags, world } = make("crowd", 1, 16)
    const turn = Effect.unsafeMakeSemaphore(1)
    register.before = turn.withPermits(1)(Effect.sleep("5 millis"))
    const opened = open(Array.from({ length: 400 }, (_, key) => `account ${key}`))
    world.advance("1 minute")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.notInclude(tags, "Detached")
  })
})
