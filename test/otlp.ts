// What is sent to a collector by OpenTelemetry's protocol in JSON, as far as it is looked at here.
import { Option, Schema } from "effect"

const Attributes = Schema.transform(
  Schema.Array(
    Schema.Struct({
      key: Schema.String,
      value: Schema.Record({ key: Schema.String, value: Schema.Unknown })
    })
  ),
  Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  {
    strict: true,
    decode: (pairs) => Object.fromEntries(pairs.map(({ key, value }) => [key, Object.values(value)[0]])),
    encode: () => []
  }
)

const Span = Schema.Struct({
  traceId: Schema.String,
  spanId: Schema.String,
  parentSpanId: Schema.optional(Schema.String),
  name: Schema.String,
  kind: Schema.Number,
  attributes: Attributes,
  links: Schema.Array(Schema.Struct({ spanId: Schema.String })),
  status: Schema.Struct({ code: Schema.Number })
})

const Points = Schema.Struct({ dataPoints: Schema.Array(Schema.Struct({ attributes: Attributes })) })

const Metric = Schema.Struct({
  name: Schema.String,
  unit: Schema.String,
  sum: Schema.optional(Schema.Struct({ ...Points.fields, isMonotonic: Schema.Boolean })),
  gauge: Schema.optional(Points),
  histogram: Schema.optional(Points)
})

const Traces = Schema.parseJson(
  Schema.Struct({
    resourceSpans: Schema.Array(
      Schema.Struct({ scopeSpans: Schema.Array(Schema.Struct({ spans: Schema.Array(Span) })) })
    )
  })
)

const Metrics = Schema.parseJson(
  Schema.Struct({
    resourceMetrics: Schema.Array(
      Schema.Struct({ scopeMetrics: Schema.Array(Schema.Struct({ metrics: Schema.Array(Metric) })) })
    )
  })
)

export type Span = typeof Span.Type
export type Metric = typeof Metric.Type

interface Request {
  readonly url: string
  readonly body: string
}

const bodies = (received: ReadonlyArray<Request>, path: string) =>
  received.flatMap(({ body, url }) => (url === path ? [body] : []))

export const spans = (received: ReadonlyArray<Request>): ReadonlyArray<Span> =>
  bodies(received, "/v1/traces")
    .map((body) => Schema.decodeUnknownSync(Traces)(body))
    .flatMap(({ resourceSpans }) => resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans)
    .flatMap(({ spans }) => spans)

/** The metrics as they were sent last. */
export const metrics = (received: ReadonlyArray<Request>): ReadonlyArray<Metric> =>
  Option.fromNullable(bodies(received, "/v1/metrics").at(-1))
    .pipe(
      Option.map((body) => Schema.decodeUnknownSync(Metrics)(body)),
      Option.match({ onNone: () => [], onSome: ({ resourceMetrics }) => resourceMetrics })
    )
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
