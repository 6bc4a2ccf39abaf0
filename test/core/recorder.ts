import { Tracer } from "effect"

/** A tracer, the spans that it was asked for, and what is told of them: events, links and exits. */
export const recorder = () => {
  const spans: Array<Tracer.Span> = []
  const told: Array<unknown> = []
  const tell = (thing: unknown) => void told.push(thing)
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const all = [...links]
      let status: Tracer.SpanStatus = { _tag: "Started", startTime }
      const span: Tracer.Span = {
        _tag: "Span",
        spanId: String(spans.length),
        traceId: "trace",
        sampled: true,
        get status() {
          return status
        },
        name,
        parent,
        context,
        links: all,
        kind,
        attributes,
        attribute: (key, value) => void attributes.set(key, value),
        // A log line becomes an event of the span that it is written in.
        event: (name, _, attributes) => tell([name, attributes]),
        addLinks: (more) => {
          all.push(...more)
          tell(more)
        },
        end: (endTime, exit) => {
          status = { _tag: "Ended", startTime, endTime, exit }
          tell(exit)
        }
      }
      spans.push(span)
      return span
    },
    context: (run) => run()
  })
  return { tracer, spans, told }
}
