import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { Effect, Either, Layer, Scope, Stream } from "effect"
import * as Register from "./register.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ends } from "./stage.ts"
import * as virtualTime from "./virtualTime.ts"

const keys = Array.from({ length: 6 }, (_, index) => `account ${index}`)

const credentials = (user: string) => Either.getOrThrow(Credentials.make({ apiId: "1", user, password: "secret" }))

/** Two maps of the same accounts, as two processes have them. */
const twoMaps = (seed: string) => {
  const world = virtualTime.make(seed)
  const server = Scripted.make()
  const register = Register.make()
  const events: Array<string> = []
  const maps = [1, 2].map((number) => {
    const scope = world.now(Scope.make())
    const made = SessionMap.make<string, never, never>({ credentials: (key) => Effect.succeed(credentials(key)) })
    const map = world.now(made.pipe(Scope.extend(scope), Effect.provide(Layer.merge(server.layer, register.store()))))
    world.fork(Stream.runForEach(map.events, ([, { _tag }]) => Effect.sync(() => events.push(`${number} ${_tag}`))))
    return map
  })
  const openAll = () => {
    const calls = maps.flatMap((map) => keys.map((key) => world.fork(map.get(key).open)))
    world.advance("10 seconds")
    return ends(calls)
  }
  const logins = () => server.log.filter((line) => line.includes(" auth ")).length
  return { world, server, register, events, openAll, logins }
}

describe("accounts of a SessionMap", () => {
  it("are shared one by one, and never mixed", () => {
    const { logins, openAll, register, server, world } = twoMaps("shared accounts")
    assert.deepStrictEqual(openAll(), ["ok"])
    assert.strictEqual(logins(), keys.length)
    assert.strictEqual(register.values.size, keys.length)
    assert.strictEqual(
      new Set(Array.from(register.values.values(), (it) => /decafbad\d+/.exec(it)?.[0])).size,
      keys.length
    )
    world.advance("2 hours")
    assert.strictEqual(logins(), keys.length)
    const pings = server.log.filter((line) => line.includes(" ping ")).length
    // Twelve intervals, of which each wait is shorter by up to a fifth, and what two that look at the same time see.
    assert.isAtMost(pings, keys.length * 16)
  })

  it("tell once of a store that is away, whichever of them meets it", () => {
    const { events, openAll, register, server, world } = twoMaps("away accounts")
    openAll()
    register.before = Effect.fail("connection refused")
    server.expire()
    world.advance("1 hour")
    const told = (number: number) => events.filter((it) => it === `${number} Detached`).length
    assert.deepStrictEqual([told(1), told(2)], [1, 1])
    assert.deepStrictEqual(openAll(), ["ok"])
  })
})
