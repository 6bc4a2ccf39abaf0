/**
 * What becomes of the messages to a number, as a value: for the emulator's `numbers` and `setNumber`, and for a `Script`.
 *
 * @since 0.1.0
 */
import * as Duration from "effect/Duration"
import * as Rec from "effect/Record"
import * as Schema from "effect/Schema"
import { duration } from "./internal/duration.ts"

const code = Schema.String.pipe(Schema.pattern(/^\d{3}$/, { description: "a code of three digits" }))

/**
 * What the status of a message is in turn: each code, and how long after the message went out it sets in.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Statuses = Schema.Record({ key: code, value: duration })

/**
 * Statuses and their times; the last that has set in is the one that the message has.
 *
 * @since 0.1.0
 * @category models
 */
export type Statuses = typeof Statuses.Type

/**
 * The outcomes: a message is refused with an error's code and never charged, or taken and then has these statuses.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Outcome = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("refused"), code }),
  Schema.Struct({ kind: Schema.Literal("taken"), statuses: Statuses })
)

/**
 * One outcome; `kind` tells them apart.
 *
 * @since 0.1.0
 * @category models
 */
export type Outcome = typeof Outcome.Type

/**
 * Each message is refused with this code, such as `121`.
 *
 * @since 0.1.0
 * @category constructors
 */
export const refused = (code: string): Outcome => ({ kind: "refused", code })

/**
 * Each message is taken and has these statuses, such as `{ "002": 0, "009": "2 seconds" }`; it is queued (002) before the first.
 *
 * @since 0.1.0
 * @category constructors
 */
export const taken = (statuses: Readonly<Record<string, Duration.DurationInput>>): Outcome => ({
  kind: "taken",
  statuses: Rec.map(statuses, (after) => Duration.decode(after))
})

/**
 * The number is blocked (121).
 *
 * @since 0.1.0
 * @category constructors
 */
export const blocked: Outcome = refused("121")

/**
 * Its owner has opted out (122).
 *
 * @since 0.1.0
 * @category constructors
 */
export const optedOut: Outcome = refused("122")

/**
 * The number is delisted (128).
 *
 * @since 0.1.0
 * @category constructors
 */
export const delisted: Outcome = refused("128")

/**
 * Messages reach the gateway after a second (003), and fail after five (007).
 *
 * @since 0.1.0
 * @category constructors
 */
export const undeliverable: Outcome = taken({ "002": 0, "003": "1 second", "007": "5 seconds" })
