import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** A length of time in a file of JSON. */
export const duration = Schema.transformOrFail(
  Schema.Union(Schema.String, Schema.NonNegative).annotations({
    message: () => ({ message: 'Expected a duration: "2 seconds" or a number of milliseconds', override: true })
  }),
  Schema.DurationFromSelf,
  {
    strict: true,
    decode: (input, _, ast) =>
      Duration.decodeUnknown(input).pipe(
        Effect.mapError(() => new ParseResult.Type(ast, input, 'Expected a duration, such as "2 seconds"'))
      ),
    encode: (length) => Effect.succeed(Duration.toMillis(length))
  }
)
