import * as Either from "effect/Either"
import * as choice from "./choice.ts"
import * as closest from "./closest.ts"
import type { Flag } from "./flag.ts"
import { choices } from "./flag.ts"

/** A flag as it was given; a switch has a value only if it is `--switch=false` or `--switch=true`. */
export interface Given {
  readonly flag: Flag
  readonly value: string | undefined
}

/** The flags that were given, and the words from the first one on that is none. */
interface Read {
  readonly given: ReadonlyArray<Given>
  readonly rest: ReadonlyArray<string>
}

/** Reads the flags at the front of a command line; what it refuses, it names. */
export const read = (
  words: ReadonlyArray<string>,
  flags: ReadonlyArray<Flag>,
  given: ReadonlyArray<Given> = []
): Either.Either<Read, string> => {
  const [word, ...rest] = words
  if (word === undefined || !/^-./.test(word)) return Either.right({ given, rest: words })
  const [, name = word, assigned] = /^(-[^=]*)=(.*)$/s.exec(word) ?? []
  const flag = flags.find(({ names }) => names.includes(name))
  if (flag === undefined) return Either.left(`${name} is none of its flags${closest.question(name, namesOf(flags))}`)
  if (given.some((other) => other.flag === flag)) return Either.left(`${name} is given twice`)
  const isSwitch = flag.valueName === undefined
  const [value, behind] = assigned !== undefined || isSwitch ? [assigned, rest] : [rest[0], rest.slice(1)]
  if (!isSwitch && (value === undefined || (assigned === undefined && namesOf(flags).includes(value)))) {
    return Either.left(`${name}: the value is missing: write ${name} ${flag.valueName}`)
  }
  return Either.flatMap(known(flag, name, value), () => read(behind, flags, [...given, { flag, value }]))
}

const known = (flag: Flag, name: string, value: string | undefined): Either.Either<unknown, string> => {
  const words = flag.valueName === undefined ? ["true", "false"] : choices(flag)
  return value === undefined || words.length === 0
    ? Either.void
    : Either.mapLeft(choice.parse(words)(value), (problem) => `${name}: ${problem}`)
}

const namesOf = (flags: ReadonlyArray<Flag>): ReadonlyArray<string> => flags.flatMap(({ names }) => names)
