import * as Either from "effect/Either"
import type { Parameters } from "./parameters.ts"
import * as parameters from "./parameters.ts"

/** What a message says, and into how many parts it is cut. */
export interface Content {
  /** The text, readable; or the hexadecimal digits of `data`. */
  readonly content: string
  readonly parts: number
}

/** Reads the content of a message, or says with which code it is refused. */
export const read = (given: Parameters): Either.Either<Content, string> => {
  const { data = "", text = "", udh = "" } = Object.fromEntries(given)
  if (text === "" && data === "") return Either.left("107")
  const isUnicode = parameters.trimmed(given, "unicode") === "1"
  if (isUnicode && !/^(?:[0-9a-f]{4})+$/i.test(text)) return Either.left("116")
  if (!isHexadecimal.test(udh)) return Either.left("102")
  if (!isHexadecimal.test(data)) return Either.left("101")
  const kind = text === "" ? "data" : isUnicode ? "unicode" : "text"
  const { length, alone, joined } = measures[kind](text === "" ? udh + data : text)
  const parts = length <= alone ? 1 : Math.ceil(length / joined)
  const most = parameters.whole(given, "concat") ?? 1
  if (!(most <= 3)) return Either.left("101")
  return parts > most
    ? Either.left("113")
    : Either.right({ content: kind === "unicode" ? decode(text) : text || data, parts })
}

const isHexadecimal = /^(?:[0-9a-f]{2})*$/i

interface Measure {
  readonly length: number
  /** How much goes into a message of one part, and into each part of several. */
  readonly alone: number
  readonly joined: number
}

// 140 bytes go into a part; where there are several, 6 of them say which it is.
const measures: Readonly<Record<"text" | "unicode" | "data", (content: string) => Measure>> = {
  text: (text) => ({ length: text.length + (text.match(/[\^{}\\[~\]|€]/g)?.length ?? 0), alone: 160, joined: 153 }),
  unicode: (digits) => ({ length: digits.length / 4, alone: 70, joined: 67 }),
  data: (digits) => ({ length: digits.length / 2, alone: 140, joined: 134 })
}

const decode = (digits: string): string =>
  digits.replace(/.{4}/g, (unit) => String.fromCharCode(Number.parseInt(unit, 16)))
