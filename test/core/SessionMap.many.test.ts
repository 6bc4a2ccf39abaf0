import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Metric, Order, Schedule } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { GetBalance, isQuick, rounds } from "./support.ts"
import { ends } from "./stage.ts"
import { busiest, keys, stage } from "./map.ts"

const times = (requests: ReadonlyArray<{ readonly at: number }>) => requests.map(({ at }) => at)

/** The pings of each session, by its name in the log. */
const bySession = (requests: ReadonlyArray<{ readonly at: number; readonly session: string | undefined }>) =>
  Object.values(Arr.groupBy(requests, ({ session = "" }) => session)).map(times)

describe("many sessions that are kept alive", () => {
  it("live on, each with one login, and no two pings of one closer than the interval allows", () => {
    const { map, open, requests, world } = stage("alive")
    const count = rounds(100)
    open(keys(count))
    world.advance("3 hours")
    assert.deepStrictEqual(world.now(map.status), { sessions: count, ready: count, degraded: 0, rejected: 0 })
    assert.lengthOf(requests("auth"), count)
    const pings = bySession(requests("ping"))
    assert.lengthOf(pings, count)
    for (const at of pings) {
      assert.isAtLeast(at[0] ?? 0, 120)
      for (const [index, time] of at.slice(1).entries()) {
        assert.isAtLeast(time - (at[index] ?? 0), 479)
        assert.isAtMost(time - (at[index] ?? 0), 601)
      }
    }
  })

  it.skipIf(isQuick)("are pinged all through the interval, though they began together", () => {
    const { open, requests, world } = stage("spread", { limits: { logins: 1000 } })
    open(keys(240))
    world.advance("50 minutes")
    // Evenly spread, 24 of 240 would be due in each minute.
    assert.isAtMost(busiest(times(requests("ping")), 60), 60)
  })

  it.each([1, 10, 100])("are watched by one timer while they sleep, be they %i", (count) => {
    const { open, told, world } = stage("timers", { keepAlive: { schedule: Schedule.spaced("5 minutes") } })
    told.unsafeInterruptAsFork(told.id())
    open(keys(count))
    world.advance("1 minute")
    // The other one is for accounts that nobody calls.
    assert.deepStrictEqual([world.timers(), world.alive()], [2, 2])
  })

  it("are not pinged where they are used", () => {
    const { map, open, requests, world } = stage("busy")
    open(keys(10))
    for (let turn = 0; turn < 30; turn++) {
      world.advance("1 minute")
      for (const key of keys(10)) world.fork(map.get(key).execute(GetBalance))
    }
    assert.lengthOf(requests("ping"), 0)
  })

  it("are left alone where the map keeps none alive", () => {
    const { map, open, requests, world } = stage("off", { keepAlive: false })
    open(keys(10))
    world.advance("10 hours")
    assert.lengthOf(requests("ping"), 0)
    assert.strictEqual(world.now(map.status).ready, 0)
    // The one that looks for accounts that nobody calls.
    assert.strictEqual(world.timers(), 1)
  })

  it("go on after an outage that all of them met, and have no fiber each while it lasts", () => {
    const { map, open, requests, server, world } = stage("outage", { limits: { logins: 4, pings: 8 } })
    const count = rounds(200)
    open(keys(count))
    world.advance("5 minutes")
    for (const operation of ["auth", "ping"]) {
      server.always(operation, Scripted.slow("15 seconds", Scripted.broken("Timeout")))
    }
    let most = 0
    for (let minute = 0; minute < 25; minute++) {
      world.advance("1 minute")
      most = Math.max(most, world.alive())
    }
    assert.isAtMost(most, count === 200 ? 60 : 40)
    assert.isAbove(world.now(map.status).degraded, count / 2)
    const before = requests("auth").length
    for (const operation of ["auth", "ping"]) server.always(operation)
    world.advance("10 minutes")
    assert.deepStrictEqual(world.now(map.status), { sessions: count, ready: count, degraded: 0, rejected: 0 })
    assert.isAtMost(requests("auth").length - before, count * 1.1)
  })
})

