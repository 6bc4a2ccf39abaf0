import * as Credentials from "@effect-clickatell/core/Credentials"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Layer, Scope, Stream } from "effect"
import * as Register from "./register.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ends } from "./stage.ts"
import { secrets } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

/** Maps of several processes, in one world and with one store; the events are those of each, by its number. */
const make = (seed: string, count: number, options: Partial<SessionMap.Options<string>> = {}) => {
  const world = virtualTime.make(seed)
  const server = Scripted.make()
  const register = Register.make()
  const scope = world.now(Scope.make())
  const map = SessionMap.make<string, never, never>({
    credentials: (user) => Effect.sync(() => Either.getOrThrow(Credentials.make({ ...secrets, user }))),
    ...options
  })
  const maps = Array.from({ length: count }, () =>
    world.now(Effect.provide(Scope.extend(map, scope), Layer.merge(server.layer, register.store())))
  )
  const open = (keys: ReadonlyArray<string>) =>
    maps.flatMap((one, index) =>
      keys.map((key) => world.fork(one.get(key.startsWith("own") ? `${key} of ${index}` : key).open))
    )
  const tags = maps.map((map) => {
    const own: Array<string> = []
    world.fork(Stream.runForEach(map.events, ([, { _tag }]) => Effect.sync(() => own.push(_tag))))
    return own
  })
  return {
    world,
    server,
    register,
    open,
    tags,
    sent: (operation: string) => server.log.filter((line) => line.includes(` ${operation} `)).length
  }
}

const edges = (tags: ReadonlyArray<string>) => tags.filter((tag) => tag === "Detached" || tag === "Attached")

const keys = Array.from({ length: 6 }, (_, index) => `account ${index}`)

describe("accounts of maps that share a store", () => {
  it("are shared one by one, and never mixed", () => {
    const { open, register, sent, world } = make("shared accounts", 2)
    const opened = open(keys)
    world.advance("10 seconds")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.strictEqual(sent("auth"), keys.length)
    assert.strictEqual(register.values.size, keys.length)
    assert.strictEqual(
      new Set(Array.from(register.values.values(), (it) => /decafbad\d+/.exec(it)?.[0])).size,
      keys.length
    )
    world.advance("2 hours")
    assert.strictEqual(sent("auth"), keys.length)
    // Twelve intervals, of which each wait is shorter by up to a fifth, and what two that look at the same time see.
    assert.isAtMost(sent("ping"), keys.length * 16)
  })

  it("tell once of a store that is away, whichever of them meets it", () => {
    const { open, register, server, tags, world } = make("away accounts", 2)
    open(keys)
    world.advance("10 seconds")
    register.before = Effect.fail("connection refused")
    server.expire()
    world.advance("1 hour")
    assert.deepStrictEqual(tags.map(edges), [["Detached"], ["Detached"]])
    const opened = open(keys)
    world.advance("10 seconds")
    assert.deepStrictEqual(ends(opened), ["ok"])
  })
})

const unkept = { keepAlive: false } as const
const alone = { ...unkept, limits: { logins: 1 } } as const

describe("maps that share a store", () => {
  it("open an account once, however long it has waited in line there", () => {
    const { open, server, world } = make("line", 2, alone)
    server.always("auth", Scripted.slow("14 seconds", server.honest))
    const opened = open(["own a", "own b", "own c", "shared"])
    world.advance("3 minutes")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.strictEqual(server.log.length, 2 * 3 + 1)
  })

  it("say once that it is away, and not with each answer that is late", () => {
    const { open, register, tags, world } = make("late", 1, unkept)
    let asked = 0
    register.before = Effect.suspend(() => Effect.sleep(asked++ % 2 === 0 ? "900 millis" : "1 hour"))
    for (let key = 0; key < 40; key++) {
      open([`account ${key}`])
      world.advance("50 millis")
    }
    world.advance("1 second")
    assert.deepStrictEqual(tags.map(edges), [["Detached"]])
  })

  it("do not take it for away when only their own crowd is in the way", () => {
    const { open, register, tags, world } = make("crowd", 1, unkept)
    const turn = Effect.unsafeMakeSemaphore(1)
    register.before = turn.withPermits(1)(Effect.sleep("5 millis"))
    const opened = open(Array.from({ length: 400 }, (_, key) => `account ${key}`))
    world.advance("1 minute")
    assert.deepStrictEqual(ends(opened), ["ok"])
    assert.deepStrictEqual(tags.map(edges), [[]])
  })
})
