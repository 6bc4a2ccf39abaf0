// The spans of fifty callers who ping a session that the service no longer knows, played on a virtual clock under a tracer that
// remembers them.
import * as Session from "@effect-clickatell/core/Session"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { Array as Arr, Effect, Fiber, Layer, Option, TestClock } from "effect"
import type { Tracer } from "effect"
import { recorder } from "../../test/core/recorder.ts"
import * as stage from "./stage.ts"
import * as svg from "./svg.ts"

const waiters = 50

interface Seen {
  readonly id: string
  readonly name: string
  readonly parent: string | undefined
  readonly links: ReadonlyArray<string>
  readonly attributes: ReadonlyMap<string, unknown>
  /** In milliseconds. */
  readonly start: number
  readonly end: number
}

const millis = (nanos: bigint): number => Number(nanos) / 1e6

const seen = ({ attributes, links, name, parent, spanId, status }: Tracer.Span): Seen => ({
  id: spanId,
  name,
  parent: Option.getOrUndefined(parent)?.spanId,
  links: links.map(({ span }) => span.spanId),
  attributes,
  start: millis(status.startTime),
  end: millis(status._tag === "Ended" ? status.endTime : status.startTime)
})

const layer = Session.layer({ credentials: stage.credentials }).pipe(
  Layer.provide(Emulator.layerTransport({ latency: "100 millis" })),
  Layer.provideMerge(Emulator.layer())
)

const inTime = <A, E>(effect: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("1 minute")
    yield* Fiber.join(fiber)
  })

/** What the tracer saw from the moment on at which the service had forgotten the session. */
const play = Effect.suspend(() => {
  const { spans, tracer } = recorder()
  return Effect.gen(function* () {
    const session = yield* Session.Session
    const emulator = yield* Emulator.Emulator
    yield* inTime(session.ping)
    yield* emulator.expireSessions
    spans.length = 0
    const pings = Effect.replicateEffect(session.ping, waiters, { concurrency: "unbounded", discard: true })
    yield* inTime(Effect.withSpan(pings, "your own span"))
    return spans.map(seen)
  }).pipe(Effect.provide(layer), Effect.withTracer(tracer), stage.play(0))
})

/** Spans that differ in nothing that is drawn. */
interface Row {
  readonly spans: Arr.NonEmptyReadonlyArray<Seen>
  readonly name: string
  readonly isChild: boolean
  readonly error: unknown
  readonly start: number
  readonly end: number
}

const rowsOf = (spans: ReadonlyArray<Seen>): ReadonlyArray<Row> =>
  Object.values(
    Arr.groupBy(spans, ({ end, links, name, parent, start }) => [name, parent, start, end, ...links].join(" "))
  )
    .map((alike) => {
      const { attributes, end, name, parent, start } = alike[0]
      return { spans: alike, name, isChild: parent !== undefined, error: attributes.get("error.type"), start, end }
    })
    .toSorted((one, other) => one.start - other.start || Number(one.spans[0].id) - Number(other.spans[0].id))

const left = 24
const top = 80
const tall = 46

export const draw = Effect.map(play, (spans) => {
  const rows = rowsOf(spans)
  const first = Math.min(...rows.map(({ start }) => start))
  const length = Math.max(...rows.map(({ end }) => end)) - first
  const x = (at: number) => left + ((at - first) * (svg.width - 2 * left)) / length
  const y = (row: Row) => top + rows.indexOf(row) * tall
  const bottom = top + rows.length * tall

  const bar = (row: Row): ReadonlyArray<string> => {
    const { end, error, isChild, name, spans, start } = row
    const [from, to] = [x(start), x(end)]
    const says = [
      ...(spans.length > 1 ? [`${spans.length} times`] : []),
      ...(error === undefined ? [] : [`error.type ${String(error)}`]),
      `${Math.round(end - start)} ms`
    ].join(", ")
    return [
      svg.rect(from, y(row), to - from, 14, error === undefined ? "box-good" : "box-bad", 4),
      svg.entry(isChild ? left + 20 : left, y(row) - 6, name, says)
    ]
  }

  const linked = rows.flatMap((from) =>
    rows.flatMap((to) => (to.spans.some(({ id }) => from.spans[0].links.includes(id)) ? [{ from, to }] : []))
  )
  const link = ({ from, to }: (typeof linked)[number]) =>
    svg.arrow(`M${Math.round(x(to.end)) - 14} ${y(from) + 14}V${y(to) - 1}`)

  return svg.picture(
    bottom + 96,
    "Fifty callers, one login, one replay",
    rows
      .map(({ end, name, spans, start }) => `${spans.length} ${name} from ${start - first} to ${end - first} ms`)
      .join("; "),
    [
      svg.text(svg.margin, 30, `${waiters} callers ping a session`, "title"),
      svg.text(svg.margin, 50, "that the service has forgotten", "title"),
      ...linked.map(link),
      ...rows.flatMap(bar),
      svg.legend(bottom, [
        [(x, y) => svg.rect(x - 8, y - 6, 16, 12, "box-good", 4), "span"],
        [(x, y) => svg.rect(x - 8, y - 6, 16, 12, "box-bad", 4), "span with an error"],
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`), "link"]
      ]),
      svg.paragraph(
        bottom + 30,
        "Indented: a child of the span above it. Each of the others is a root, in a trace of its own. A link goes from a call " +
          "to the request that answered it, and from a wait to the login it waited for."
      )
    ]
  )
})
