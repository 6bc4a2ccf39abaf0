// Who asks whom in a fleet. The times in the picture are found by playing: a kept session on a register that remembers what is
// put into it, whose entries are then opened.
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { Register } from "@effect-clickatell/core/SessionStore"
import { SessionStore } from "@effect-clickatell/core/SessionStore"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Clock, Context, Effect, Layer, Redacted, TestClock } from "effect"
import * as rules from "../../packages/core/src/internal/session/rules.ts"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import * as entry from "../../packages/core/src/internal/session/store/entry.ts"
import * as settings from "../../packages/core/src/internal/session/store/settings.ts"
import { Store } from "../../packages/core/src/internal/session/store/store.ts"
import { glass } from "../../test/core/fleetRegister.ts"
import * as virtualTime from "../../test/core/virtualTime.ts"
import * as stage from "./stage.ts"
import * as svg from "./svg.ts"

const second = 1000
const minute = 60 * second
const hour = 60 * minute

const key = Redacted.make("a key for a drawing alone")

/** What was put into the register, and when. */
interface Put {
  readonly name: string
  readonly value: string
  readonly life: number
  readonly now: number
}

const remembering = (puts: Array<Put>): Register => {
  const values = new Map<string, string>()
  return {
    read: (name) => Effect.map(Clock.currentTimeMillis, (now) => ({ value: values.get(name), now })),
    replace: (name, { expected, life, value }) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const replaced = values.get(name) === expected
        if (replaced) {
          values.set(name, value)
          puts.push({ name, value, life, now })
        }
        return { value: values.get(name), now, replaced }
      })
  }
}

/** How long an entry is kept, and how long each leave lasts, in milliseconds. */
const play = Effect.gen(function* () {
  const puts: Array<Put> = []
  // Nothing is sealed: cryptography takes real time, which passes beside that of the world.
  const seal = glass()
  const store = new Store(remembering(puts), yield* settings.decode({ keys: [key] }), [seal])
  const kept = KeepAlive.layer().pipe(
    Layer.provideMerge(Session.layer({ credentials: stage.credentials })),
    Layer.provide(Layer.succeed(SessionStore, store)),
    Layer.provide(Emulator.layerTransport()),
    Layer.provide(Emulator.layer())
  )
  const session = Context.get(yield* Layer.build(kept), Session.Session)
  yield* session.open
  yield* TestClock.adjust("30 minutes")

  const opened = yield* Effect.forEach(puts, ({ name, now, value }) =>
    Effect.map(seal.open(name, value), (text) => ({ now, entry: entry.read(text ?? "") }))
  )
  const longest = (of: (entry: Entry | undefined) => number | undefined) =>
    Math.max(...opened.flatMap((put) => (of(put.entry) ?? put.now) - put.now))
  return {
    kept: Math.max(...puts.map(({ life }) => life)),
    login: longest((entry) => entry?.login?.until),
    ping: longest((entry) => entry?.ping?.until)
  }
}).pipe(Effect.scoped)

const box = (x: number, y: number, wide: number, high: number, kind: string, title: string) => [
  svg.rect(x, y, wide, high, kind, 8),
  svg.text(x + 12, y + 22, title, "name")
]

/** What each process sends to the service. */
const sends = [["every call"], ["every call, and", "at times a login", "or ping for all"], ["every call"]]

const full = svg.width - 2 * svg.margin

const process = (says: ReadonlyArray<string>, index: number): ReadonlyArray<string> => {
  const x = svg.margin + index * 154
  const middle = x + 70
  return [
    ...box(x, 182, 140, 82, "box", `process ${index + 1}`),
    svg.lines(x + 12, 222, ["has the session", "in memory for its", "callers"], "small"),
    svg.arrow(`M${middle} 182V102`),
    svg.lines(middle + 7, 128, says, "ink-small"),
    svg.arrow(`M${middle} 264V306`)
  ]
}

const service = [
  ...box(svg.margin, 46, full, 54, "box", "the service"),
  svg.text(svg.margin + 12, 86, "knows the session by its id, whoever sends it", "small")
]

/** Each thing that an entry holds, and until when. */
const row = (y: number, what: string, until: string): ReadonlyArray<string> => [
  svg.text(svg.margin + 12, y, what, "ink-small"),
  svg.text(svg.margin + 26, y + svg.lineHeight, until, "small")
]

export const draw = Effect.gen(function* () {
  const { kept, login, ping } = yield* Effect.sync(() => virtualTime.make("fleet").play(play))
  const { patience } = yield* settings.decode({ keys: [key] })
  const { budget, usable } = yield* rules.decode({})
  const rows = [
    ["the session, and when it was used", `until it was unused for ${usable / minute} minutes`],
    ["leave to log in, a token", `until it has ended, or for ${login / second} seconds`],
    ["leave to ping, a token", `until it has succeeded, or for ${ping / second} seconds`],
    ["the logins that the budget counts", `for ${budget.window / minute} minutes`],
    ["digests of refused credentials", "until a login with them, or a reset"]
  ] as const
  const whoAsks =
    "The store is asked by whoever has no session, wants to ping, or has used the session; an entry is replaced if nobody else has"
  const howLong = `done so in between. Whoever gets no answer within ${patience / second} second goes on alone. A call waits for none of that while there is a session.`
  return svg.picture(
    712,
    "Who asks whom in a fleet",
    `Each process sends its calls to the service, and one of them a login or a ping for all. ${whoAsks} ${howLong} ` +
      `The sealed entry of an account holds: ${rows.map(([what, until]) => `${what} (${until})`).join("; ")}. ` +
      `It is kept for ${kept / hour} hours after it was last written.`,
    [
      svg.text(svg.margin, 30, "Who asks whom in a fleet", "title"),
      ...service,
      ...sends.flatMap(process),
      ...box(svg.margin, 308, full, 290, "box", "the store"),
      svg.text(svg.margin + 12, 350, "has one sealed entry for the account, with", "small"),
      ...rows.flatMap(([what, until], index) => row(378 + index * 40, what, until)),
      svg.text(svg.margin + 12, 582, `for ${kept / hour} hours after it was last written`, "small"),
      svg.paragraph(624, `${whoAsks} ${howLong}`)
    ]
  )
})
