// The default timeline, played: a session and its keep-alive with nothing but defaults, on a virtual clock, over a service
// that answers at once or not at all. Chance is fixed at one end of every jitter, and then at the other.
import type { Envelope } from "@effect-clickatell/core/Envelope"
import { TransportError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Clock, Context, Duration, Effect, Layer, Ref, Stream, TestClock } from "effect"
import * as rules from "../../packages/core/src/internal/session/rules.ts"
import * as stage from "./stage.ts"
import * as svg from "./svg.ts"

const minute = 60_000
const length = 30

/** One request, answered or lost, or a keep-alive's look at a session that was in use; the time is in minutes. */
interface Deed {
  readonly at: number
  readonly what: "auth" | "ping" | "look"
  readonly ok: boolean
}

interface Scene {
  /** When the network is down, in minutes. */
  readonly down?: readonly [from: number, to: number]
  /** When the session is used, in minutes. */
  readonly uses: ReadonlyArray<number>
}

const now = Effect.map(Clock.currentTimeMillis, (millis) => millis / minute)

/** The emulator behind a network that remembers what was sent over it. */
const network = ({ down: [from, to] = [0, 0] }: Scene, note: (deed: Deed) => Effect.Effect<void>) =>
  Layer.effect(
    Transport,
    Effect.map(Transport, (transport) => ({
      ...transport,
      send: (envelope: Envelope) =>
        Effect.gen(function* () {
          const at = yield* now
          const ok = at < from || at >= to
          const { operation } = envelope
          yield* note({ at, what: operation === "auth" ? "auth" : "ping", ok })
          return ok
            ? yield* transport.send(envelope)
            : yield* new TransportError({ operation, reason: "Connect", phase: "connect", mayHaveReached: false })
        })
    }))
  ).pipe(Layer.provide(Emulator.layerTransport()), Layer.provide(Emulator.layer()))

/** What is done in the scene; the first use of the session logs in, and each later one pings it. */
const play = (scene: Scene, chance: 0 | 1) =>
  Effect.gen(function* () {
    const deeds = yield* Ref.make<ReadonlyArray<Deed>>([])
    const note = (deed: Deed) => Ref.update(deeds, (all) => [...all, deed])
    const kept = KeepAlive.layer().pipe(
      Layer.provideMerge(Session.layer({ credentials: stage.credentials })),
      Layer.provide(network(scene, note))
    )
    const session = Context.get(yield* Layer.build(kept), Session.Session)
    yield* Effect.fork(
      Stream.runForEach(Stream.filter(session.events, SessionEvent.$is("Skipped")), () =>
        Effect.flatMap(now, (at) => note({ at, what: "look", ok: true }))
      )
    )
    yield* Effect.forEach(
      scene.uses,
      (at) => Effect.fork(Effect.delay(at === 0 ? session.open : session.ping, Duration.minutes(at))),
      { discard: true }
    )
    yield* TestClock.adjust(Duration.minutes(length))
    return yield* Ref.get(deeds)
  }).pipe(stage.play(chance))

/** For how long an unused session is trusted, and for how long the service is said to keep it. */
const limits = Effect.gen(function* () {
  const byDefault = yield* rules.decode({})
  const withoutMargin = yield* rules.decode({ margin: "1 millis" })
  return { trusted: byDefault.usable / minute, life: (withoutMargin.usable + 1) / minute }
})

const left = 28
const x = (minutes: number): number => left + (minutes * (svg.width - 2 * left)) / length

const axis = (y: number): ReadonlyArray<string> => [
  svg.line(x(0), y, x(length), y, "edge"),
  ...Array.from({ length: length / 5 + 1 }, (_, index) => index * 5).flatMap((minutes) => [
    svg.line(x(minutes), y, x(minutes), y + 5, "edge"),
    svg.text(x(minutes), y + 20, minutes === length ? `${minutes} min` : `${minutes}`, "small", "middle")
  ])
]

const track = (y: number, title: string, says: string): ReadonlyArray<string> => [
  svg.text(svg.margin, y - 72, title, "name"),
  svg.paragraph(y - 54, says),
  svg.line(x(0), y, x(length), y, "grid")
]

/** The part of a second track that differs from the first is chance: a band from one to the other. */
const bands = (y: number, early: ReadonlyArray<Deed>, late: ReadonlyArray<Deed>): ReadonlyArray<string> =>
  early.flatMap(({ at, what }, index) => {
    const until = late[index]?.at ?? length
    return what === "ping" && until > at ? [svg.rect(x(at), y - 11, x(until) - x(at), 22, "band", 4)] : []
  })

