import * as Limit from "@effect-clickatell/core/Limit"
import { withDeadline } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { ConfigError, Duration, Effect, FastCheck, Fiber, FiberId, Layer } from "effect"
import * as limited from "./limited.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ended } from "./stage.ts"
import { isQuick } from "./support.ts"

describe("a rate", () => {
  it("lets so many begin in any second, the first of them at once and nobody later than need be", () => {
    FastCheck.assert(
      FastCheck.property(
        FastCheck.integer({ min: 1, max: 4 }),
        FastCheck.array(FastCheck.constantFrom(0, 1, 100, 399, 999, 1000, 1001), { minLength: 1, maxLength: 30 }),
        (perSecond, pauses) => {
          const { began, send, world } = limited.make({ perSecond }, 0)
          const expected: Array<number> = []
          for (const pause of pauses) {
            world.advance(pause)
            expected.push(Math.max(world.monotonic(), (expected.at(-perSecond) ?? -Infinity) + 1000))
            world.fork(send("sendmsg"))
          }
          world.advance("1 minute")
          assert.deepStrictEqual(
            began.map((line) => Number.parseInt(line, 10)),
            expected
          )
        }
      )
    )
  })

  it("sets one timer for all who wait, and none for nobody", () => {
    const { send, world } = limited.make({ perSecond: 1 }, 0)
    world.fork(send("first"))
    world.advance(0)
    assert.strictEqual(world.timers(), 0)
    const waiting = [world.fork(send("second")), world.fork(send("third"))]
    assert.strictEqual(world.timers(), 1)
    for (const fiber of waiting) world.now(Fiber.interrupt(fiber))
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
    world.advance("1 second")
    world.fork(send("fourth"))
    world.advance(0)
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
  })

  it("sets one timer for one who comes just when another leaves", () => {
    const { began, send, world } = limited.make({ perSecond: 1 }, 0)
    world.fork(send("first"))
    world.advance(0)
    const second = world.fork(send("second"))
    second.unsafeInterruptAsFork(FiberId.none)
    world.fork(send("third"))
    assert.strictEqual(world.timers(), 1)
    world.advance("1 minute")
    assert.deepStrictEqual(began, ["0 first", "1000 third"])
  })

  it("waits no longer for those who left", () => {
    const { began, send, world } = limited.make({ perSecond: 1 }, 0)
    world.fork(send("first"))
    world.advance("400 millis")
    world.now(Fiber.interrupt(world.fork(send("second"))))
    world.fork(send("third"))
    world.advance("10 seconds")
    assert.deepStrictEqual(began, ["0 first", "1000 third"])
  })
})

describe("a concurrency", () => {
  it("lets so many be under way at once, in the order in which they come", () => {
    const { began, send, underWay, world } = limited.make({ concurrency: 3 })
    const names = Array.from({ length: 20 }, (_, index) => `operation${index}`)
    for (const name of names) world.fork(send(name))
    world.advance("1 minute")
    assert.deepStrictEqual(
      began,
      names.map((name, index) => `${Math.floor(index / 3) * 1000} ${name}`)
    )
    assert.strictEqual(underWay.most, 3)
  })

  it("holds beside a rate", () => {
    const { began, send, underWay, world } = limited.make({ perSecond: 2, concurrency: 3 }, "2 seconds")
    for (let index = 0; index < 6; index++) world.fork(send("sendmsg"))
    world.advance("1 minute")
    assert.deepStrictEqual(
      began.map((line) => Number.parseInt(line, 10)),
      [0, 0, 1000, 2000, 2000, 3000]
    )
    assert.strictEqual(underWay.most, 3)
  })

  it("is no limit by default, nor is a rate", () => {
    const { began, send, world } = limited.make({})
    for (let index = 0; index < 500; index++) world.fork(send("sendmsg"))
    assert.strictEqual(began.length, 500)
  })
})

const limits: ReadonlyArray<Limit.Options> = [{ concurrency: 1 }, { perSecond: 1 }, { concurrency: 1, perSecond: 1 }]

describe.each(limits)("with %o", (options) => {
  it("pings and logins go first, and otherwise all in the order in which they come", () => {
    const { began, send, world } = limited.make(options)
    for (const name of ["a", "b", "ping", "c", "auth", "ping", "d"]) world.fork(send(name))
    world.advance("2500 millis")
    world.fork(send("auth"))
    world.advance("1 minute")
    const order = ["a", "ping", "auth", "ping", "auth", "b", "c", "d"]
    assert.deepStrictEqual(
      began,
      order.map((name, index) => `${index * 1000} ${name}`)
    )
  })
})