describe("the limits of a map", () => {
  it("hold logins at once, whoever asks for them", () => {
    const { open, server, world } = stage("logins", { limits: { logins: 3 } })
    const callers = open(keys(50))
    world.advance("10 seconds")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(server.logins.most, 3)
  })

  it("hold logins in any minute", () => {
    const { open, requests, world } = stage("a minute", { limits: { loginsPerMinute: 10 } })
    const callers = open(keys(45))
    world.advance("5 minutes")
    assert.deepStrictEqual(ends(callers), ["ok"])
    assert.strictEqual(busiest(times(requests("auth")), 60), 10)
    assert.isAtMost(Math.max(...times(requests("auth"))), 241)
  })

  it("hold pings of the keep-alive at once", () => {
    const most = { current: 0, ever: 0 }
    const { map, open, server, world } = stage("pings", { limits: { pings: 2, logins: 100 } })
    server.always("ping", () =>
      Effect.acquireUseRelease(
        Effect.sync(() => {
          most.current += 1
          most.ever = Math.max(most.ever, most.current)
        }),
        () => Effect.as(Effect.sleep("2 seconds"), undefined),
        () => Effect.sync(() => (most.current -= 1))
      )
    )
    open(keys(rounds(100)))
    world.advance("1 hour")
    assert.strictEqual(most.ever, 2)
    assert.strictEqual(world.now(map.status).ready, rounds(100))
  })

  it("keep no place for a login that nobody waits for any more", () => {
    const { map, server, world } = stage("deserted", { limits: { logins: 1 } })
    server.next("auth", Scripted.slow("10 seconds", server.honest))
    world.fork(map.get("slow").open)
    const caller = world.fork(map.get("gives up").open)
    world.advance("1 second")
    caller.unsafeInterruptAsFork(caller.id())
    world.advance("1 minute")
    assert.deepStrictEqual(
      server.sent.filter((xml) => xml.includes("gives up")),
      []
    )
    assert.strictEqual(world.now(map.get("gives up").status).state, "Idle")
  })
})

const metrics = (world: { readonly now: <A>(effect: Effect.Effect<A>) => A }, label: string) =>
  world.now(Metric.snapshot).flatMap(({ metricKey: { name, tags } }) =>
    name.startsWith("clickatell.") && tags.some(({ value }) => value === label)
      ? [
          [
            name,
            ...Arr.sort(
              tags.map(({ key }) => key),
              Order.string
            )
          ].join(" ")
        ]
      : []
  )

const labelled =
  (label: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.tagMetrics(effect, "map", label)

describe("what a map tells", () => {
  it("names no account in its metrics", () => {
    const { map, world } = stage("metrics", {}, {}, labelled("anonymous"))
    world.fork(map.get("secret account").open)
    world.advance("1 hour")
    assert.sameMembers(metrics(world, "anonymous"), [
      "clickatell.session.logins map outcome",
      "clickatell.session.keepalives map outcome",
      ...Array.from({ length: 4 }, () => "clickatell.sessions map state")
    ])
  })

  it("counts its sessions by state, in metrics and in its status", () => {
    const { map, server, world } = stage("states", {}, {}, labelled("counted"))
    const counted = () => {
      const gauges = world
        .now(Metric.snapshot)
        .flatMap(({ metricKey: { name, tags }, metricState }) =>
          name === "clickatell.sessions" && tags.some(({ value }) => value === "counted")
            ? [[tags.find(({ key }) => key === "state")?.value, Reflect.get(metricState, "value")]]
            : []
        )
      return { ...Object.fromEntries(gauges), status: world.now(map.status) }
    }
    const call = (key: string) => {
      world.fork(map.get(key).ping)
      world.advance("1 minute")
    }
    assert.deepStrictEqual(counted(), {
      all: 0,
      ready: 0,
      rejected: 0,
      degraded: 0,
      status: { sessions: 0, ready: 0, rejected: 0, degraded: 0 }
    })
    call("ready")
    server.next("auth", Scripted.err("001"))
    call("rejected")
    server.always("auth", Scripted.down)
    call("degraded")
    assert.deepStrictEqual(counted(), {
      all: 3,
      ready: 1,
      rejected: 1,
      degraded: 1,
      status: { sessions: 3, ready: 1, rejected: 1, degraded: 1 }
    })
    world.fork(map.remove("rejected"))
    world.fork(map.remove("degraded"))
    world.advance("1 second")
    assert.deepStrictEqual(counted(), {
      all: 1,
      ready: 1,
      rejected: 0,
      degraded: 0,
      status: { sessions: 1, ready: 1, rejected: 0, degraded: 0 }
    })
    world.fork(map.remove("ready"))
    world.advance("1 second")
    const { all, ready } = counted()
    assert.deepStrictEqual([all, ready], [0, 0])
  })

  it("names each where there is a label for it", () => {
    const { map, world } = stage("labels", { label: (key) => `label of ${key}` }, {}, labelled("labelled"))
    world.fork(map.get("one").open)
    world.advance("1 second")
    assert.include(metrics(world, "label of one"), "clickatell.session.generation clickatell.session.name map")
  })

  it("is the events of each with its key", () => {
    const { events, open, world } = stage("events")
    open(["one", "two"])
    world.advance("1 second")
    assert.sameDeepMembers(
      events.map(([key, { _tag, generation }]) => [key, _tag, generation]),
      ["one", "two"].flatMap((key) => [
        [key, "Authenticating", 0],
        [key, "Authenticated", 1]
      ])
    )
  })
})
