import { assert, describe } from "@effect/vitest"
import { Duration, Effect, Exit, Metric, Option, Scope, TestClock } from "effect"
import { setImmediate } from "node:timers/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { isIn, read } from "./metrics.ts"
import * as Scripted from "./scriptedTransport.ts"
import type { Options } from "./support.ts"
import { credentials, fails, start, succeeds } from "./support.ts"
import { it } from "./virtualTest.ts"
import * as VirtualTime from "./virtualTime.ts"

/** A session that there is from now on, in a map as well, where an account comes with its first use. */
const begin = (server: Scripted.Server, options: Options) =>
  Effect.tap(start(server, options), (session) => Effect.scoped(session.subscribe))

const fresh = { generation: 0, healthy: 1, idle: 0, age: 0, ...isIn("idle") }

describe("the gauges of a session", () => {
  it.virtual("are all there from the start", () =>
    Effect.gen(function* () {
      yield* begin(Scripted.make(), { name: "from the start" })
      assert.deepStrictEqual(yield* read("from the start"), fresh)
    })
  )

  it.virtual("show what is so when somebody reads them, whatever happened last", () =>
    Effect.gen(function* () {
      const name = "polled"
      const server = Scripted.make({ latency: "2 seconds" })
      const session = yield* begin(server, { name, maxAge: "20 minutes" })
      yield* Effect.fork(session.open)
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* read(name), { ...fresh, ...isIn("authenticating") })
      yield* TestClock.adjust("1 minute")
      const open = { "logins outcome=ok": 1, generation: 1, healthy: 1 }
      assert.deepStrictEqual(yield* read(name), { ...open, idle: 61, age: 61, ...isIn("ready") })
      yield* TestClock.adjust("5 minutes")
      assert.deepStrictEqual(yield* read(name), { ...open, idle: 361, age: 361, ...isIn("ready") })
      yield* succeeds(session.ping, "3 seconds")
      const pinged = { ...open, "keepalives outcome=ok": 1 }
      assert.deepStrictEqual(yield* read(name), { ...pinged, idle: 3, age: 364, ...isIn("ready") })
      // Nobody has said so yet, but it would not be used any more.
      yield* TestClock.adjust("14 minutes")
      assert.deepStrictEqual(yield* read(name), { ...pinged, idle: 843, age: 0, ...isIn("idle") })
    })
  )

  it.virtual("show what the status says", () =>
    Effect.gen(function* () {
      const name = "as the status"
      const server = Scripted.make()
      const session = yield* begin(server, { name })
      const agrees = Effect.gen(function* () {
        const { generation, health, idle, state } = yield* session.status
        const gauges = yield* read(name)
        assert.deepInclude(gauges, {
          generation,
          healthy: Number(health === "Healthy"),
          idle: idle === undefined ? 0 : Duration.toSeconds(idle),
          ...isIn(state.toLowerCase())
        })
      })
      yield* succeeds(session.ping)
      yield* agrees
      server.next("ping", Scripted.broken("Tls"))
      yield* fails(session.check)
      yield* agrees
      server.next("ping", Scripted.err("004"))
      yield* fails(session.check)
      yield* agrees
      yield* session.reset
      yield* agrees
    })
  )

  it.virtual("tell exporters the unit of what is a time, and what each of them is", () =>
    Effect.gen(function* () {
      yield* begin(Scripted.make(), { name: "described gauges" })
      const gauges = (yield* Metric.snapshot).filter(({ metricKey: { tags } }) =>
        tags.some(({ value }) => value === "described gauges")
      )
      assert.lengthOf(gauges, 9)
      for (const { metricKey } of gauges) {
        const isTime = ["clickatell.session.idle", "clickatell.session.age"].includes(metricKey.name)
        assert.strictEqual(metricKey.tags.find(({ key }) => key === "unit")?.value, isTime ? "s" : undefined)
        assert.isAbove(Option.getOrElse(metricKey.description, () => "").length, 10)
      }
    })
  )

  it.virtual("show one that is closed as that, for good, and as nothing to worry about", () =>
    Effect.gen(function* () {
      const name = "closed gauges"
      const scope = yield* Scope.make()
      const server = Scripted.make()
      const session = yield* Scope.extend(begin(server, { name }), scope)
      yield* succeeds(session.open)
      server.next("ping", Scripted.broken("Tls"))
      yield* fails(session.check)
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust("1 hour")
      const { "keepalives outcome=error": errors, "logins outcome=ok": logins, ...gauges } = yield* read(name)
      assert.deepStrictEqual([errors, logins], [1, 1])
      assert.deepStrictEqual(gauges, { generation: 1, healthy: 1, idle: 0, age: 0, ...isIn("closed") })
    })
  )

  it.virtual("show the latest of several of one name, however the others end", () =>
    Effect.gen(function* () {
      const name = "of one name"
      const server = Scripted.make()
      const scope = yield* Scope.make()
      const earlier = yield* Scope.extend(begin(server, { name }), scope)
      yield* succeeds(earlier.open)
      assert.deepInclude(yield* read(name), isIn("ready"))
      const later = yield* begin(server, { name })
      assert.deepInclude(yield* read(name), { generation: 0, ...isIn("idle") })
      yield* succeeds(later.open)
      yield* Scope.close(scope, Exit.void)
      assert.deepInclude(yield* read(name), { generation: 1, ...isIn("ready") })
    })
  )
})

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** Opens a session and closes it, and gives what only the session could still hold. */
const leave = (name: string): WeakRef<object> => {
  const secret = Effect.succeed(credentials())
  const use = Effect.flatMap(begin(Scripted.make(), { name, credentials: secret }), ({ open }) => succeeds(open))
  VirtualTime.make(name).play(Effect.scoped(use))
  return new WeakRef(secret)
}

/** What was looked at in a turn lives until its end, and what V8 compiles beside us until that is done: not for a hundred turns. */
const isCollected = async (left: WeakRef<object>): Promise<boolean> => {
  for (let turn = 0; turn < 100; turn++) {
    await setImmediate()
    collectGarbage()
    if (left.deref() === undefined) return true
  }
  return false
}

it("a session that is closed is not kept alive by its gauges", async () => {
  assert.isTrue(await isCollected(leave("forgotten")))
  assert.deepInclude(Effect.runSync(read("forgotten")), { generation: 1, ...isIn("closed") })
})
