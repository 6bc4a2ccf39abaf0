import { assert, describe, it } from "@effect/vitest"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { Data, Effect, Fiber, Layer } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { credentials, errorOf, GetBalance, said } from "./support.ts"
import { ended, ends } from "./stage.ts"
import { keys, passwordOf, stage } from "./map.ts"

const failureOf = <A, E extends object>(fiber: Fiber.RuntimeFiber<A, E>) => {
  const exit = fiber.unsafePoll()
  return exit === null ? "waiting" : said(errorOf(exit))
}

describe("a session of a map", () => {
  it("is nothing until it is used", () => {
    const { map, server, world } = stage("nothing")
    const session = map.get("one")
    world.advance("1 hour")
    assert.deepStrictEqual(server.log, [])
    assert.strictEqual(world.now(map.size), 0)
    assert.strictEqual(world.now(session.status).state, "Idle")
    world.now(session.reset)
    assert.strictEqual(world.now(map.size), 0)
  })

  it("is opened once for all who ask, with the credentials of its key", () => {
    const { map, server, world } = stage("once")
    const callers = Array.from({ length: 100 }, () => world.fork(map.get("one").execute(GetBalance)))
    world.advance("1 second")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.lengthOf(
      server.sent.filter((xml) => xml.includes("password of one")),
      1
    )
    assert.deepStrictEqual(world.now(map.status), { sessions: 1, ready: 1, degraded: 0, rejected: 0 })
  })

  it("is known by a key that is equal, whichever value it is", () => {
    class Key extends Data.Class<{ readonly tenant: string }> {}
    const { server, world } = stage("equal")
    const twice = Effect.gen(function* () {
      const map = yield* SessionMap.make({ credentials: ({ tenant }: Key) => passwordOf(tenant) })
      yield* map.get(new Key({ tenant: "a" })).open
      yield* map.get(new Key({ tenant: "a" })).open
      return yield* map.size
    })
    const fiber = world.fork(Effect.scoped(Effect.provide(twice, server.layer)))
    world.advance("1 second")
    assert.strictEqual(ended(fiber), "ok")
    assert.lengthOf(server.log, 1)
  })

  it("is not concerned by what another one meets", () => {
    const { map, server, world } = stage("apart")
    server.next("auth", Scripted.err("001"))
    const [wrong, right] = ["wrong", "right"].map((key) => world.fork(map.get(key).open))
    world.advance("1 second")
    assert.deepStrictEqual(
      [wrong, right].map((fiber) => fiber && ended(fiber)),
      ["AuthFailed BadCredentials 001", "ok"]
    )
    assert.deepStrictEqual(world.now(map.status), { sessions: 2, ready: 1, degraded: 0, rejected: 1 })
    world.fork(map.get("right").use(() => Effect.ignore(map.get("wrong").ping)))
    world.advance("1 second")
    assert.strictEqual(world.now(map.get("right").status).state, "Ready")
  })

  it("is no help to its own provider, and one to another's", () => {
    let others: Effect.Effect<unknown, object> = Effect.void
    const told: Array<string> = []
    const { map, world } = stage("guests", {
      credentials: (key) =>
        key === "asks"
          ? Effect.zipRight(Effect.forEach(["asks", "other"], () => others).pipe(Effect.ignore), passwordOf(key))
          : passwordOf(key)
    })
    others = Effect.forEach(["asks", "other"], (key) =>
      Effect.match(map.get(key).open, {
        onFailure: (error) => void told.push(`${key}: ${said(error)}`),
        onSuccess: () => void told.push(`${key}: ok`)
      })
    )
    const caller = world.fork(map.get("asks").open)
    world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
    assert.deepStrictEqual([...new Set(told)], ["asks: AuthFailed CredentialsUnavailable", "other: ok"])
  })
})

