import type * as BigDecimal from "effect/BigDecimal"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Command from "../../Command.ts"
import type * as Reply from "../../Reply.ts"
import { amount, msisdn } from "./domain.ts"

/**
 * Asks for the balance in credits, a decimal of at most 40 characters that may be below zero (HTTP 2.3.8 §6.2); idempotent.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { BigDecimal, Effect } from "effect"
 *
 * // Whether there are at least 100 credits left.
 * export const hasCredit = Effect.gen(function* () {
 *   const session = yield* Session.Session
 *   const balance = yield* session.execute(Commands.getBalance)
 *   return BigDecimal.greaterThanOrEqualTo(balance, BigDecimal.unsafeFromString("100"))
 * })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const getBalance: Command.Command<BigDecimal.BigDecimal> = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Schema.decodeOption(amount)(record.amount) : Option.none()),
  idempotent: true
})({})

/**
 * Whether messages to a number are routed: `Covered` with the credits that one costs, or `Uncovered` in the service's own
 * words.
 *
 * @since 0.1.0
 * @category models
 */
export type Coverage = typeof Coverage.Type

/**
 * What `routeCoverage` gives, `charge` as the text of a decimal on the encoded side.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Coverage = Schema.Union(
  Schema.TaggedStruct("Covered", { charge: amount }),
  Schema.TaggedStruct("Uncovered", { description: Schema.String })
)

/**
 * Asks whether a number or a prefix is covered, and what a message to it costs, in credits (HTTP 2.3.8 §6.3); idempotent.
 *
 * The operation is `routecoverage` in document/literal and `routeCoverage` in RPC/encoded. The service says no by an error without
 * a code, which is `Uncovered`; one with a code fails the call.
 *
 * @example
 * ```ts
 * import { Commands, Session } from "@effect-clickatell/core"
 * import { BigDecimal, Effect } from "effect"
 *
 * // What one message to this number costs, in credits.
 * export const costOf = (number: string) =>
 *   Effect.gen(function* () {
 *     const session = yield* Session.Session
 *     const coverage = yield* session.execute(Commands.routeCoverage(number))
 *     return coverage._tag === "Covered" ? BigDecimal.format(coverage.charge) : `not covered: ${coverage.description}`
 *   })
 * ```
 *
 * @since 0.1.0
 * @category commands
 */
export const routeCoverage = (to: string): Command.Command<Coverage> => askForCoverage({ to })

const askForCoverage = Command.make(
  { "document-literal": "routecoverage", "rpc-encoded": "routeCoverage" },
  {
    parameters: Schema.Struct({ to: Schema.propertySignature(msisdn).pipe(Schema.fromKey("msisdn")) }),
    decode: ([record]) => Schema.decodeUnknownOption(Coverage)(coverageOf(record)),
    isAnswer: ({ code }) => code === "",
    idempotent: true
  }
)

const coverageOf = (record: Reply.Record): unknown => {
  if (record._tag === "Err") return { _tag: "Uncovered", description: record.description }
  return record._tag === "Ok" ? { _tag: "Covered", ...covered.exec(record.value ?? "")?.groups } : undefined
}

// "This prefix is currently supported. Messages sent to this prefix will be routed. Charge: 1"
const covered = /^.*\S\s+Charge:\s*(?<charge>\d+(?:\.\d+)?)$/
