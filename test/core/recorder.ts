import { Tracer } from "effect"

/** A tracer, the spans that it was asked for, and what is told of them: events, links and exits. */
export const recorder = () => {
  const spans: Array<Tracer.Span> = []
  const told: Array<unknown> = []
  const tell = (thing: unknown) => void told.push(thing)
  const tracer = Tracer.make({
    span: (name, parent, context, links, startTime, kind) => {
      const attributes = new Map<string, unknown>()
      const span: Tracer.Span = {
        _tag: "Span",
        spanId: String(spans.length),
        traceId: "trace",
        sampled: true,
        status: { _tag: "Started", startTime },
        name,
        parent,
        context,
        links,
        kind,
        attributes,
        attribute: (key, value) => void attributes.set(key, value),
        // A log line becomes an event of the span that it is written in.
        event: (name, _, attributes) => tell([name, attributes]),
        addLinks: tell,
        end: (_, exit) => tell(exit)
      }
      spans.push(span)
      return span
    },
    context: (run) => run()
  })
  return { tracer, spans, told }
}
