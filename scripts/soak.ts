// Sessions that live for hours in minutes: every timer of client and service runs on one clock that is sped up, over real
// sockets and with faults. Ends with 1 if heap, sockets, timers or fibers grow.
//
//   npx pnpm soak [--hours 1] [--speed 60] [--sessions 20]
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { Clock, Console, Context, Duration, Effect, Fiber, Layer, Logger, Random } from "effect"
import { parseArgs } from "node:util"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"

const { values } = parseArgs({
  options: {
    hours: { type: "string", default: "1" },
    speed: { type: "string", default: "60" },
    sessions: { type: "string", default: "20" }
  }
})
const [hours, speed, sessions] = [Number(values.hours), Number(values.speed), Number(values.sessions)]
const samples = 24

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** The live clock, faster: a session's 15 minutes pass in 15 seconds at a speed of 60. */
const faster = (clock: Clock.Clock): Clock.Clock => {
  const start = { wall: clock.unsafeCurrentTimeMillis(), monotonic: clock.unsafeCurrentTimeNanos() }
  const wall = () => Math.round(start.wall + (clock.unsafeCurrentTimeMillis() - start.wall) * speed)
  const monotonic = () => start.monotonic + (clock.unsafeCurrentTimeNanos() - start.monotonic) * BigInt(speed)
  return {
    ...clock,
    [Clock.ClockTypeId]: Clock.ClockTypeId,
    unsafeCurrentTimeMillis: wall,
    unsafeCurrentTimeNanos: monotonic,
    currentTimeMillis: Effect.sync(wall),
    currentTimeNanos: Effect.sync(monotonic),
    sleep: (duration) => clock.sleep(Duration.times(duration, 1 / speed))
  }
}

interface Sample {
  readonly heap: number
  readonly sockets: number
  readonly timers: number
  readonly fibers: number
}

const sample: Effect.Effect<Sample> = Effect.gen(function* () {
  yield* Effect.sync(collectGarbage)
  const resources = process.getActiveResourcesInfo()
  const fibers = yield* Fiber.roots
  return {
    heap: process.memoryUsage().heapUsed,
    sockets: resources.filter((name) => name.startsWith("TCPSocket")).length,
    timers: resources.filter((name) => name === "Timeout").length,
    fibers: Array.from(fibers).length
  }
})

/** A caller who comes and goes, so that some pings are skipped and some calls meet a fault. */
const caller = (session: Session.Session["Type"]) =>
  Effect.ignore(session.ping).pipe(
    Effect.zipRight(Effect.flatMap(Random.nextIntBetween(1, 40), (minutes) => Effect.sleep(Duration.minutes(minutes)))),
    Effect.forever
  )

const faults = [
  Fault.reset,
  Fault.drop,
  Fault.truncate,
  Fault.stall,
  Fault.status(503),
  Fault.reply("ERR: 901, Internal error")
]

const trouble = (emulator: Emulator.Emulator["Type"]) =>
  Effect.gen(function* () {
    yield* Effect.sleep(Duration.minutes(yield* Random.nextIntBetween(1, 10)))
    const which = yield* Random.nextIntBetween(0, faults.length + 1)
    const fault = faults[which]
    yield* fault === undefined ? emulator.expireSessions : emulator.fail(fault, { times: 3 })
  }).pipe(Effect.forever)

const line = (minutes: number, { fibers, heap, sockets, timers }: Sample) =>
  Console.log(
    `${String(minutes).padStart(4)} min  heap ${(heap / 2 ** 20).toFixed(1)} MiB  sockets ${sockets}  timers ${timers}  fibers ${fibers}`
  )

const mean = (taken: ReadonlyArray<Sample>, what: keyof Sample) =>
  taken.reduce((sum, each) => sum + each[what], 0) / taken.length

/** The last third against the third before it; the emulator's log, which is never cut, is part of the heap. */
const verdict = (taken: ReadonlyArray<Sample>) => {
  const third = Math.floor(taken.length / 3)
  const [before, after] = [taken.slice(third, 2 * third), taken.slice(-third)]
  return (["heap", "sockets", "timers", "fibers"] as const).map((what) => {
    const ratio = (mean(after, what) + 1) / (mean(before, what) + 1)
    return { what, ratio, flat: ratio < 1.1 }
  })
}

const soak = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const transport = HttpTransport.layerFetch({ endpoint: endpoint("document-literal") })
  const credentials = Credentials.make({ apiId: "123456", user: "demo", password: "demo" })
  const one = KeepAlive.layer().pipe(Layer.provideMerge(Session.layer({ credentials })), Layer.provide(transport))
  yield* Effect.forEach(Array.from({ length: sessions }), () =>
    Effect.flatMap(Layer.build(Layer.fresh(one)), (context) =>
      Effect.forkScoped(caller(Context.get(context, Session.Session)))
    )
  )
  yield* Effect.forkScoped(trouble(emulator))

  const minutes = (hours * 60) / samples
  const taken = yield* Effect.forEach(Array.from({ length: samples }), (_, index) =>
    Effect.sleep(Duration.minutes(minutes)).pipe(
      Effect.zipRight(sample),
      Effect.tap((sample) => line(Math.round((index + 1) * minutes), sample))
    )
  )
  const log = yield* emulator.log
  const count = (operation: string, outcome: string) =>
    log.filter((entry) => entry.operation === operation && entry.outcome === outcome).length
  yield* Console.log(
    `${sessions} sessions, ${log.length} requests: ${count("auth", "OK")} logins, ${count("ping", "OK")} pings, ` +
      `${count("ping", "ERR 001")} refusals`
  )
  const judged = verdict(taken)
  yield* Console.log(
    judged.map(({ flat, ratio, what }) => `${what} x${ratio.toFixed(3)} ${flat ? "flat" : "GROWS"}`).join(", ")
  )
  process.exitCode = judged.every(({ flat }) => flat) ? 0 : 1
})

Effect.clockWith((clock) =>
  soak.pipe(
    Effect.scoped,
    Effect.provide([Layer.provideMerge(EmulatorServer.layer(), Emulator.layer()), Logger.remove(Logger.defaultLogger)]),
    Effect.withClock(faster(clock))
  )
).pipe(Effect.runPromise)
