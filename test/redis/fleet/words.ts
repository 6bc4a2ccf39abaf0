// What a process of a fleet is started with, what it is told, and what it tells.
import * as Schema from "effect/Schema"

export const Options = Schema.Struct({
  /** By which the service tells who sends what. */
  name: Schema.String,
  endpoint: Schema.String,
  /** How to reach Redis, in its client's words. */
  redis: Schema.Record({ key: Schema.String, value: Schema.Unknown }),
  prefix: Schema.String,
  key: Schema.String,
  apiId: Schema.String,
  users: Schema.Array(Schema.String),
  password: Schema.String,
  /** Milliseconds, all of them. */
  life: Schema.Number,
  margin: Schema.Number,
  interval: Schema.Number,
  floor: Schema.Number,
  timeout: Schema.Number,
  patience: Schema.Number,
  spacing: Schema.Number,
  limit: Schema.Number,
  window: Schema.Number,
  /** By how much the clock of this process is ahead of the others'. */
  skew: Schema.Number
})
export type Options = typeof Options.Type

export const Order = Schema.Union(
  /** So many callers at once, of each account, once. */
  Schema.Struct({ do: Schema.Literal("call"), callers: Schema.Number }),
  /** So many callers, one call after the other, until all is to be calm again. */
  Schema.Struct({ do: Schema.Literal("load"), callers: Schema.Number, pause: Schema.Number }),
  Schema.Struct({ do: Schema.Literal("calm") }),
  Schema.Struct({ do: Schema.Literal("reset") }),
  Schema.Struct({ do: Schema.Literal("password"), password: Schema.String }),
  Schema.Struct({ do: Schema.Literal("states") })
)
export type Order = typeof Order.Type

/** An order, and by what its answer is known. */
export const Numbered = Schema.parseJson(Schema.Struct({ number: Schema.Number, order: Order }))

/** How calls have ended, and how long the longest took, in milliseconds. */
export const Tally = Schema.Struct({
  ends: Schema.Record({ key: Schema.String, value: Schema.Number }),
  longest: Schema.Number
})
export type Tally = typeof Tally.Type

/** An event of a session, and when it was told by a clock that nobody sets; the account is its place in the list. */
export const Event = Schema.Struct({
  event: Schema.String,
  generation: Schema.Number,
  account: Schema.Number,
  at: Schema.Number
})
export type Event = typeof Event.Type

export const Said = Schema.parseJson(
  Schema.Union(
    Event,
    Schema.Struct({ answer: Schema.Number, tally: Tally }),
    Schema.Struct({ answer: Schema.Number, states: Schema.Array(Schema.String) }),
    Schema.Struct({ answer: Schema.Number }),
    Schema.Struct({ ready: Schema.Literal(true) })
  )
)
export type Said = typeof Said.Type
