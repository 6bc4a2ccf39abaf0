import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as ConfigError from "effect/ConfigError"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Struct from "effect/Struct"
import * as Printable from "@effect-clickatell/core/Printable"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Failure } from "./exitCode.ts"
import * as exitCode from "./exitCode.ts"
import type { Colour } from "./terminal.ts"
import { fold, paint } from "./terminal.ts"
import * as wording from "./wording.ts"

/** One line on stdout: an object for machines, a text for people. */
export const line = (json: boolean, object: object, text: string): Effect.Effect<void> =>
  Console.log(json ? Printable.stringify(object) : text)

/** Says why an operation failed, and ends the process with the code for it. */
export const reported =
  (operation: string, json: boolean) =>
  <A, R>(effect: Effect.Effect<A, Failure, R>): Effect.Effect<A, exitCode.Exit, R> =>
    Effect.catchAll(effect, (failure) =>
      Effect.zipRight(
        json
          ? Console.log(Printable.stringify({ ok: false, operation, error: fields(operation, failure) }))
          : Console.error(inRed(text(operation, failure))),
        Effect.fail(new exitCode.Exit({ code: exitCode.of(failure) }))
      )
    )

/** A complaint as stderr is to have it. */
export const inRed = (text: string): string => paint("red", fold(text, process.stderr), process.stderr)

// A message may quote the environment, a file or whoever answered.
const text = (operation: string, failure: Failure): string =>
  Printable.escape(ConfigError.isConfigError(failure) ? `${operation}: ${advice(failure)}` : failure.message, Infinity)

/** What there is to say of a bug: its message, which may quote anybody and is one line, and where it happened. */
export const trace = (defect: Cause.Cause<never>): string =>
  Chunk.toReadonlyArray(Cause.defects(defect))
    .flatMap((bug) =>
      Cause.prettyErrors(Cause.die(bug)).flatMap(({ message, name }) => [
        `${name}: ${message}`,
        ...places(bug, message)
      ])
    )
    .map((line) => Printable.escape(line))
    .join("\n")

// A line of the message can look like a place, and in a pretty error's stack it stands twice.
const places = (bug: unknown, message: string): ReadonlyArray<string> => {
  const stack = bug instanceof Error ? (bug.stack ?? "") : ""
  return stack
    .replace(message, "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
}

/** What to do about a configuration: what a missing secret would have been is nobody's business, but where to put it is. */
export const advice = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left}; ${right}`,
    orCase: (_, left, right) => `${left}, or ${right}`,
    missingDataCase: (_, path) => `set ${path.join(".")}`,
    invalidDataCase: (_, _path, message) => wording.forOperators(message),
    sourceUnavailableCase: (_, _path, message) => message,
    unsupportedCase: (_, _path, message) => message
  })

/** An error's own fields, and the sentence that it makes of them. */
export const fields = (operation: string, failure: Failure): object => {
  const {
    _tag,
    operation: _,
    ...details
  } = ConfigError.isConfigError(failure) ? { _tag: "ConfigError", operation } : { operation, ...failure }
  return { _tag, ...plain(details), message: text(operation, failure) }
}

const plain = (fields: object): object =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      Duration.isDuration(value)
        ? Duration.toMillis(value)
        : DateTime.isDateTime(value)
          ? DateTime.formatIso(value)
          : value
    ])
  )

/** One event of a session, as a line. */
export const event = (json: boolean, event: SessionEvent): Effect.Effect<void> => {
  const { at, generation } = event
  const { colour, details, name } = describe(event)
  return line(
    json,
    { event: name, at: DateTime.formatIso(at), generation, ...facts(event) },
    `${paint("dim", DateTime.formatIso(at))}  ${paint(colour, name.padEnd(14))}  ${details}`
  )
}

/** What people are told of an event besides its time. */
export const describe = (
  event: SessionEvent
): { readonly name: string; readonly colour: Colour; readonly details: string } => ({
  name: event._tag.toLowerCase(),
  colour: colours[event._tag],
  details: `session ${event.generation}${Object.entries(facts(event))
    .map(([key, value]) => `  ${key} ${Printable.escape(String(value))}${units[key] ?? ""}`)
    .join("")}`
})

// A delay is in milliseconds, and what a loss tells of the session in seconds.
const facts = (event: SessionEvent): Readonly<Record<string, unknown>> => {
  const details = Struct.omit(event, "_tag", "at", "generation")
  return Object.fromEntries(
    Object.entries({ ...plain(details), ...spans(details) }).filter(([, value]) => value !== undefined)
  )
}

const spans = (details: object): object =>
  "idle" in details && "age" in details && Duration.isDuration(details.idle) && Duration.isDuration(details.age)
    ? { idle: Duration.toSeconds(details.idle), age: Duration.toSeconds(details.age) }
    : {}

const units: Readonly<Record<string, string>> = { delay: " ms", idle: " s", age: " s" }

const colours: Readonly<Record<SessionEvent["_tag"], Colour>> = {
  Authenticating: "dim",
  Authenticated: "green",
  Adopted: "green",
  Pinged: "green",
  Skipped: "dim",
  Refused: "yellow",
  Expired: "yellow",
  Retrying: "yellow",
  Degraded: "red",
  Recovered: "green",
  Rejected: "red",
  Detached: "red",
  Attached: "green",
  Reset: "yellow",
  Closed: "dim"
}
