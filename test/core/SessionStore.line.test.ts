import * as Credentials from "@effect-clickatell/core/Credentials"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Scope } from "effect"
import * as Register from "./register.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ends } from "./stage.ts"
import { secrets } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

/** Maps of several processes, in one world and with one store. */
const make = (seed: string, count: number) => {
  const world = virtualTime.make(seed)
  const server = Scripted.make()
  const register = Register.make()
  const scope = world.now(Scope.make())
  const map = SessionMap.make<string, unknown, never>({
    credentials: (user) => Effect.sync(() => Either.getOrThrow(Credentials.make({ ...secrets, user }))),
    limits: { logins: 1 },
    keepAlive: false
  })
  const maps = Array.from({ length: count }, () =>
    world.now(Effect.provide(Scope.extend(map, scope), Layer.merge(server.layer, register.store())))
  )
  const open = (keys: ReadonlyArray<string>) =>
    maps.flatMap((one, index) =>
      keys.map((key) => world.fork(one.get(key.startsWith("own") ? `${key} of ${index}` : key).open))
    )
  return { world, server, register, open }
}

describe("maps that share a store", () => {
  it("open an account once, however long it has waited in line there", () => {
    const { open, server, world } = make("line", 2)
    server.always("auth", Scripted.slow("14 seconds", server.honest))
    const opened = open(["own a", "own b", "own c", "shared"])
    world.advance("3 minutes")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.strictEqual(server.log.length, 2 * 3 + 1)
  })
})