describe("a deadline of the caller's", () => {
  it("ends the waiting, with nothing sent and nobody's place taken", () => {
    const { began, send, world } = limited.make({ concurrency: 1 }, "5 seconds")
    world.fork(send("first"))
    const error = world.fork(Effect.flip(withDeadline(send("second"), "2 seconds")))
    world.fork(send("third"))
    world.advance("1999 millis")
    assert.isNull(error.unsafePoll())
    world.advance("1 millis")
    assert.deepInclude(
      { ...world.now(Fiber.join(error)) },
      { _tag: "TransportError", operation: "second", reason: "Timeout", phase: "connect", mayHaveReached: false }
    )
    world.advance("1 minute")
    assert.deepStrictEqual(began, ["0 first", "5000 third"])
  })

  it("is for the waiting and the request together, and the transport's own is for the request alone", () => {
    const { deadlines, send, world } = limited.make({ concurrency: 1 }, "16 seconds")
    world.fork(withDeadline(send("first"), "20 seconds"))
    world.fork(withDeadline(send("second"), "20 seconds"))
    const third = world.fork(send("third"))
    world.advance("1 minute")
    assert.deepStrictEqual(deadlines, [20_000, 4_000, undefined])
    assert.strictEqual(ended(third), "ok")
  })

  it("may be longer than a timer can hold, or none at all", () => {
    const { deadlines, send, world } = limited.make({ concurrency: 1 })
    for (const deadline of [Duration.infinity, Duration.zero]) world.fork(withDeadline(send("sendmsg"), deadline))
    const late = world.fork(withDeadline(send("sendmsg"), 0))
    world.advance("1 second")
    assert.deepStrictEqual(deadlines, [2_147_483_647])
    assert.strictEqual(ended(late), "TransportError Timeout")
  })
})

describe("one who waits", () => {
  it("is not dropped where it cannot be interrupted", () => {
    const { began, send, world } = limited.make({ concurrency: 1 }, "5 seconds")
    const said: Array<string> = []
    const told = (operation: string, deadline?: Duration.DurationInput) => {
      const sent = deadline === undefined ? send(operation) : withDeadline(send(operation), deadline)
      const tell = (end: string) => Effect.sync(() => said.push(`${world.monotonic()} ${operation} ${end}`))
      return Effect.uninterruptible(
        Effect.matchEffect(sent, { onFailure: ({ reason }) => tell(reason), onSuccess: () => tell("ok") })
      )
    }
    world.fork(send("first"))
    for (const waiting of [told("second"), told("third", "2 seconds"), told("fourth", "1 minute")]) {
      world.fork(waiting).unsafeInterruptAsFork(FiberId.none)
    }
    world.advance("1 minute")
    assert.deepStrictEqual(said, ["2000 third Timeout", "10000 second ok", "15000 fourth ok"])
    assert.deepStrictEqual(began, ["0 first", "5000 second", "10000 fourth"])
  })

  const waits: ReadonlyArray<readonly [name: string, deadline: Duration.DurationInput | undefined]> = [
    ["without a deadline", undefined],
    ["within a deadline", "1 minute"],
    ["until a deadline at the moment of its turn", "1 second"]
  ]

  it.each(waits)("%s leaves room and nothing else, whenever it is interrupted", (_, deadline) => {
    for (let op = 0; op < 60; op += isQuick ? 3 : 1) {
      for (let step = 0; step < 12; step++) {
        let operations = Number.NEGATIVE_INFINITY
        // They make way once, at this operation.
        const policy = { next: () => 0, yields: () => operations++ === op }
        const { send, world } = limited.make({ concurrency: 1, perSecond: 2 }, "1 second", policy)
        world.fork(send("first"))
        const second = world.fork(deadline === undefined ? send("second") : withDeadline(send("second"), deadline))
        world.tick()
        operations = 0
        for (let taken = 0; taken < step; taken++) world.step()
        second.unsafeInterruptAsFork(FiberId.none)
        while (world.step());
        const third = world.fork(send("third"))
        world.advance("3 seconds")
        const moment = `interrupted before step ${step}, making way at operation ${op}`
        assert.strictEqual(ended(third), "ok", moment)
        assert.notStrictEqual(ended(second), "waiting", moment)
        assert.deepStrictEqual([world.timers(), world.alive()], [0, 0], moment)
      }
    }
  })
})

it.each([0, -1, 1.5, Number.NaN, Infinity])("neither limit may be %d", (input) => {
  const server = Scripted.make()
  for (const name of ["perSecond", "concurrency"]) {
    const error = Effect.runSync(
      Effect.flip(Effect.scoped(Layer.build(Layer.provide(Limit.layer({ [name]: input }), server.layer))))
    )
    assert.isTrue(ConfigError.isConfigError(error))
    assert.match(String(error), new RegExp(`Invalid data at ${name}: "${name} is .*: set a whole number above 0`))
  }
})
