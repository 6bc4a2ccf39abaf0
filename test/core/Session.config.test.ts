import { assert, describe } from "@effect/vitest"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import { ConfigError, Duration, Effect, Layer, Logger, Schedule } from "effect"
import type { DurationInput } from "effect/Duration"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Options } from "./support.ts"
import { start, succeeds } from "./support.ts"

const refusal = (
  options: Options,
  keepAlive?: KeepAlive.Options,
  transport: Parameters<typeof Scripted.make>[0] = {}
) =>
  Effect.gen(function* () {
    const server = Scripted.make(transport)
    const error = yield* Effect.flip(start(server, { eager: true, ...options }, keepAlive))
    assert.isTrue(ConfigError.isConfigError(error))
    assert.deepStrictEqual(server.log, [])
    return error._op === "InvalidData" ? { path: error.path.join(), message: error.message } : assert.fail(error._op)
  })

const impossible: ReadonlyArray<readonly [input: DurationInput, shown: string]> = [
  [Number.NaN, "NaN"],
  [0, "0"],
  [-1, "-1"],
  [Number.POSITIVE_INFINITY, "Infinity"],
  [Number.NEGATIVE_INFINITY, "-Infinity"],
  [2 ** 31, "2147483648"],
  [Duration.zero, "0 ms"],
  [Duration.infinity, "Infinity ms"],
  [Duration.days(25), "2160000000 ms"],
  [0n, "0"],
  ["-5 seconds", "-5 seconds"],
  ["0 seconds", "0 seconds"],
  ["25 days", "25 days"],
  ["soon" as DurationInput, "soon"],
  ["10 parsecs" as DurationInput, "10 parsecs"]
]

const times: ReadonlyArray<
  readonly [name: string, set: (input: DurationInput) => readonly [Options, KeepAlive.Options?]]
> = [
  ["session life", (life) => [{ life }]],
  ["session margin", (margin) => [{ margin }]],
  ["session maxAge", (maxAge) => [{ maxAge }]],
  ["login budget spacing", (spacing) => [{ loginBudget: { spacing } }]],
  ["login budget window", (window) => [{ loginBudget: { window } }]],
  ["keep-alive interval", (interval) => [{}, { interval }]],
  ["keep-alive floor", (floor) => [{}, { floor }]]
]

describe.each(times)("%s", (name, set) => {
  it.virtual.each(impossible)("cannot be %s", ([input, shown]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(...set(input)), {
        path: name,
        message: `${name} is ${shown}: set a time above 0 and up to 24.8 days`
      })
    })
  )
})

describe("the login budget's limit", () => {
  it.virtual.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot be %s", (limit) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({ loginBudget: { limit } }), {
        path: "login budget limit",
        message: `login budget limit is ${limit}: set a whole number above 0`
      })
    })
  )
})

describe("times that cannot hold together", () => {
  it.virtual.each([
    [{ margin: "15 minutes" }, "15m", "15m"],
    [{ margin: "1 hour" }, "1h", "15m"],
    [{ life: "60 seconds" }, "1m", "1m"],
    [{ life: 1500, margin: 2000 }, "2s", "1s 500ms"]
  ] as const)("margin and life: %j", ([options, margin, life]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(options), {
        path: "session margin",
        message: `the session margin of ${margin} leaves nothing of a session life of ${life}: make it shorter`
      })
    })
  )

  it.virtual.each([
    [{ interval: "29 seconds" }, "29s", "30s"],
    [{ floor: "11 minutes" }, "10m", "11m"],
    [{ interval: "2 seconds", floor: "2001 millis" }, "2s", "2s 1ms"]
  ] as const)("interval and floor: %j", ([options, interval, floor]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal({}, options), {
        path: "keep-alive interval",
        message: `the keep-alive interval of ${interval} is below the floor of ${floor}: make it longer`
      })
    })
  )

  it.virtual.each([
    [{}, { interval: "15 minutes" }, "15m", "15s", "14m"],
    [{}, { interval: "825 seconds" }, "13m 45s", "15s", "14m"],
    [{ life: "10 minutes" }, { interval: "10 minutes" }, "10m", "15s", "9m"],
    [{ life: "1 minute", margin: "20 seconds" }, {}, "26s 666ms", "15s", "40s"],
    [{ life: "20 seconds", margin: "1 seconds" }, { interval: "4 seconds", floor: "1 seconds" }, "4s", "15s", "19s"]
  ] as const)("interval and life: %j %j", ([options, keepAlive, interval, call, usable]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* refusal(options, keepAlive), {
        path: "keep-alive interval",
        message:
          `the keep-alive interval of ${interval} and a call of up to ${call} ` +
          `do not fit into the ${usable} for which an unused session is trusted: make it shorter`
      })
    })
  )

  it.virtual("a deadline that leaves no room", () =>
    Effect.gen(function* () {
      const { message } = yield* refusal({}, {}, { deadline: "20 minutes" })
      assert.include(message, "9m 20s")
      assert.include(message, "20m")
      assert.include(message, "14m")
    })
  )
})

describe("times that just hold", () => {
  it.virtual.each([
    [{ margin: 899_999 }, undefined],
    [{ life: 2 ** 31 - 1 }, undefined],
    [{ life: Duration.days(24) }, {}],
    [{}, { interval: 824_999 }],
    [{}, { interval: "30 seconds" }],
    [{}, { interval: "600 seconds", floor: "600 seconds" }],
    [{ life: [3600, 0] }, { interval: 60_000_000_000n }],
    [{ maxAge: 1 }, {}],
    [{ loginBudget: { limit: 1, spacing: 1, window: 1 } }, {}]
  ] as const)("are taken: %j", ([options, keepAlive]) => Effect.asVoid(start(Scripted.make(), options, keepAlive)))

  it.virtual("in seconds, for a demonstration", () =>
    Effect.gen(function* () {
      const server = Scripted.make({ deadline: "1 second" })
      const session = yield* start(
        server,
        { life: "8 seconds", margin: "1 second" },
        { interval: "4 seconds", floor: "1 second" }
      )
      yield* succeeds(session.ping, "1 minute")
      const times = server.log.slice(1).map((line) => Number(line.split(" ")[0]))
      assert.isAtLeast(times.length, 14)
      assert.isTrue(times.slice(1).every((time, index) => time - (times[index] ?? 0) <= 4))
    })
  )
})

it.virtual("is checked before anything is sent or logged, and the policies are taken as they are", () =>
  Effect.gen(function* () {
    const lines: Array<unknown> = []
    const logger = Logger.replace(
      Logger.defaultLogger,
      Logger.make(({ message }) => void lines.push(message))
    )
    const building = refusal({ life: 0, loginRetry: Schedule.stop, retry: Schedule.stop }, { retry: Schedule.stop })
    yield* Effect.provide(building, logger)
    assert.deepStrictEqual(lines, [])
    assert.isTrue(Layer.isLayer(KeepAlive.layer()))
  })
)
