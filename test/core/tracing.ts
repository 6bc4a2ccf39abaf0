import type { Exit } from "effect"
import { Effect, Tracer } from "effect"

export interface Seen {
  readonly name: string
  readonly parent: string | undefined
  readonly links: Array<string>
  readonly attributes: Map<string, unknown>
  exit: Exit.Exit<unknown, unknown> | undefined
  startedAt: bigint
  endedAt: bigint
}

/** Remembers the spans of whatever is run with it, each known by its name and number. */
export const recorder = () => {
  const spans: Array<Seen> = []
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const spanId = `${name} ${spans.filter((it) => it.name.startsWith(name)).length + 1}`
      const seen: Seen = {
        name: spanId,
        parent: parent._tag === "Some" ? parent.value.spanId : undefined,
        links: links.map(({ span }) => span.spanId),
        attributes: new Map(),
        exit: undefined,
        startedAt: startTime,
        endedAt: startTime
      }
      spans.push(seen)
      return {
        _tag: "Span",
        spanId,
        traceId: "trace",
        sampled: true,
        status: { _tag: "Started", startTime },
        name,
        parent,
        context,
        links,
        kind,
        attributes: seen.attributes,
        attribute: (key, value) => void seen.attributes.set(key, value),
        event: () => {},
        addLinks: (more) => void seen.links.push(...more.map(({ span }) => span.spanId)),
        end: (endTime, exit) => {
          seen.endedAt = endTime
          seen.exit = exit
        }
      }
    },
    context: (run) => run()
  })
  return {
    spans,
    within: Effect.withTracer(tracer),
    named: (name: string) => spans.filter((span) => span.name.startsWith(name))
  }
}
