import * as Cause from "effect/Cause"
import * as Chunk from "effect/Chunk"
import * as ConfigError from "effect/ConfigError"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Printable from "@effect-clickatell/core/Printable"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Failure } from "./exitCode.ts"
import * as exitCode from "./exitCode.ts"

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
          : Console.error(paint("red", text(operation, failure), process.stderr)),
        Effect.fail(new exitCode.Exit({ code: exitCode.of(failure) }))
      )
    )

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

// What a missing secret would have been is nobody's business, but where to put it is.
const advice = (error: ConfigError.ConfigError): string =>
  ConfigError.reduceWithContext(error, undefined, {
    andCase: (_, left, right) => `${left}; ${right}`,
    orCase: (_, left, right) => `${left}, or ${right}`,
    missingDataCase: (_, path) => `set ${path.join(".")}`,
    invalidDataCase: (_, _path, message) => message,
    sourceUnavailableCase: (_, _path, message) => message,
    unsupportedCase: (_, _path, message) => message
  })

// An error's own fields, and the sentence that it makes of them.
const fields = (operation: string, failure: Failure): object => {
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

/** One event of a session; its delay is in milliseconds, and what a loss tells of the session in seconds. */
export const event = (json: boolean, event: SessionEvent): Effect.Effect<void> => {
  const { _tag, at, generation, ...details } = event
  const name = _tag.toLowerCase()
  const shown = Object.entries({ ...plain(details), ...spans(event) }).filter(([, value]) => value !== undefined)
  return line(
    json,
    { event: name, at: DateTime.formatIso(at), generation, ...Object.fromEntries(shown) },
    `${paint("dim", DateTime.formatIso(at))}  ${paint(colours[_tag], name.padEnd(14))}  session ${generation}` +
      shown.map(([key, value]) => `  ${key} ${Printable.escape(String(value))}${units[key] ?? ""}`).join("")
  )
}

const spans = (event: SessionEvent): object =>
  "idle" in event ? { idle: Duration.toSeconds(event.idle), age: Duration.toSeconds(event.age) } : {}

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

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }
type Colour = keyof typeof codes

/** Colours a text for a terminal, and only for one that wants colours. */
export const paint = (colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  stream.isTTY && process.env["NO_COLOR"] === undefined ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text
