/**
 * Checks of what a layer is set to, for this library's layers and for those that are built on them.
 *
 * @since 0.1.0
 */
import * as ConfigError from "effect/ConfigError"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"

/**
 * The longest delay that a timer of the platform can hold: 2^31 - 1 ms, about 24.8 days.
 *
 * @since 0.1.0
 * @category constants
 */
export const longestTime: Duration.Duration = Duration.millis(2_147_483_647)

/**
 * Refuses a setting by its name; the message says what is wrong and what to set, and must not show a secret.
 *
 * @since 0.1.0
 * @category validation
 */
export const refuse = (name: string, message: string): Either.Either<never, ConfigError.ConfigError> =>
  Either.left(ConfigError.InvalidData([name], message))

/**
 * Decodes a time above zero that a timer can hold; `Duration` turns NaN and negatives into zero, and so they are refused too.
 *
 * @since 0.1.0
 * @category validation
 */
export const duration = (
  name: string,
  input: Duration.DurationInput
): Either.Either<Duration.Duration, ConfigError.ConfigError> => {
  const millis = Option.match(Duration.decodeUnknown(input), { onNone: () => 0, onSome: Duration.toMillis })
  return millis > 0 && millis <= Duration.toMillis(longestTime)
    ? Either.right(Duration.millis(millis))
    : refuse(name, `${name} is ${show(input, millis)}: set a time above 0 and up to 24.8 days`)
}

const show = (input: Duration.DurationInput, millis: number): string =>
  Duration.isDuration(input) ? `${millis} ms` : String(input)

/**
 * Accepts a whole number above zero and up to `most`, which is no limit by default.
 *
 * @since 0.1.0
 * @category validation
 */
export const count = (
  name: string,
  input: number,
  most: number = unlimited
): Either.Either<number, ConfigError.ConfigError> =>
  Number.isSafeInteger(input) && input > 0 && input <= most
    ? Either.right(input)
    : refuse(name, `${name} is ${input}: set a whole number above 0${most < unlimited ? ` and up to ${most}` : ""}`)

const unlimited = Number.MAX_SAFE_INTEGER
