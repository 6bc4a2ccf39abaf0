import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as xmlText from "./soap/xmlText.ts"

/** A secret that a request can carry, redacted on both sides; what is wrong with one is said by its name alone. */
export const schema = (name: string): Schema.Schema<Redacted.Redacted<string>> =>
  // Not `RedactedFromSelf`, which throws at a secret that was wiped.
  Schema.declare((input: unknown): input is Redacted.Redacted<string> => Redacted.isRedacted(input), {
    // A schema prints what it refuses, which may be a secret that nobody has redacted yet.
    message: () => ({ message: `the ${name} is not redacted: redact it`, override: true })
  }).pipe(
    Schema.filter((secret) => problem(name, reveal(secret))),
    Schema.annotations({ identifier: name, description: `the ${name}, redacted` })
  )

const problem = (name: string, value: string | undefined): string | undefined => {
  if (typeof value !== "string") return `the ${name} is no text, or was wiped from memory: read it again`
  if (value === "") return `the ${name} is empty: set it`
  return xmlText.isLegal(value)
    ? undefined
    : `the ${name} holds a control character or half a surrogate pair, which XML 1.0 cannot carry: correct it`
}

/** What a secret hides; nothing is left of one that was wiped. */
export const reveal = (secret: Redacted.Redacted<string>): string | undefined =>
  Either.getOrUndefined(Either.try(() => Redacted.value(secret)))

/** What is not yet redacted becomes so before any schema sees it, since a schema prints what it refuses. */
export const redact = (input: string | Redacted.Redacted<string>): Redacted.Redacted<string> =>
  Redacted.isRedacted(input) ? input : Redacted.make(input)

/** What a `ParseError` has to say, for a `ConfigError` to say it too. */
export const explain = (error: ParseResult.ParseError): string =>
  ParseResult.ArrayFormatter.formatErrorSync(error)
    .map(({ message }) => message)
    .join("; ")