describe("an account that nobody calls", () => {
  it("is let go in time, and kept alive until then; an old handle begins anew", () => {
    const { events, map, requests, world } = stage("let go", { idleTimeToLive: "1 hour" })
    const session = map.get("one")
    world.fork(session.open)
    world.advance("59 minutes")
    assert.strictEqual(world.now(session.status).state, "Ready")
    world.advance("2 minutes")
    assert.strictEqual(world.now(map.size), 0)
    assert.deepStrictEqual(events.at(-1)?.[1]._tag, "Closed")
    const pings = requests("ping").length
    assert.isAtLeast(pings, 5)
    world.advance("5 hours")
    assert.lengthOf(requests("ping"), pings)
    world.fork(session.open)
    world.advance("1 second")
    assert.strictEqual(world.now(session.status).state, "Ready")
    assert.lengthOf(requests("auth"), 2)
  })

  it("stays while its owner calls it, whoever came later", () => {
    const { map, requests, world } = stage("stays", { idleTimeToLive: "1 hour" })
    for (const key of ["early", "late"]) world.fork(map.get(key).open)
    for (let hour = 0; hour < 5; hour++) {
      world.advance("50 minutes")
      world.fork(map.get("early").execute(GetBalance))
    }
    world.advance("1 second")
    assert.strictEqual(world.now(map.size), 1)
    assert.strictEqual(world.now(map.get("early").status).state, "Ready")
    assert.lengthOf(requests("auth"), 2)
  })

  it("stays while it is rejected, while somebody reads its events, and while its budget counts a login", () => {
    const { map, server, world } = stage("kept", { idleTimeToLive: "1 minute" })
    server.next("auth", Scripted.err("001"))
    world.fork(map.get("rejected").open)
    world.advance("1 second")
    world.fork(map.get("opened").open)
    world.advance("4 minutes")
    assert.strictEqual(world.now(map.size), 2)
    world.advance("3 minutes")
    assert.strictEqual(world.now(map.size), 1)
    assert.strictEqual(world.now(map.get("rejected").status).state, "Rejected")
    const reader = world.fork(Effect.scoped(Effect.zipRight(map.get("read").subscribe, Effect.never)))
    world.advance("10 hours")
    assert.strictEqual(world.now(map.size), 2)
    world.now(Fiber.interrupt(reader))
    world.advance("2 minutes")
    assert.strictEqual(world.now(map.size), 1)
    const again = world.fork(map.get("rejected").ping)
    world.advance("1 second")
    assert.strictEqual(ended(again), "AuthFailed BadCredentials 001")
  })

  it("is not let go while an effect uses its session, or while its credentials are read", () => {
    const { map, world } = stage("in use", {
      idleTimeToLive: "1 minute",
      keepAlive: false,
      credentials: (key) => (key === "read" ? Effect.uninterruptible(Effect.never) : passwordOf(key))
    })
    const caller = world.fork(map.get("used").use(() => Effect.sleep("3 hours")))
    world.fork(Effect.ignore(map.get("read").open))
    world.advance("2 hours")
    assert.strictEqual(world.now(map.size), 2)
    world.advance("2 hours")
    assert.strictEqual(ended(caller), "ok")
    assert.strictEqual(world.now(map.size), 1)
  })

  it("is not let go while a call is under way", () => {
    const { map, server, world } = stage(
      "under way",
      { idleTimeToLive: "10 minutes", keepAlive: false },
      { deadline: "5 hours" }
    )
    server.next("getbalance", Scripted.slow("3 hours", server.honest))
    const caller = world.fork(map.get("slow").execute(GetBalance))
    world.advance("2 hours")
    assert.strictEqual(world.now(map.size), 1)
    world.advance("2 hours")
    assert.strictEqual(ended(caller), "ok")
    world.advance("1 hour")
    assert.strictEqual(world.now(map.size), 0)
  })
})

describe("remove", () => {
  it("closes the session, and tells whoever waits", () => {
    const { events, map, server, world } = stage("removed")
    server.next("getbalance", Scripted.never)
    const caller = world.fork(map.get("one").execute(GetBalance))
    world.advance("1 second")
    world.now(map.remove("one"))
    assert.strictEqual(failureOf(caller), "AuthFailed SessionClosed")
    assert.strictEqual(world.now(map.size), 0)
    assert.deepStrictEqual(events.at(-1)?.[1]._tag, "Closed")
    world.now(map.remove("one"))
    world.now(map.remove("never there"))
  })

  it("does not let an account log in more often than its budget does", () => {
    const { map, requests, world } = stage("budget")
    for (let turn = 0; turn < 100; turn++) {
      world.fork(map.get("one").open)
      world.advance("1 second")
      world.now(map.remove("one"))
    }
    assert.isAtMost(requests("auth").length, 5)
    world.advance("10 minutes")
    const caller = world.fork(map.get("one").open)
    world.advance("1 second")
    assert.strictEqual(ended(caller), "ok")
  })
})

describe("closing the map", () => {
  it("closes every session and leaves nothing behind", () => {
    const { close, events, map, open, server, told, world } = stage("closed")
    open(keys(20))
    world.advance("1 second")
    server.always("getbalance", Scripted.never)
    const callers = keys(20).map((key) => world.fork(map.get(key).execute(GetBalance)))
    world.advance("1 second")
    assert.strictEqual(ended(close()), "ok")
    assert.deepStrictEqual(ends(callers), ["AuthFailed SessionClosed"])
    assert.strictEqual(ended(told), "ok")
    assert.lengthOf(
      events.filter(([, { _tag }]) => _tag === "Closed"),
      20
    )
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
    const late = world.fork(map.get("late").open)
    world.advance("1 second")
    assert.strictEqual(failureOf(late), "AuthFailed SessionClosed")
    assert.strictEqual(world.now(map.get("late").status).state, "Closed")
    assert.strictEqual(world.now(map.size), 0)
  })
})

describe("what a map is set to", () => {
  it.each<[string, Partial<SessionMap.Options<string>>]>([
    ["limit of logins", { limits: { logins: 0 } }],
    ["limit of logins per minute", { limits: { loginsPerMinute: 0.5 } }],
    ["limit of pings", { limits: { pings: 0 } }],
    ["idleTimeToLive", { idleTimeToLive: 0 }],
    ["keep-alive interval", { keepAlive: { interval: "20 minutes" } }],
    ["session margin", { margin: "1 hour" }]
  ])("is refused by its name where it cannot be: %s", (name, options) => {
    const { server, world } = stage("refused")
    const made = SessionMap.make({ credentials: () => Effect.succeed(credentials()), ...options })
    const error = world.now(
      Effect.flip(Effect.scoped(Effect.flatMap(Layer.build(server.layer), (it) => Effect.provide(made, it))))
    )
    assert.include(String(error), name)
    assert.deepStrictEqual(error._op === "InvalidData" ? error.path : error._op, [name])
  })
})
