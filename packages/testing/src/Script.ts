/**
 * Scripted faults in a JSON file, for the command line and for tests that keep their weather outside the code.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Fault } from "./Fault.ts"
import { Amount } from "./internal/amount.ts"
import { duration } from "./internal/duration.ts"
import * as json from "./internal/json.ts"
import { Outcome, Statuses } from "./Outcome.ts"

// A schema prints what it refuses, which may be a secret with a slip in it.
const Password = Schema.NonEmptyString.annotations({
  message: () => ({ message: "Expected a password: a text that is not empty", override: true })
})

const Quota = Schema.Struct({ messages: Schema.NonNegativeInt, within: duration })

const Coverage = Schema.Record({ key: Schema.String.pipe(Schema.pattern(/^\d*$/)), value: Amount })

/** Which account is meant; all of them where it is left out. */
const whose = { account: Schema.optional(Schema.Struct({ apiId: Schema.String, user: Schema.String })) }

/**
 * What happens to the service rather than to one request, to all accounts or to one; the same as the emulator's levers of these
 * names.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Action = Schema.Union(
  Schema.Struct({ kind: Schema.Literal("expireSessions"), ...whose }),
  Schema.Struct({ kind: Schema.Literal("freeze"), ...whose }),
  Schema.Struct({ kind: Schema.Literal("unfreeze"), ...whose }),
  Schema.Struct({ kind: Schema.Literal("lockIp") }),
  Schema.Struct({ kind: Schema.Literal("unlockIp") }),
  Schema.Struct({ kind: Schema.Literal("setPassword"), password: Password, ...whose }),
  Schema.Struct({ kind: Schema.Literal("refuseSessions"), refuse: Schema.Boolean, ...whose }),
  Schema.Struct({ kind: Schema.Literal("setBalance"), balance: Amount, ...whose }),
  Schema.Struct({ kind: Schema.Literal("setQuota"), quota: Schema.optional(Quota), ...whose }),
  Schema.Struct({ kind: Schema.Literal("setCoverage"), coverage: Coverage, ...whose }),
  Schema.Struct({ kind: Schema.Literal("setStatuses"), statuses: Statuses, ...whose }),
  Schema.Struct({
    kind: Schema.Literal("setNumber"),
    number: Schema.String,
    outcome: Schema.optional(Outcome),
    ...whose
  })
)

/**
 * One action; `kind` tells them apart.
 *
 * @since 0.1.0
 * @category models
 */
export type Action = typeof Action.Type

/**
 * The name of an operation; `any` stands for every request, a malformed one included.
 *
 * @since 0.1.0
 * @category schemas
 */
export const On = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z_][\w.-]*$/, {
    message: () => 'Expected the name of an operation, such as "sendmsg", or "any"'
  })
)

/**
 * Lets `after` (none by default) requests of the kind `on` (any by default) pass, then does `do` to the next `times` (one by default).
 *
 * An action is done just before its request, which then takes its course.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Step = Schema.Struct({
  on: Schema.optionalWith(On, { default: () => "any" }),
  after: Schema.optionalWith(Schema.NonNegativeInt, { default: () => 0 }),
  times: Schema.optionalWith(Schema.Int.pipe(Schema.positive()), { default: () => 1 }),
  do: Schema.Union(...Fault.members, ...Action.members)
})

/**
 * One step, its defaults filled in.
 *
 * @since 0.1.0
 * @category models
 */
export type Step = typeof Step.Type

/**
 * Steps in order: a step counts only the requests since the one before it was used up.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Script = Schema.Array(Step)

/**
 * A whole script.
 *
 * @since 0.1.0
 * @category models
 */
export type Script = typeof Script.Type

/**
 * A script that cannot be used: where it came from, where in it the mistake is, and what was expected there.
 *
 * @since 0.1.0
 * @category errors
 */
export class ScriptError extends Schema.TaggedError<ScriptError>()("ScriptError", {
  source: Schema.String,
  path: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return json.explain(this)
  }
}

const reader = json.reader(Script)

/**
 * Reads a script from JSON text; `source` is the name that an error gives it. No error repeats more of the text than a word or a
 * number, and a password not at all.
 *
 * @since 0.1.0
 * @category decoding
 */
export const fromJson = (source: string, text: string): Effect.Effect<Script, ScriptError> =>
  Effect.mapError(reader.fromJson(source, text), (mistake) => new ScriptError(mistake))

/**
 * Reads a script from a file.
 *
 * @since 0.1.0
 * @category decoding
 */
export const load = (file: string): Effect.Effect<Script, ScriptError, FileSystem.FileSystem> =>
  Effect.mapError(reader.load(file), (mistake) => new ScriptError(mistake))
