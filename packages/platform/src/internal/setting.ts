import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

// 2^31 - 1 ms, the longest delay that a timer can hold: about 24.8 days.
const longest = 2_147_483_647

/** A time above zero that a timer can hold; checked on the input, since `Duration` makes zero of NaN and of negatives. */
export const duration = (
  name: string,
  input: Duration.DurationInput
): Either.Either<Duration.Duration, ConfigError.ConfigError> => {
  const millis =
    typeof input === "number"
      ? input
      : Option.match(Duration.decodeUnknown(input), { onNone: () => Number.NaN, onSome: Duration.toMillis })
  return millis > 0 && millis <= longest
    ? Either.right(Duration.millis(millis))
    : refuse(name, "it is no time above 0 and up to 24.8 days: set one, such as 15 seconds")
}

/** The same for a time that comes with a call: zero for what has run out, and the longest one for anything longer. */
export const clamp = (input: Duration.DurationInput): Duration.Duration =>
  Duration.min(Duration.decode(input), Duration.millis(longest))

/** A whole number of bytes above zero, so that no value can mean "no limit". */
export const bytes = (name: string, input: number): Either.Either<number, ConfigError.ConfigError> =>
  Number.isSafeInteger(input) && input > 0
    ? Either.right(input)
    : refuse(name, "it is no whole number of bytes above 0: set one, such as 65536")

/** One of a few words; only the types of a program that has them keep others out. */
export const oneOf = <A extends string>(
  name: string,
  input: A,
  known: Readonly<Record<A, unknown>>
): Either.Either<A, ConfigError.ConfigError> =>
  Object.hasOwn(known, input)
    ? Either.right(input)
    : refuse(name, `it is none of ${Object.keys(known).join(", ")}: set one`)

/** Names the option and the mend, never the value: it may hold what must not be printed. */
export const refuse = (name: string, problem: string): Either.Either<never, ConfigError.ConfigError> =>
  Either.left(ConfigError.InvalidData([name], `the option ${name} is refused: ${problem}`))