const markAt = (x: number, y: number, { ok, what }: Deed, kind: string = ok ? "dot-good" : "dot-bad"): string => {
  if (what === "look") return svg.circle(x, y, 4, "ring")
  return what === "auth" ? svg.rect(x - 5, y - 5, 10, 10, kind) : svg.circle(x, y, ok ? 5 : 4, kind)
}

const mark = (y: number, deed: Deed, kind?: string): string => markAt(x(deed.at), y, deed, kind)

/** Marks that would cover each other stand one above the other. */
const stacked = (y: number, deeds: ReadonlyArray<Deed>): ReadonlyArray<string> => {
  const ends: Array<number> = []
  return deeds.map((deed) => {
    const free = ends.findIndex((end) => x(deed.at) - end >= 10)
    const level = free < 0 ? ends.length : free
    ends[level] = x(deed.at)
    return mark(y - level * 11, deed)
  })
}

const limit = (y: number, at: number, label: string): ReadonlyArray<string> => [
  svg.line(x(at), y - 22, x(at), y + 16, "limit"),
  svg.text(x(at) + 5, y + 24, label, "limit-text")
]

const clock = (minutes: number): string => {
  const seconds = Math.round(minutes * 60)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`
}

const idleTrack = (y: number, early: ReadonlyArray<Deed>, late: ReadonlyArray<Deed>) => [
  ...track(
    y,
    "Nobody uses the session",
    "A ping falls anywhere in its band, so that clients which started together spread out."
  ),
  ...bands(y, early, late),
  ...late.map((deed) => mark(y, deed))
]

const busyTrack = (y: number, uses: ReadonlyArray<number>, early: ReadonlyArray<Deed>, late: ReadonlyArray<Deed>) => {
  const isOwn = ({ at, what }: Deed) => what === "ping" && uses.includes(at)
  const pings = (deeds: ReadonlyArray<Deed>) => deeds.filter((deed) => deed.what === "ping" && !isOwn(deed))
  return [
    ...track(
      y,
      "The program uses it",
      "The keep-alive looks, sees that the session was used, and sends nothing until its use ends."
    ),
    ...bands(y, pings(early), pings(late)),
    ...late.map((deed) => (isOwn(deed) ? mark(y, deed, "dot-soft") : mark(y, deed)))
  ]
}

const cutTrack = (y: number, [from, to]: readonly [number, number], trusted: number, deeds: ReadonlyArray<Deed>) => [
  ...track(
    y,
    "The network is down",
    `From ${clock(from)} to ${clock(to)}: pings while the session may live, then one login a minute until one succeeds.`
  ),
  svg.rect(x(from), y - 28, x(to) - x(from), 39, "cut", 4),
  ...limit(y, trusted, `no longer trusted after ${trusted} minutes`),
  ...stacked(y, deeds)
]

const deed = (what: Deed["what"], ok: boolean, kind?: string) => (x: number, y: number) =>
  markAt(x, y, { at: 0, what, ok }, kind)

const meanings: ReadonlyArray<svg.Meaning> = [
  [deed("auth", true), "login"],
  [deed("ping", true), "ping of the keep-alive"],
  [deed("ping", true, "dot-soft"), "call of the program"],
  [deed("look", true), "look without a ping"],
  [deed("ping", false), "ping without an answer"],
  [deed("auth", false), "login without an answer"],
  [(x, y) => svg.rect(x - 8, y - 8, 16, 16, "band", 3), "a ping falls in here"],
  [(x, y) => svg.rect(x - 8, y - 8, 16, 16, "cut", 3), "no network"]
]

/** The picture; everything in it but the words was found by playing. */
export const draw = Effect.gen(function* () {
  const { life, trusted } = yield* limits
  const uses = [0, 3, 6, 9, 12, 15]
  const down = [1, 20] as const
  const idle = [yield* play({ uses: [0] }, 0), yield* play({ uses: [0] }, 1)] as const
  const busy = [yield* play({ uses }, 0), yield* play({ uses }, 1)] as const
  const cut = yield* play({ uses: [0], down }, 1)
  return svg.picture(
    592,
    "The default timeline of a kept session",
    `The service keeps an unused session for ${life} minutes, and it is trusted for ${trusted}. Idle, it is pinged at ` +
      `${idle[1].flatMap(({ at, what }) => (what === "ping" ? [clock(at)] : [])).join(", ")} at the latest. Without a network ` +
      `there are requests at ${cut.map(({ at, what }) => `${clock(at)} (${what})`).join(", ")}.`,
    [
      svg.text(svg.margin, 30, "The default timeline of a kept session", "title"),
      ...idleTrack(134, ...idle),
      ...busyTrack(254, uses, ...busy),
      ...cutTrack(382, down, trusted, cut),
      ...axis(440),
      svg.legend(490, meanings),
      svg.paragraph(564, "Attempts that follow each other closely stand one above the other.")
    ]
  )
})
