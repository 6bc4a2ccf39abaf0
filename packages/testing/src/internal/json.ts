import * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** A mistake in a text: where the text came from, where in it the mistake is, and what was expected there. */
export interface Mistake {
  readonly source: string
  readonly path: string
  readonly problem: string
}

/** Reads JSON by a schema, with mistakes that repeat no more of a text than a word or a number. */
export const reader = <A, I>(schema: Schema.Schema<A, I>) => {
  // A misspelt key is an error: what it was meant to say would otherwise be lost in silence.
  const decode = Schema.decodeUnknown(schema, { onExcessProperty: "error" })
  const fromJson = (source: string, json: string): Effect.Effect<A, Mistake> =>
    Effect.try({
      // The message of a syntax error quotes the text.
      try: (): unknown => JSON.parse(json),
      catch: () => ({ source, path: "", problem: "it is not JSON" })
    }).pipe(Effect.flatMap((parsed) => Effect.mapError(decode(parsed), (error) => mistake(source, error))))
  const load = (file: string): Effect.Effect<A, Mistake, FileSystem.FileSystem> =>
    Effect.flatMap(FileSystem.FileSystem, (fs) => fs.readFileString(file)).pipe(
      Effect.mapError(({ message }) => ({ source: file, path: "", problem: message })),
      Effect.flatMap((json) => fromJson(file, json))
    )
  return { fromJson, load }
}

const mistake = (source: string, error: ParseResult.ParseError): Mistake => {
  const [first] = ParseResult.ArrayFormatter.formatErrorSync(error)
  const path = (first?.path ?? []).map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`)).join("")
  // A whole object in the wrong place may hold a password.
  return { source, path, problem: first?.message.replace(/, actual [[{][^]*$/, "") ?? "not what is expected" }
}

/** What an error says of a mistake. */
export const explain = ({ path, problem, source }: Mistake): string =>
  `${source}: ${path === "" ? "" : `${path}: `}${problem}`
