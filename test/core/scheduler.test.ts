import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import type { Job, Kind } from "../../packages/core/src/internal/session/keepAlive/scheduler.ts"
import { Scheduler } from "../../packages/core/src/internal/session/keepAlive/scheduler.ts"
import * as virtualTime from "./virtualTime.ts"

class Counted implements Job {
  due = 0
  place = -1
  kind: Kind = "ping"
  running = 0
  most = 0
  runs = 0

  get run(): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.runs += 1
      this.running += 1
      this.most = Math.max(this.most, this.running)
      return Effect.ensuring(
        Effect.sleep("1 second"),
        Effect.sync(() => (this.running -= 1))
      )
    })
  }
}

const stage = (most: Readonly<Record<Kind, number>>) => {
  const world = virtualTime.make("jobs")
  const scheduler = world.now(
    Effect.zipWith(Effect.clock, Effect.runtime(), (clock, runtime) => new Scheduler(clock, runtime, most))
  )
  const plan = (job: Job, pause = 0) => world.now(Effect.sync(() => scheduler.plan(job, pause)))
  return { world, scheduler, plan }
}

describe("a job", () => {
  it("is done once at a time, and once more where it is planned while it is done", () => {
    const { plan, world } = stage({ ping: 2, login: 2 })
    const job = new Counted()
    plan(job)
    plan(job)
    world.advance("10 seconds")
    assert.deepStrictEqual([job.runs, job.most], [2, 1])
  })

  it("is done no more once it is cancelled, though it was planned while it was done", () => {
    const { plan, scheduler, world } = stage({ ping: 2, login: 2 })
    const job = new Counted()
    plan(job)
    plan(job, 5000)
    world.now(Effect.sync(() => scheduler.cancel(job)))
    world.advance("10 seconds")
    assert.deepStrictEqual([job.runs, job.running], [1, 0])
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
  })

  it("takes no other's place where it is of another kind by the time that it is done", () => {
    const { plan, world } = stage({ ping: 4, login: 4 })
    const job = new Counted()
    const others = Array.from({ length: 3 }, () => new Counted())
    plan(job)
    job.kind = "login"
    plan(job, 4000)
    job.kind = "ping"
    for (const other of others) plan(other, 3000)
    plan(job, 2000)
    world.advance("1 minute")
    assert.deepStrictEqual(
      [job, ...others].map(({ runs }) => runs),
      [2, 1, 1, 1]
    )
  })
})

describe("jobs of one kind", () => {
  it("are so many at once, and the others follow in the order in which they are due", () => {
    const { plan, world } = stage({ ping: 2, login: 1 })
    const jobs = Array.from({ length: 5 }, () => new Counted())
    for (const [index, job] of jobs.entries()) plan(job, index)
    const done = () => jobs.map(({ runs }) => runs)
    world.advance(10)
    assert.deepStrictEqual(done(), [1, 1, 0, 0, 0])
    world.advance("1 second")
    assert.deepStrictEqual(done(), [1, 1, 1, 1, 0])
    world.advance("1 second")
    assert.deepStrictEqual(done(), [1, 1, 1, 1, 1])
  })

  it("do not hold up those of another", () => {
    const { plan, world } = stage({ ping: 1, login: 1 })
    const [ping, login] = [new Counted(), new Counted()]
    login.kind = "login"
    plan(ping)
    plan(login)
    world.advance(10)
    assert.deepStrictEqual([ping.runs, login.runs], [1, 1])
  })
})

describe("a scheduler", () => {
  it("has one timer, which is left alone while it is right", () => {
    const { plan, world } = stage({ ping: 1, login: 1 })
    const [first, second] = [new Counted(), new Counted()]
    plan(first, 1000)
    plan(second, 2000)
    assert.deepStrictEqual([world.timers(), world.alive()], [1, 1])
    world.advance("1 minute")
    assert.deepStrictEqual([first.runs, second.runs, world.timers(), world.alive()], [1, 1, 0, 0])
  })

  it("that is closed starts nothing more, whatever was or is planned", () => {
    const { plan, scheduler, world } = stage({ ping: 1, login: 1 })
    const [running, waiting, late] = [new Counted(), new Counted(), new Counted()]
    plan(running)
    plan(waiting)
    const ending = world.now(Effect.sync(() => scheduler.close()))
    plan(late)
    world.now(Effect.sync(() => scheduler.cancel(waiting)))
    world.advance("1 minute")
    assert.strictEqual(ending.length, 1)
    assert.deepStrictEqual([running.runs, waiting.runs, late.runs], [1, 0, 0])
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
  })
})
