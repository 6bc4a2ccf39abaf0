// What the packages are for, at one glance: the same calls with an id that was asked for once, and through a kept session. Both
// are played against the emulator on a virtual clock, and what is drawn is its log.
import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import type { Scope } from "effect"
import { Array as Arr, Context, Duration, Effect, Layer, TestClock } from "effect"
import * as stage from "./stage.ts"
import * as svg from "./svg.ts"

const minute = 60_000
const length = 60

/** How many calls there are at once, and when, in minutes. */
const uses = [
  { at: 0, calls: 1 },
  { at: 6, calls: 1 },
  { at: 40, calls: 1 },
  { at: 54, calls: 50 }
]
const restart = 51

/** Who makes the calls; how each of them ends is read from the service's log. */
interface Client {
  readonly call: Effect.Effect<void>
}

/** One login, whose id is used from then on. */
const byHand = Effect.gen(function* () {
  const id = yield* Effect.flatMap(stage.credentials, Authenticate.authenticate)
  const transport = yield* Effect.context<Transport>()
  return { call: Effect.ignore(Effect.provide(Command.execute(Commands.getBalance, id), transport)) }
})

const kept = Effect.gen(function* () {
  const layer = Layer.provideMerge(KeepAlive.layer(), Session.layer({ credentials: stage.credentials }))
  const session = Context.get(yield* Layer.build(layer), Session.Session)
  return { call: Effect.ignore(session.execute(Commands.getBalance)) }
})

/** What the service was asked, those requests together that differ in nothing. */
interface Asked {
  readonly at: number
  readonly operation: string
  readonly isOk: boolean
  readonly times: number
}

const play = <E>(client: Effect.Effect<Client, E, Transport | Scope.Scope>) =>
  Effect.gen(function* () {
    const emulator = yield* Emulator.Emulator
    const { call } = yield* client
    for (const { at, calls } of uses) {
      yield* Effect.fork(
        Effect.delay(Effect.replicateEffect(call, calls, { concurrency: "unbounded" }), Duration.minutes(at))
      )
    }
    yield* Effect.fork(Effect.delay(emulator.expireSessions, Duration.minutes(restart)))
    yield* TestClock.adjust(Duration.minutes(length))
    const log = yield* emulator.log
    return Object.values(Arr.groupBy(log, ({ at, operation, outcome }) => [at, operation, outcome].join())).map(
      ([{ at, operation, outcome }, ...others]): Asked => ({
        at: at / minute,
        operation,
        isOk: outcome === "OK",
        times: 1 + others.length
      })
    )
  }).pipe(Effect.provide(Layer.provideMerge(Emulator.layerTransport(), Emulator.layer())), stage.play(1))

const left = 28
const x = (minutes: number) => left + (minutes * (svg.width - 2 * left - 14)) / length

const markAt = (x: number, y: number, { isOk, operation }: Pick<Asked, "isOk" | "operation">): string => {
  if (operation === "auth") return svg.rect(x - 5, y - 5, 10, 10, "dot-good")
  if (operation === "ping") return svg.circle(x, y, 4, isOk ? "dot-soft" : "dot-bad")
  return isOk ? svg.circle(x, y, 6, "dot-good") : svg.circle(x, y, 5, "ring-bad")
}

/** What happens in the same minute stands one above the other. */
const lane = (y: number, title: string, asked: ReadonlyArray<Asked>) => {
  const total = uses.reduce((sum, { calls }) => sum + calls, 0)
  const answered = asked.reduce((sum, it) => sum + (it.operation === "getbalance" && it.isOk ? it.times : 0), 0)
  const height = (index: number) => asked.slice(0, index).filter(({ at }) => at === asked[index]?.at).length * 15
  return {
    says: `${title}: ${answered} of ${total} calls are answered`,
    parts: [
      svg.text(svg.margin, y - 56, title, "name"),
      svg.text(svg.width - svg.margin, y - 56, `${answered} of ${total} calls are answered`, "small", "end"),
      svg.line(x(0), y, x(length), y, "grid"),
      svg.line(x(restart), y - 42, x(restart), y + 10, "limit"),
      ...asked.flatMap((it, index) => {
        const at = y - height(index)
        const times = it.times > 1 ? [svg.text(x(it.at) + 11, at + 4, `${it.times} times`, "small over")] : []
        return [markAt(x(it.at), at, it), ...times]
      })
    ]
  }
}

const axis = (y: number): ReadonlyArray<string> => [
  svg.line(x(0), y, x(length), y, "edge"),
  ...[0, 15, 30, 45, 60].flatMap((minutes) => [
    svg.line(x(minutes), y, x(minutes), y + 5, "edge"),
    svg.text(x(minutes), y + 20, minutes === length ? `${minutes} min` : `${minutes}`, "small", "middle")
  ])
]

const meaning = (operation: string, isOk: boolean, words: string): svg.Meaning => [
  (x, y) => markAt(x, y, { operation, isOk }),
  words
]

export const draw = Effect.gen(function* () {
  const lanes = [lane(116, "One login, by hand", yield* play(byHand)), lane(228, "A kept session", yield* play(kept))]
  return svg.picture(
    326,
    "The same calls, by hand and through a kept session",
    `${lanes.map(({ says }) => says).join(". ")}. After ${restart} minutes the service restarts and forgets its sessions.`,
    [
      svg.text(svg.margin, 30, "The same calls, without it and with it", "title"),
      svg.text(x(restart) - 6, 90, "the service restarts", "limit-text", "end"),
      ...lanes.flatMap(({ parts }) => parts),
      ...axis(254),
      svg.legend(300, [
        meaning("auth", true, "login"),
        meaning("ping", true, "ping"),
        meaning("getbalance", true, "call, answered"),
        meaning("getbalance", false, "call, refused")
      ])
    ]
  )
})
